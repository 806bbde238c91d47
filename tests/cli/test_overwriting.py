"""No output overwrites an input, whatever its path is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from pmexport.theming.themes import built_in_folder

SAMPLES = Path(__file__).parents[2] / "samples"
REPORT = """\
title: Search was slow
summary: "![Errors](in%20text.png)"
background: <img src="html.png" alt="Errors">
figures:
  - {src: graphs/figure.png, alt: Errors}
  - {src: broken.png, alt: Broken}
logs:
  - {file: pool.log}
  - {file: notes.md}
"""
IMAGES = ("in text.png", "html.png", "graphs/figure.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "graphs").mkdir()
    for name in IMAGES:
        (tmp_path / name).write_bytes((SAMPLES / "graphs" / "checkout-error-rate.png").read_bytes())
    (tmp_path / "broken.png").write_bytes(b"broken")
    for name in ("pool.log", "notes.md"):
        (tmp_path / name).write_text("The pool is empty.\n", "utf-8")
    (tmp_path / "report.yaml").write_text(REPORT, "utf-8")
    (tmp_path / "pmexport.toml").write_text("", "utf-8")
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    (tmp_path / "own.toml").write_text("", "utf-8")
    make_theme(tmp_path / "theme")
    return tmp_path


def make_theme(folder: Path) -> None:
    (folder / "blocks").mkdir(parents=True)
    (folder / "theme.toml").write_text('logo = "logo.png"\nlogo_alt = "Acme"\n', "utf-8")
    (folder / "logo.png").write_bytes((SAMPLES / "graphs" / "checkout-error-rate.png").read_bytes())
    (folder / "style.css").write_text("", "utf-8")
    (folder / "blocks" / "table.html.j2").write_bytes(
        (built_in_folder() / "default" / "blocks" / "table.html.j2").read_bytes()
    )


INPUTS = {
    "report.yaml": "the report",
    **dict.fromkeys((*IMAGES, "broken.png", "pool.log", "notes.md"), "an image or log of the report"),
    **dict.fromkeys(("pmexport.toml", "pyproject.toml", "own.toml"), "the configuration"),
    **dict.fromkeys(
        ("theme/theme.toml", "theme/logo.png", "theme/style.css", "theme/blocks/table.html.j2"), "a file of the theme"
    ),
}
OPTIONS = ("--theme", "./theme", "--config", "own.toml")


@pytest.mark.parametrize("command", [(), ("finalize",)], ids=["render", "finalize"])
@pytest.mark.parametrize("how", ["as it is", "spelled otherwise", "symbolic link", "hard link"])
@pytest.mark.parametrize("name", INPUTS)
def test_no_input_is_overwritten(name: str, how: str, command: tuple[str, ...], folder: Path, run: Run) -> None:
    target = folder / "link.md"
    match how:
        case "as it is":
            output = name
        case "spelled otherwise":
            output = f"graphs/../{name}"
        case "symbolic link":
            target.symlink_to(name)
            output = "link.md"
        case _:
            target.hardlink_to(folder / name)
            output = "link.md"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    form = () if command else ("--md",)
    ended = run(*command, "report.yaml", *form, *OPTIONS, "-o", output)
    assert ended.code in (1, 2)
    assert f"would overwrite {INPUTS[name]}." in ended.err or "extension of" in ended.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["report.docx", "template.docx"])
def test_the_word_template_is_not_overwritten(name: str, folder: Path, run: Run) -> None:
    assert run("report.yaml", "--docx", "-o", name).code == 0
    before = (folder / name).read_bytes()
    output = () if name == "report.docx" else ("-o", name)
    ended = run("report.yaml", "--docx", "--word-template", name, *output)
    assert (ended.code, f"{name} would overwrite a file that you passed in another option." in ended.err) == (2, True)
    assert (folder / name).read_bytes() == before


def test_a_default_name_is_compared_too(folder: Path, run: Run) -> None:
    (folder / "notes.yaml").write_text(REPORT, "utf-8")
    ended = run("notes.yaml", "--md", "--html")
    assert (ended.code, "notes.md would overwrite an image or log of the report." in ended.err) == (2, True)
    assert not (folder / "notes.html").exists()


def test_redirected_standard_input_is_not_overwritten(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "report.yaml").open() as file:
        monkeypatch.setattr("conftest.TextIOWrapper", lambda _: file)
        ended = run("-", "--from", "yaml", "--md", "-o", "report.yaml")
    assert (ended.code, "report.yaml would overwrite the report." in ended.err) == (2, True)


def test_documents_are_overwritten(folder: Path, run: Run) -> None:
    for _ in range(2):
        assert run("report.yaml", "--md", "--html", *OPTIONS).code == 0
        assert run("report.yaml", "--md", "-o", "theme/out.md", *OPTIONS).code == 0
        assert run("report.yaml", "--html", "-o", "theme/", "--theme", "./theme").code == 0
