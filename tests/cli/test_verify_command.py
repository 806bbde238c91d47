"""`pmexport verify`: which document belongs to which version of a report."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from pmexport import __version__, digest

REPORT = "id: INC-7\ntitle: x\nrevision: 2\nlogs: [{file: pool.log}]\n"


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A folder with a report, its log, and what was made from it."""
    (tmp_path / "pool.log").write_text("ERROR\n", "utf-8")
    (tmp_path / "report.yaml").write_text(REPORT, "utf-8")
    assert run("report.yaml", "--html", "--docx", "--md").code == 0
    return tmp_path


def test_documents_of_the_report_match(folder: Path, run: Run) -> None:
    state = f"(revision 2, SHA-256 {digest(folder / 'report.yaml')[:12]}…)"
    yes = f"matches report.yaml {state}"
    ended = run("verify", "report.yaml", "report.html", "report.docx", "report.md")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.decode().splitlines() == [
        f"report.html: {yes}, by pmexport {__version__}.",
        f"report.docx: {yes}, by pmexport {__version__}.",
        f"report.md: {yes}.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (REPORT.replace("title: x", "title: y"), "another version (SHA-256 {was}…, not {now}…)"),
        (REPORT.replace("2", "3"), "another version (revision 2, not 3, SHA-256"),
        (REPORT.replace("revision: 2\n", ""), "another version (revision 2, not none, SHA-256"),
        (REPORT.replace("INC-7", "INC-8"), "another report (id INC-7, not INC-8, SHA-256"),
    ],
)
def test_differences_are_listed(text: str, expected: str, folder: Path, run: Run) -> None:
    was = digest(folder / "report.yaml")[:12]
    (folder / "report.yaml").write_text(text, "utf-8")
    now = digest(folder / "report.yaml")[:12]
    ended = run("verify", "report.yaml", "report.html")
    assert ended.code == 1
    assert ended.out.decode().startswith(
        "report.html: does not match report.yaml: made from " + expected.format(was=was, now=now)
    )


def test_changed_log_is_noticed(folder: Path, run: Run) -> None:
    (folder / "pool.log").write_text("ERROR!\n", "utf-8")
    ended = run("verify", "report.yaml", "report.docx", "report.md")
    assert ended.code == 1
    docx, markdown = ended.out.decode().splitlines()
    assert docx.startswith("report.docx: does not match report.yaml: made from another version (SHA-256")
    assert markdown.startswith("report.md: does not match report.yaml: made from another version or another report (")


def test_edited_text_is_not_noticed(folder: Path, run: Run) -> None:
    page = folder / "report.html"
    page.write_text(page.read_text("utf-8").replace("<h1>x", "<h1>y"), "utf-8")
    ended = run("verify", "report.yaml", "report.html")
    assert ended.out.decode().startswith("report.html: matches report.yaml")
    assert "not a signature" in " ".join(run("verify", "--help").out.decode().split())


def test_one_mismatch_is_enough_to_fail(folder: Path, run: Run) -> None:
    (folder / "notes.md").write_text("# Notes\n", "utf-8")
    ended = run("verify", "report.yaml", "notes.md", "missing.pdf", "report.md")
    assert ended.code == 1
    assert ended.err == "error: missing.pdf: there is no such file.\n"
    notes, report = ended.out.decode().splitlines()
    assert notes.startswith("notes.md: cannot be verified")
    assert report.startswith("report.md: matches report.yaml")
    assert "notes.md: cannot be verified: it does not state which report it was made from.\n" in ended.out.decode()


@pytest.mark.parametrize(
    ("args", "code", "expected"),
    [
        (("report.yaml",), 2, "Missing argument 'DOCUMENT…'"),
        (("missing.yaml", "report.md"), 1, "missing.yaml: there is no such file"),
        (("report.html", "report.md"), 1, '".html" is not a known extension'),
    ],
)
def test_wrong_usage_is_reported(args: tuple[str, ...], code: int, expected: str, folder: Path, run: Run) -> None:
    ended = run("verify", *args)
    assert ended.code == code
    assert expected in ended.err
