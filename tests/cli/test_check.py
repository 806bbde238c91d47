"""`pmexport check` and `pmexport rules`."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from conftest import Run

from pmexport.checks.rule_registry import RULES

REPORT = """\
title: T
summary: The key is AKIAQ3EGRT7YWN5KPLMZ, and the time TODO.
timeline:
  - {time: ca. 11:20, event: a}
action_items:
  - action: b
    deadline: 2026-04-01
checks:
  - {ignore: PM014, because: There is no tracker.}
"""
NOTES = "title: T\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.yaml"
    path.write_text(REPORT, "utf-8")
    return path


def test_text_shows_excerpt_help_and_count(run: Run, report: Path) -> None:
    ended = run("check", "report.yaml", "--today", "2026-05-01")
    lines = ended.out.decode().splitlines()
    assert (ended.code, ended.err) == (1, "")
    at = lines.index('report.yaml:4:12: warning PM006: "ca. 11:20" is not a valid time: it is shown as written '
                     "and ignored in durations.")  # fmt: skip
    assert lines[at + 1 : at + 4] == [
        "    4 |   - {time: ca. 11:20, event: a}",
        "      |            ^",
        "    timeline[0].time: Did you mean 11:20?",
    ]
    assert lines[-1] == "2 errors, 3 warnings, 7 notes (1 suppressed)."
    assert b"\x1b" not in ended.out


def test_line_with_a_secret_is_hidden(run: Run, report: Path) -> None:
    out = run("check", "report.yaml").out.decode()
    assert "report.yaml:2:21: error PM005" in out
    assert "report.yaml:2:56: error PM001" in out
    assert "AKIA" not in out


def test_long_line_is_shortened_and_has_no_control_characters(run: Run, tmp_path: Path) -> None:
    text = f'title: T\nsummary: "{"字 " * 100}\x85 TODO {"x " * 100}"\n'
    (tmp_path / "r.yaml").write_text(text, "utf-8")
    line, caret = run("check", "r.yaml").out.decode().split("PM001")[1].splitlines()[1:3]
    assert line.startswith("    2 | …")
    assert line.endswith("…")
    assert "TODO" in line
    assert "\x85" not in line
    before = line[: line.index("TODO")]
    assert len(caret) - 1 == len(before) + before.count("字")  # each takes two cells


def test_date_defaults_to_today(run: Run, report: Path) -> None:
    tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
    report.write_text(
        f"title: T\naction_items: [{{action: a, deadline: {tomorrow}}}, {{action: b, deadline: 2001-01-01}}]"
    )
    out = run("check", "report.yaml").out.decode()
    assert out.count("PM022") == 1
    assert "2001-01-01" in out
    assert run("check", "report.yaml", "--as-of", "2000-01-01").out.decode().count("PM022") == 0


def test_json_sarif_and_github(run: Run, report: Path) -> None:
    ended = run("check", "report.yaml", "--format", "json")
    findings = json.loads(ended.out)
    assert ended.code == 1
    assert {(one["id"], one["file"], one["line"]) for one in findings} >= {("PM005", "report.yaml", 2)}
    (sarif,) = json.loads(run("check", "report.yaml", "--format", "sarif").out)["runs"]
    assert [rule["id"] for rule in sarif["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    suppressed = [one["ruleId"] for one in sarif["results"] if "suppressions" in one]
    assert suppressed == ["PM014"]
    assert len(sarif["results"]) == len(findings) + 1
    commands = run("check", "report.yaml", "--format", "github").out.decode().splitlines()
    assert len(commands) == len(findings)
    assert all(command.startswith(("::error file=", "::warning file=", "::notice file=")) for command in commands)


def test_several_reports_and_standard_input(run: Run, report: Path, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"title": "T", "date": "soon"}')
    out = run("check", "report.yaml", "other.json").out.decode()
    assert "report.yaml:4:12" in out
    assert "other.json:1:24: warning PM006" in out
    assert out.splitlines()[-1] == "2 errors, 4 warnings, 17 notes in 2 reports (1 suppressed)."
    piped = run("check", "-", "--from", "json", "--format", "json", stdin=b'{"title": "T",\n"date": "soon"}')
    assert [(one["file"], one["line"]) for one in json.loads(piped.out) if one["id"] == "PM006"] == [("-", 2)]
    assert piped.code == 0


QUIET = '[checks]\nPM002 = "off"\n'


def test_nothing_found_names_the_file_that_turns_rules_off(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text(QUIET)
    (tmp_path / "r.yaml").write_text(NOTES)
    note = f"{tmp_path / 'pmexport.toml'} disables rules or lowers their level (PM002: off).\n"
    ended = run("check", "r.yaml", "./r.yaml")
    assert (ended.code, ended.out.decode()) == (0, f"{note}Nothing found in 2 reports.\n")
    for kind in ("json", "sarif", "github"):
        ended = run("check", "r.yaml", "--format", kind)
        told = f"note: {json.loads(ended.err)[0]['message']}\n" if kind == "json" else ended.err
        assert (ended.code, told) == (0, f"note: {note}")
        assert kind == "github" or json.loads(ended.out) == [] or kind == "sarif"


def test_levels_that_are_raised_are_not_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM002 = "error"\nPM014 = "error"')
    (tmp_path / "r.yaml").write_text(NOTES)
    assert b"pmexport.toml" not in run("check", "r.yaml").out


def test_the_configuration_can_be_chosen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text(QUIET)
    (tmp_path / "r.yaml").write_text(NOTES)
    (tmp_path / "other.toml").write_text('[checks]\nPM002 = "error"')
    assert b"PM002" in run("check", "r.yaml", "--no-config").out
    chosen = run("check", "r.yaml", "--config", "other.toml")
    assert (chosen.code, b"error PM002" in chosen.out) == (1, True)
    (tmp_path / "pmexport.toml").write_text("not TOML")
    assert run("check", "r.yaml").code == 2
    assert run("check", "r.yaml", "--no-config").code == 0
    assert run("check", "r.yaml", "--config", "other.toml").code == 1


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--config", "none.toml"), "none.toml: there is no such file."),
        (("--config", "."), "found a folder, expected a file."),
        (("--config", "other.toml", "--no-config"), "contradict each other"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_reported(args: tuple[str, ...], expected: str, run: Run) -> None:
    Path("r.yaml").write_text(NOTES)
    Path("other.toml").write_text(QUIET)
    ended = run("check", "r.yaml", *args)
    assert (ended.code, ended.out) == (2, b"")
    assert expected in ended.err


@pytest.mark.parametrize("kind", ["text", "json", "github", "sarif"])
def test_unreadable_report_is_reported_in_every_format(kind: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("title: T\nsevrity: P1\nstatus: finished-ish\n")
    ended = run("check", "r.yaml", "missing.yaml", "--format", kind)
    out = ended.out.decode()
    assert (ended.code, ended.err) == (1, "")
    assert out.count("sevrity") >= 1
    assert "Did you mean severity?" in out
    assert "there is no such file." in out
    assert "\n    \n" not in out
    assert out.count("PM000") >= 3
    if kind == "json":
        assert [(one["id"], one["line"], one["column"]) for one in json.loads(out)] == [
            ("PM000", 2, 1),
            ("PM000", 3, 9),
            ("PM000", None, None),
        ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), "REPORT…"),
        (("r.yaml", "--format", "xml"), "xml"),
        (("r.yaml", "--today", "soon"), "'soon' is not a valid date; use YYYY-MM-DD."),
        (("-",), "Add --from yaml"),
    ],
)
def test_wrong_usage(args: tuple[str, ...], expected: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(NOTES)
    ended = run("check", *args)
    assert (ended.code, ended.out) == (2, b"")
    assert expected in ended.err


def test_levels_come_from_the_folder_of_the_report(run: Run, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for folder in (tmp_path, inside):
        (folder / "r.yaml").write_text(NOTES)
    (inside / "pyproject.toml").write_text('[tool.pmexport.checks]\nPM002 = "error"')
    assert run("check", "r.yaml").code == 0
    assert run("check", "inside/r.yaml").code == 1
    (inside / "pyproject.toml").write_text('[tool.pmexport.checks]\nPM002 = "eror"')
    ended = run("check", "r.yaml", "inside/r.yaml")
    assert (ended.code, ended.out) == (2, b"")
    assert 'pyproject.toml:2:9: checks.PM002: found "eror"' in ended.err


def test_rules_lists_every_rule(run: Run) -> None:
    out = run("rules").out.decode()
    assert [line.split()[:3] for line in out.splitlines() if line[0] != " "] == [
        [rule.id, rule.level, rule.name] for rule in RULES
    ]
    words = " ".join(out.split())
    assert all(rule.reason in words for rule in RULES)


KEY = "AKIAQ3EGRT7YWN5KPLMZ"


def test_limits_base_and_overrides_reach_the_checks(run: Run, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "pool.log").write_text(f"{'x' * 50}\n{KEY}\n", "utf-8")
    (tmp_path / "r.yaml").write_text("title: T\nlogs: [{title: Pool, file: pool.log}]\n", "utf-8")
    assert b"PM005" not in run("check", "r.yaml").out
    assert b"PM005" in run("check", "r.yaml", "--base", "logs").out
    assert b"PM005" not in run("check", "r.yaml", "--base", "logs", "--limit", "log_bytes=20").out
    assert b"PM005" in run("check", "r.yaml", "--set", "logs[0].file=logs/pool.log").out
    assert (
        b"PM005" in run("check", "-", "--from", "yaml", "--base", "logs", stdin=(tmp_path / "r.yaml").read_bytes()).out
    )


def test_strict_fails_for_warnings_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("title: T\ntimeline: [{time: noonish, event: a}]\n", "utf-8")
    assert run("check", "r.yaml").code == 0
    assert run("check", "r.yaml", "--strict").code == 1
    (tmp_path / "r.yaml").write_text(NOTES, "utf-8")
    assert run("check", "r.yaml", "--strict").code == 0


@pytest.mark.parametrize("hidden", ["\x1b[1m", "\x00", "\x08"], ids=ascii)
def test_secret_with_control_characters_in_a_log_is_found(hidden: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "pool.log").write_text(f"a\n{KEY[:9]}{hidden}{KEY[9:]}\n", "utf-8")
    (tmp_path / "r.yaml").write_text("title: T\nlogs: [{file: pool.log}]\n", "utf-8")
    assert "See line 2 of the file." in run("check", "r.yaml").out.decode()
