"""Broken themes of every kind: `theme check` reports each fault, and so does rendering, at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pmexport import PmexportError, Problem, check_theme, render

REPORT: dict[str, Any] = {
    "title": "Search was slow",
    "summary": "It took nine seconds.",
    "language": "en",
    "timeline": [{"time": "2026-03-14 10:00", "phase": "Detection", "event": "An alert."}],
}
SECTION = "sections/summary.html.j2"
FAULTS: list[tuple[str, bytes, str]] = [
    ("theme.toml", b"summary = '\xe9'", "theme.toml: the file cannot be read"),
    (
        "theme.toml",
        b"logo = 'none.png'\nlogo_alt = 'A'",
        "theme.toml:1:8: logo: theme 'acme': the logo file",
    ),
    ("theme.toml", b"logo = 'theme.toml'", "theme.toml:1:8: logo: the theme 'acme' has a logo but no `logo_alt`."),
    ("theme.toml", b'letterhead = ["a\\nb"]', "letterhead[0]: found"),
    ("theme.toml", b'logo_alt = "a\\u0000"', "theme.toml:1:12: logo_alt: found"),
    ("theme.toml", b'[header]\nstart = "\\u202e{id}"', "theme.toml:2:9: header.start: found"),
    ("theme.toml", b'[cover]\nshown = true\ndistribution = ["\\u0007"]', "cover.distribution[0]: found"),
    ("style.css", b"\xff", "style.css: the file cannot be read"),
    ("style.css", b"\np { display: none }", "style.css:2: the rule `p` with `display: none` hides text of the report."),
    ("style.css", b"#summary, nav { visibility: hidden }", "style.css:1: the rule `#summary, nav` with `visibility"),
    ("style.css", b"h2 { font-size: 0 }", "style.css:1: the rule `h2` with `font-size: 0` hides"),
    (
        "print.css",
        b"@media print {\n h1 {\n color: transparent } }",
        "print.css:3: the rule `h1` with `color: ",
    ),
    ("style.css", b"p::before { content: 'Not ' }", "style.css:1: the rule `p::before` with `content` adds words"),
    (SECTION, b"\xff", "summary.html.j2: the file cannot be read"),
    (
        SECTION,
        b"{{ 'x' * 10**10 }}",
        "summary.html.j2:1: a number, or a text that is repeated",
    ),
    (SECTION, b"{{ 'x' * 99999999 }}", "summary.html.j2:1: a number, or a text that is repeated"),
    (SECTION, b"{{ ['x'] * 9999 * 9999 }}", "summary.html.j2:1: a number, or a text that is repeated"),
    (SECTION, b"{{ '%1000000000d' % 1 }}", "summary.html.j2:1: a number, or a text that is repeated"),
    (SECTION, b"{{ 'x' | center(10 ** 9) }}", "summary.html.j2:1: a number, or a text that is repeated"),
    ("labels/en.toml", b"kid = 'x'", 'labels/en.toml:1:1: kid: found the unknown key "kid". Did you mean kind?'),
    ("labels/en.toml", b"\xff", "labels/en.toml: the file cannot be read"),
    ("labels/en.toml", b'kind = "a\\u0007"', "labels/en.toml:1:1: kind: found a line break or a control character"),
    ("labels/german.toml", b"kind = 'x'", "nothing uses the file labels/german.toml. Did you mean de.toml?"),
    ("labels/de.txt", b"kind = 'x'", "nothing uses the file labels/de.txt."),
]


def make_theme(folder: Path, name: str, data: bytes) -> str:
    theme = folder / "acme"
    (theme / name).parent.mkdir(parents=True)
    (theme / "theme.toml").write_text("inherit = 'default'\n", "utf-8")
    (theme / name).write_bytes(data)
    return str(theme)


def find_when_rendering(theme: str) -> list[str]:
    warnings: list[Problem] = []
    try:
        render(REPORT, "html", theme=theme, warnings=warnings)
    except PmexportError as error:
        return [*map(str, error.problems), *map(str, warnings)]
    return list(map(str, warnings))


@pytest.mark.parametrize(("name", "data", "expected"), FAULTS)
def test_each_fault_is_found_by_the_check_and_when_rendering(
    name: str, data: bytes, expected: str, tmp_path: Path
) -> None:
    theme = make_theme(tmp_path, name, data)
    checked = list(map(str, check_theme(theme)))
    assert any(expected in problem for problem in checked), checked
    rendered = find_when_rendering(theme)
    assert any(expected in problem for problem in rendered), rendered


def test_the_check_reads_catalogues_of_all_languages(tmp_path: Path) -> None:
    (problem,) = check_theme(make_theme(tmp_path, "labels/fr.toml", b"[sections]\nsumary = 'x'"))
    assert str(problem).endswith('fr.toml:2:1: sections.sumary: found the unknown key "sumary". Did you mean summary?')
    assert problem.level == "error"


def test_links_that_lead_out_are_named(tmp_path: Path) -> None:
    theme = make_theme(tmp_path, "print.css", b"")
    (tmp_path / "acme" / "style.css").symlink_to("/etc/hostname")
    (problem,) = check_theme(theme)
    assert "the link style.css leads out of the theme's folder, so it is not used." in problem.message


@pytest.mark.parametrize(
    "css",
    [
        "nav { display: none }",
        "a.skip { display: none }",
        "p::before { content: '\\2022' }",
        "p { background-color: transparent; font-size: 0.9rem }",
        "/* p { display: none } */",
    ],
)
def test_what_is_a_matter_of_style_is_no_fault(css: str, tmp_path: Path) -> None:
    assert check_theme(make_theme(tmp_path, "style.css", css.encode())) == []


@pytest.mark.parametrize("name", ["board", "inquiry", "ops", "clear"])
def test_themes_that_inherit_a_built_in_one_have_no_faults(name: str, tmp_path: Path) -> None:
    assert check_theme(make_theme(tmp_path, "theme.toml", f"inherit = '{name}'\n".encode())) == []
