"""Markdown for sites: the front matter read by a YAML parser, images found from the file, and braces that stay text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import markdown
import pytest
import yaml
from lxml import html as lxml_html
from PIL import Image as Pillow

import pmexport
from pmexport.errors import FormatError
from pmexport.renderers.markdown_renderer import Site

SITES = get_args(Site)
REPORT: dict[str, Any] = {
    "title": 'A "quoted": title --- é',
    "id": "INC-1",
    "date": "2026-03-14",
    "tags": ["db", "a: b"],
    "summary": "First **bold** line\ncontinues.\n\nSecond.",
}


def render(site: str | None, report: Any = REPORT, **options: Any) -> tuple[dict[str, Any], str]:
    """Return the front matter and the body."""
    text = pmexport.render(report, "md", front_matter=site, **options).decode()
    begin, head, body = text.split("---\n", 2)
    assert begin == ""
    return yaml.safe_load(head), body


@pytest.mark.parametrize("site", SITES)
def test_fields(site: str) -> None:
    head, body = render(site)
    assert head["title"] == 'A "quoted": title --- é'
    assert str(head["date"]) == "2026-03-14"
    assert head["tags"] == ["db", "a: b"]
    assert head["description"] == "First bold line continues."
    assert head["slug"] == "inc-1-a-quoted-title-é"
    assert ("# A " in body) == (site in ("mkdocs", "docusaurus")), "the others' themes show the title"
    assert "## Executive Summary" in body


def test_only_what_is_known() -> None:
    assert render("hugo", {"title": "x"})[0] == {"title": "x", "slug": "x"}


def test_long_texts_are_cut_at_words() -> None:
    head, _ = render("hugo", {"title": "word " * 60, "summary": "longer " * 60})
    assert re.fullmatch(r"(longer ){28}longer…|(longer ){27}longer…", head["description"])
    assert re.fullmatch(r"(word-)+word", head["slug"])
    assert len(head["slug"]) <= 80


def test_default_has_none() -> None:
    assert pmexport.render(REPORT, "md").startswith(b"# A ")


def test_unknown_site() -> None:
    with pytest.raises(FormatError, match=r"unknown front matter 'gatsby'\. Known: hugo, jekyll, mkdocs, docusaurus"):
        pmexport.render(REPORT, "md", front_matter="gatsby")


@pytest.mark.parametrize(
    ("site", "key", "value"),
    [
        ("jekyll", "render_with_liquid", False),
        ("mkdocs", "render_macros", False),
        ("docusaurus", "mdx", {"format": "md"}),
    ],
)
def test_generators_run_nothing(site: str, key: str, value: object) -> None:
    assert render(site)[0][key] == value


def test_shortcodes_stay_text() -> None:
    """Hugo shows `{{</* x */>}}` as `{{< x >}}`, and runs shortcodes even in code."""
    summary = 'Run `{{< danger >}}` or {{% danger %}}.\n\n```\n{{< readfile "x" >}}\n```'
    _, body = render("hugo", REPORT | {"summary": summary})
    assert "`{{</* danger */>}}`" in body
    assert "{{%/* danger */%}}" in body
    assert '{{</* readfile "x" */>}}' in body
    assert not re.search(r"\{\{[<%](?!/\*)", body)


WORDS = ["Costs $5", "a < b", "~x~", "e &amp; f", "h | i", "https://a.b/", "j_k_", "^l", "www.m.n"]


@pytest.mark.parametrize("site", ["jekyll", "mkdocs"])
def test_escapes_that_a_generator_does_not_read_are_entities(site: str) -> None:
    r"""Python-Markdown shows `\<` with its backslash, and kramdown `\~`; both read these."""
    _, body = render(site, REPORT | {"lessons": [word.replace("&", "\\&") for word in WORDS]})
    assert set(re.findall(r"\\(.)", body)) <= set("\\`*_{}[]()>#+-.!|")
    assert "a &#60; b" in body


@pytest.mark.parametrize("site", ["jekyll", "mkdocs"])
def test_code_keeps_its_backslashes(site: str) -> None:
    summary = "Ticks \\` and `a \\< b` and ``c ` \\~``.\n\n````\n```\nd \\$ e\n````\n\nf \\< g"
    _, body = render(site, REPORT | {"summary": summary})
    assert "`a \\< b`" in body
    assert "``c ` \\~``" in body
    assert "d \\$ e" in body
    assert "f &#60; g" in body


def test_python_markdown_shows_texts_as_written() -> None:
    words = [word.replace("&", "\\&") for word in WORDS]
    _, body = render("mkdocs", REPORT | {"title": " ".join(WORDS), "lessons": words})
    page = lxml_html.fromstring(markdown.markdown(body, extensions=["tables", "fenced_code"]))
    shown = "".join(map(str, page.itertext()))
    assert "\\" not in shown
    assert [word for word in WORDS if shown.count(word) < 2] == []


# ---- images


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    (folder / "graphs").mkdir(parents=True)
    Pillow.new("RGB", (8, 8)).save(folder / "graphs" / "a b.png")
    path = folder / "report.yaml"
    path.write_text(
        "title: x\nsummary: '**![in](graphs/a%20b.png)**'\nfigures:\n  - {src: graphs/a b.png, alt: Own}\n", "utf-8"
    )
    return path


def find_images(path: Path) -> list[Path]:
    links = re.findall(r"!\[\w+\]\((.+?)\)", path.read_text("utf-8"))
    return [path.parent / link.replace("%20", " ") for link in links]


@pytest.mark.parametrize("target", ["reports/x.md", "site/content/posts/x.md", "x.md", "reports/graphs/x.md"])
def test_images_are_found_from_the_file(report: Path, tmp_path: Path, target: str) -> None:
    path = pmexport.write(report, tmp_path / target, front_matter="hugo")
    images = find_images(path)
    assert len(images) >= 1
    assert all(image.is_file() for image in images)


def test_images_are_found_by_the_command(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from pmexport.cli.program import program

    monkeypatch.chdir(report.parent)
    done = CliRunner().invoke(program, ["report.yaml", "--md", "--front-matter", "jekyll", "-o", "../site/_posts/"])
    assert done.exit_code == 0, done.output
    images = find_images(tmp_path / "site" / "_posts" / "report.md")
    assert images
    assert all(image.is_file() for image in images)


def test_images_of_many_reports(report: Path, tmp_path: Path) -> None:
    options = {"md": {"front_matter": "mkdocs"}}
    pmexport.render_many([report.parent], ["md"], tmp_path / "site", options=options, pages=False, jobs=1)
    (path,) = (tmp_path / "site").rglob("*.md")
    images = find_images(path)
    assert images
    assert all(image.is_file() for image in images)


def test_given_folder(report: Path, tmp_path: Path) -> None:
    path = pmexport.write(report, tmp_path / "x.md", front_matter="hugo", image_folder="/images")
    assert "(/images/graphs/a%20b.png)" in path.read_text("utf-8")
