"""Every command shows the line of a problem with a caret, and never a line with a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

KEY = "AKIAQ3EGRT7YWN5KPLMZ"
UNKNOWN_KEY = ["    2 | sevrity: P1", "      | ^"]
LOST_TEXT = ["    1 | title: Reverted #512", "      |                 ^"]
PARTIAL = "title: Reverted #512\nstatus: {status}\n"

COMMANDS = ["report.yaml --md", "check report.yaml", "finalize report.yaml", "report.yaml --md --strict"]


def _write(folder: Path, text: str) -> None:
    (folder / "report.yaml").write_text(text, "utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unreadable_report(command: str, tmp_path: Path, run: Run) -> None:
    _write(tmp_path, "title: x\nsevrity: P1\n")
    ended = run(*command.split())
    lines = [*ended.out.decode().splitlines(), *ended.err.splitlines()]
    assert ended.code == 1
    assert lines[1:3] == UNKNOWN_KEY


@pytest.mark.parametrize("command", ["- --from yaml --md", "check - --from yaml"])
def test_standard_input(command: str, run: Run) -> None:
    ended = run(*command.split(), stdin=b"title: x\nsevrity: P1\n")
    lines = [*ended.out.decode().splitlines(), *ended.err.splitlines()]
    assert ended.code == 1
    assert lines[1:3] == UNKNOWN_KEY


@pytest.mark.parametrize(("suffix", "text", "line"), [
    ("json", '{"title": "x",\n "sevrity": "é"}', '    2 |  "sevrity": "é"}'),
    ("toml", 'title = "x"\nsevrity = "é"\n', '    2 | sevrity = "é"'),
])  # fmt: skip
def test_other_formats(suffix: str, text: str, line: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / f"report.{suffix}").write_text(text, "utf-8")
    assert line in run(f"report.{suffix}", "--md").err.splitlines()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("status", ["draft", "final"])
def test_lost_text(command: str, status: str, tmp_path: Path, run: Run) -> None:
    _write(tmp_path, PARTIAL.format(status=status))
    ended = run(*command.split())
    lines = [*ended.out.decode().splitlines(), *ended.err.splitlines()]
    at = lines.index(LOST_TEXT[0], next(index for index, line in enumerate(lines) if "PM026" in line))
    assert lines[at : at + 2] == LOST_TEXT


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("text", [
    f"title: x\nsevrity: {KEY}\n",  # the report cannot be read
    f"title: x\nsummary: a: {KEY}\n",
    f"title: Reverted #{KEY}\n",  # the secret is not in the report
    f"title: Reverted #512\nstatus: final\nsummary: {KEY} #1\n",
])  # fmt: skip
def test_secrets_are_hidden(command: str, text: str, tmp_path: Path, run: Run) -> None:
    _write(tmp_path, text)
    ended = run(*command.split())
    assert KEY not in ended.err
    assert KEY.encode() not in ended.out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_key_of_many_lines_is_hidden(command: str, tmp_path: Path, run: Run) -> None:
    line = "MIIEowIBAAKCAQEA7Zf3s0Uv9kQ2mX8yB5nC4tR6wE1pL0aJdGhKfSxVzYbNuMqT"
    key = [f"-----BEGIN RSA {'PRIVATE'} KEY-----", *[line] * 20, f"{line}:  x", f"-----END RSA {'PRIVATE'} KEY-----"]
    _write(tmp_path, "title: x\nsummary: " + "\n  ".join(key) + "\n")
    ended = run(*command.split())
    assert ended.code == 1
    assert line not in ended.err + ended.out.decode()


def test_another_encoding(tmp_path: Path, run: Run) -> None:
    (tmp_path / "report.yaml").write_bytes("title: é\nsevrity: x\n".encode("utf-16"))
    assert UNKNOWN_KEY[0].replace("P1", "x") in run("report.yaml", "--md").err.splitlines()
    (tmp_path / "report.yaml").write_bytes(b"title: caf\xe9\n")
    assert "    1 | title: caf\N{REPLACEMENT CHARACTER}" in run("report.yaml", "--md").err.splitlines()


def test_a_place_is_shown_once(tmp_path: Path, run: Run) -> None:
    _write(tmp_path, "title: x\nstatus: final\n")
    err = run("report.yaml", "--md").err
    assert err.count("PM002") > 1
    assert err.count("    1 | title: x") == 1


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path, run: Run) -> None:
    _write(tmp_path, "title: \x1b[31m\n")
    assert "\x1b" not in run("report.yaml", "--md").err
