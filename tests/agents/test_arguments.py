"""Arguments that are missing or wrong: the answer has the form of every other one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from pmexport.agents.server import make_server


def _call(folder: Path, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a tool's answer over the protocol."""

    async def talk() -> Any:
        async with Client(make_server(folder, 60)) as client:
            return await client.call_tool(tool, arguments)

    result = anyio.run(talk)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    found: dict[str, Any] = result.structured_content
    return found


@pytest.mark.parametrize(
    ("tool", "arguments", "problems"),
    [
        ("validate", {}, [("report", "this argument is required.")]),
        ("render", {"report": "a.yaml"}, [("formats", "this argument is required.")]),
        ("render", {}, [("report", "this argument is required."), ("formats", "this argument is required.")]),
        ("validate", {"report": 5}, [("report", "found 5, expected a text.")]),
        ("validate", {"report": None}, [("report", "found null, expected a text.")]),
        ("render", {"report": "a.yaml", "formats": "pdf"}, [("formats", 'found "pdf", expected a list.')]),
        ("render", {"report": "a.yaml", "formats": ["md", 1]}, [("formats[1]", "found 1, expected a text.")]),
        (
            "render",
            {"report": "a.yaml", "formats": ["md"], "overwrite": "perhaps"},
            [("overwrite", 'found "perhaps", expected true or false.')],
        ),
        (
            "render",
            {"report": 1, "format": ["md"]},
            [
                ("format", 'render has no argument "format".'),
                ("report", "found 1, expected a text."),
                ("formats", "this argument is required."),
            ],
        ),
        ("facts", {"report": ["x" * 99]}, [("report", f'found ["{"x" * 48}…, expected a text.')]),
    ],
)
def test_each_is_a_problem_with_its_place(
    tool: str, arguments: dict[str, Any], problems: list[tuple[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text("title: T", "utf-8")
    result = _call(tmp_path, tool, arguments)
    assert not result["ok"]
    assert [(one["path"], one["message"]) for one in result["problems"]] == problems
    assert all(one["help"] and one["level"] == "error" for one in result["problems"])
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


def test_help_names_what_was_probably_meant(tmp_path: Path) -> None:
    (problem, *_) = _call(tmp_path, "render", {"report": "a.yaml", "format": ["md"]})["problems"]
    assert problem["help"] == "Did you mean formats?"
    (problem,) = _call(tmp_path, "validate", {"report": "a.yaml", "strict": True})["problems"]
    assert problem["help"] == "Arguments: report."


def test_lists_written_as_text_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some clients write lists so."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("title: T", "utf-8")
    assert _call(tmp_path, "render", {"report": "a.yaml", "formats": '["md"]'})["files"] == ["a.md"]
