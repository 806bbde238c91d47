"""The server, as a program of its own: the SDK's client talks to it over a pipe."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from pmexport import __version__
from pmexport.report.model import json_schema

ROOT = Path(__file__).parent.parent.parent
REPORT = "title: Search was slow\naction_items:\n  - {action: Fix it, deadline: 2026-04-01}\n"
PROGRAM = ["-m", "pmexport", "mcp"]
ENVIRONMENT = {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with a valid and a broken report."""
    (tmp_path / "secret.yaml").write_text("title: secret", "utf-8")
    work = tmp_path / "work"
    work.mkdir()
    (work / "report.yaml").write_text(REPORT, "utf-8")
    (work / "broken.yaml").write_text("titel: Search was slow\n", "utf-8")
    (work / "notes.md").write_text("# Search was slow\n\n## Timeline\n\n- 14:02 Alert\n", "utf-8")
    return work


async def _call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """Return the structured result of a tool, which is also there as text for clients that show only that."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
    structured: dict[str, Any] = result.structured_content
    return structured


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_uses_every_tool_over_a_pipe(folder: Path, mode: Any) -> None:
    server = StdioServerParameters(command=sys.executable, args=PROGRAM, cwd=folder, env=ENVIRONMENT)

    async def talk() -> None:
        async with Client(server, mode=mode) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"validate", "check", "render", "import", "facts", "explain-rule"}
            for tool in tools.values():
                assert tool.description
                assert tool.output_schema
                assert all(field.get("description") for field in tool.input_schema["properties"].values()), tool.name
            broken = await _call(client, "validate", report="broken.yaml")
            assert (broken["ok"], broken["problems"][0]["help"]) == (False, "Did you mean title?")
            assert (await _call(client, "check", report="report.yaml", today="2026-05-01"))["ok"]
            rendered = await _call(client, "render", report="report.yaml", formats=["md", "pdf"], folder="out")
            assert rendered["files"] == ["out/report.md", "out/report.pdf"]
            assert not (await _call(client, "render", report="report.yaml", formats=["md"], folder="out"))["ok"]
            assert (await _call(client, "import", files=["notes.md"]))["files"] == ["notes.yaml"]
            assert (await _call(client, "facts", report="report.yaml"))["facts"]
            assert (await _call(client, "explain-rule", id="PM012"))["rule"]["name"] == "action-without-owner"
            outside = await _call(client, "validate", report="../secret.yaml")
            assert "the path is refused" in outside["problems"][0]["message"]

    anyio.run(talk)
    assert (folder / "out/report.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.slow
def test_the_schema_the_rules_and_the_guide_are_resources(folder: Path) -> None:
    server = StdioServerParameters(command=sys.executable, args=PROGRAM, cwd=folder, env=ENVIRONMENT)

    async def read() -> dict[str, str]:
        async with Client(server) as client:
            assert client.server_info
            assert (client.server_info.name, client.server_info.version) == ("pmexport", __version__)
            assert "pmexport://guide" in (client.instructions or "")
            uris = [resource.uri for resource in (await client.list_resources()).resources]
            return {uri: (await client.read_resource(uri)).contents[0].text for uri in uris}  # type: ignore[union-attr]

    found = anyio.run(read)
    assert set(found) == {"pmexport://schema", "pmexport://rules", "pmexport://guide"}
    assert json.loads(found["pmexport://schema"]) == json_schema()
    assert "PM012" in {rule["id"] for rule in json.loads(found["pmexport://rules"])}
    assert "## The loop" in found["pmexport://guide"]


NOISY = """
import sys
from pmexport.reading import file_bytes
from pmexport import reading
def shout(*args, **kwargs):
    print("a library prints")
    sys.stdout.write("and writes")
    import os, subprocess
    os.write(1, b"even past Python")
    subprocess.run([sys.executable, "-c", "print('and in a child')"], check=True)
    return file_bytes(*args, **kwargs)
reading.file_bytes = shout
from pmexport.cli import main
main(["mcp"])
"""


@pytest.mark.slow
def test_nothing_but_the_protocol_reaches_standard_output(folder: Path) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "validate", "arguments": {"report": "report.yaml"}}},
    ]
    lines = [json.dumps({"jsonrpc": "2.0", **message}) for message in messages]
    process = subprocess.Popen(
        [sys.executable, "-c", NOISY],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write("not JSON\n" + "\n".join(lines) + "\n")
    process.stdin.flush()
    answers: list[dict[str, Any]] = []
    while not answers or answers[-1].get("id") != 2:
        answers.append(json.loads(process.stdout.readline()))
    rest, errors = process.communicate()
    assert (process.returncode, rest) == (0, ""), errors
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert answers[-1]["result"]["structuredContent"]["ok"]
    for noise in ("a library prints", "and writes", "even past Python", "and in a child"):
        assert noise in errors


def test_without_the_sdk_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(SystemExit) as ended:
        importlib.import_module("pmexport.cli").main(["mcp"])
    assert ended.value.code == 1
    assert "pip install 'pmexport[mcp]'" in capsys.readouterr().err
