"""`--format json`: every error and warning of every command has one form, and standard error has nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import Ended, Run

from pmexport import Problem
from pmexport.cli.program import COMMANDS

FORM = ["id", "level", "path", "file", "line", "column", "message", "help"]
REPORT = "title: x\nstatus: draft\nlogs: {file: nosuch.log}\n"
WRONG = "title: x\nsevrity: P1\nstatus: finished-ish\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text(REPORT, "utf-8")
    (tmp_path / "wrong.yaml").write_text(WRONG, "utf-8")
    (tmp_path / "final.yaml").write_text("title: x\nstatus: final\nsummary: TODO\n", "utf-8")
    (tmp_path / "notes.md").write_text("# Search was slow\n\n## Weather\n\nRain.\n", "utf-8")
    (tmp_path / "empty.md").write_text("# x\n", "utf-8")
    (tmp_path / "bad.docx").write_bytes(b"x")
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "theme.toml").write_text('inherit = "default"\nnosuch = 1\n', "utf-8")
    (tmp_path / "bad.toml").write_text('[checks]\nPM001 = "loud"\n', "utf-8")


def told(ended: Ended) -> list[dict[str, Any]]:
    """Return the problems on standard error, which has nothing else."""
    problems = json.loads(ended.err or "[]")
    assert all(list(problem) == FORM for problem in problems)
    return [problem for problem in problems if Problem(**problem)]


ERRORS: list[tuple[Sequence[str], int, str]] = [
    (["wrong.yaml", "--md"], 1, "unknown key"),
    (["nosuch.yaml", "--md"], 1, "no such file"),
    (["final.yaml", "--md"], 1, "PM001"),
    (["report.yaml", "--md", "--strict"], 1, "nosuch.log"),
    (["report.yaml", "--md", "--theme", "./acme"], 1, "nosuch"),
    (["report.yaml", "--docx", "--word-template", "bad.docx"], 1, "not a Word file"),
    (["report.yaml", "--nosuch"], 2, "--nosuch"),
    (["final.yaml", "--md", "--config", "bad.toml"], 2, "loud"),
    (["report.yaml", "--md", "--watch"], 2, "--watch"),
    (["chek"], 2, "check"),
    (["report.yaml", "wrong.yaml", "--md", "-o", "out/"], 1, "unknown key"),
    (["finalize", "final.yaml"], 1, "PM001"),
    (["finalize", "nosuch.yaml"], 1, "no such file"),
    (["facts", "wrong.yaml"], 1, "unknown key"),
    (["import", "nosuch.md"], 1, "no such file"),
    (["import", "notes.md", "--from", "nosuch"], 2, "nosuch"),
    (["new", "report.yaml"], 1, "already exists"),
    (["theme", "new", "acme"], 1, "already exists"),
    (["verify", "report.yaml", "nosuch.pdf"], 1, "no such file"),
    (["extract", "nosuch.pdf"], 1, "no such file"),
    (["template-check", "bad.docx", "--theme", "nosuch"], 1, "unknown theme"),
    (["check", "report.yaml", "--today", "soon"], 2, "not a valid date"),
]


@pytest.mark.parametrize(
    ("args", "code", "words"), ERRORS, ids=lambda one: " ".join(one) if isinstance(one, list) else ""
)
def test_errors(args: Sequence[str], code: int, words: str, run: Run) -> None:
    ended = run(*args, "--format", "json")
    problems = told(ended)
    assert ended.code == code
    assert any(words in str(problem) for problem in problems), problems
    assert "error" in {problem["level"] for problem in problems} or "--strict" in args


def test_errors_have_their_places(run: Run) -> None:
    for args in (["wrong.yaml", "--md"], ["facts", "wrong.yaml"], ["wrong.yaml", "report.yaml", "--md", "-o", "out/"]):
        problems = [one for one in told(run(*args, "--format=json")) if one["level"] == "error"]
        assert [(Path(one["file"]).name, one["line"], one["path"]) for one in problems] == [
            ("wrong.yaml", 2, "sevrity"),
            ("wrong.yaml", 3, "status"),
        ]


@pytest.mark.parametrize(
    ("args", "levels"),
    [
        (["report.yaml", "--md"], ["warning"]),
        (["report.yaml", "--md", "--docx"], ["warning"]),
        (["report.yaml", "--md", "-o", "-"], ["warning"]),
        (["notes.md", "--html"], ["warning"]),
        (["import", "notes.md"], ["warning"]),
        (["import", "notes.md", "-o", "-"], ["warning"]),
        (["empty.md", "--html", "-q"], []),
        (["new", "new.yaml"], []),
        (["schema"], []),
        (["skill"], []),
    ],
    ids=" ".join,
)
def test_warnings(args: Sequence[str], levels: Sequence[str], run: Run) -> None:
    ended = run(*args, "--format", "json")
    assert ended.code == 0
    assert [problem["level"] for problem in told(ended)] == levels


def test_what_a_command_looks_for_is_on_standard_output(run: Run) -> None:
    run("report.yaml", "--md", "-q")
    for args, words in (
        (["check", "report.yaml", "wrong.yaml"], "unknown key"),
        (["template-check", "bad.docx"], "not a Word file"),
        (["theme", "check", "acme"], "nosuch"),
        (["verify", "final.yaml", "report.md"], "does not match"),
        (["verify", "report.yaml", "report.md"], "matches"),
    ):
        ended = run(*args, "--format", "json")
        found = json.loads(ended.out)
        assert all(list(problem) == FORM for problem in found)
        assert any(words in problem["message"] for problem in found), found
        assert told(ended) == []
        assert ended.code == ("error" in {problem["level"] for problem in found}), args


def test_lists_are_data(run: Run) -> None:
    assert [one["name"] for one in json.loads(run("formats", "--format", "json").out)][:2] == ["pdf", "docx"]
    assert json.loads(run("themes", "--format", "json").out)[0]["name"]
    assert {"id", "level", "name", "reason"} == set(json.loads(run("rules", "--format", "json").out)[0])


def test_every_command_has_the_option(run: Run) -> None:
    for name in COMMANDS:
        shown = run(*([] if name == "render" else [name]), "--help")
        assert name == "theme" or b"--format" in shown.out, name


def test_a_format_of_documents_is_explained(run: Run) -> None:
    assert "use --pdf" in run("report.yaml", "--format", "pdf").err


def test_without_the_option_messages_are_text(run: Run) -> None:
    run("wrong.yaml", "--format", "json")
    assert run("wrong.yaml", "--format", "text").err.startswith("error: wrong.yaml:2:1")
