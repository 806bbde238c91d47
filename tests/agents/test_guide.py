"""The guide for agents: its example is valid, and its commands do what it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from pmexport.agents.tools import Tools
from pmexport.cli import main

GUIDE = (Path(__file__).parent.parent.parent / "pmexport/agents/guide.md").read_text("utf-8")
EXAMPLE = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)[0]
BLOCKS = re.findall(r"^ *```sh\n(.*?)```", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = [line.strip() for block in BLOCKS for line in block.splitlines() if line.strip()]
SHORT = [command for command in re.findall(r"`(pmexport [a-z-]+)`", GUIDE) if command != "pmexport mcp"]


def _run(command: str, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    program, *arguments = shlex.split(command)
    assert program == "pmexport"
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code, capsys.readouterr().out


def test_the_command_prints_it_as_a_skill(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("pmexport skill", capsys) == (0, GUIDE)
    _, head, _ = GUIDE.split("---\n", 2)
    front = yaml.safe_load(head)
    assert (front["name"], front.keys()) == ("pmexport", {"name", "description"})
    assert len(front["description"]) <= 1024


@pytest.mark.slow
def test_its_commands_work_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.md").write_text("# Search was slow\n\n## Timeline\n\n- 14:02 Alert\n", "utf-8")
    importing, checking, rendering = COMMANDS
    assert _run(importing, capsys)[0] == 0
    assert Path("report.yaml").exists()
    Path("report.yaml").write_text(EXAMPLE, "utf-8")
    code, found = _run(f"{checking} --today 2026-03-20", capsys)
    assert (code, [one for one in json.loads(found) if one["level"] != "note"]) == (0, [])
    assert _run(rendering, capsys)[0] == 0
    assert {path.suffix for path in Path("out").iterdir()} == {".pdf", ".docx", ".html", ".md"}
    Path("report.yaml").write_text(EXAMPLE.replace("title:", "titel:"), "utf-8")
    code, found = _run(checking, capsys)
    assert (code, json.loads(found)[0]["id"]) == (1, "PM000")


@pytest.mark.parametrize("command", dict.fromkeys(SHORT))
def test_every_command_that_it_names_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(f"{command} --help", capsys)[0] == 0


def test_it_names_every_tool() -> None:
    names = {"import" if name == "import_files" else name.replace("_", "-") for name in dir(Tools) if name[0] != "_"}
    assert {name for name in names - {"workspace", "timeout"} if f"`{name}`" not in GUIDE} == set()
