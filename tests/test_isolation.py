"""Rendering in a process that can be stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pmexport import BoundError, FormatError, InputError, Problem, ThemeError, digest, load, render
from pmexport.checks.levels import Levels

SAMPLES = Path(__file__).parent.parent / "samples"
SAMPLE = SAMPLES / "checkout-outage.yaml"
MINUTES = 600.0


@pytest.mark.parametrize("format_name", ["md", "pdf"])
def test_the_bytes_are_the_same(format_name: str) -> None:
    warnings: list[Problem] = []
    bounded = render(load(SAMPLE), format_name, timeout=MINUTES, memory=4 << 30, warnings=warnings)
    assert bounded == render(SAMPLE, format_name)
    assert warnings == []


def test_warnings_come_through() -> None:
    warnings: list[Problem] = []
    render({"title": "T", "figures": [{"src": "no.png", "alt": "a"}]}, "md", timeout=MINUTES, warnings=warnings)
    assert [warning.message for warning in warnings] == [
        "the image no.png is not shown. The report has no folder to look for it in."
    ]


def test_what_reading_noticed_and_the_file_says_come_through() -> None:
    fields = {"title": "T", "status": "final", "severity": "P2"}
    finalized = fields | {"finalized_digest": digest(fields)}
    report = load(finalized, overrides={"severity": "P1"}).read_from(None, (Problem("a remark.", line=7),))
    for timeout in (None, MINUTES):
        warnings: list[Problem] = []
        levels: Levels = {"PM002": "warning"}
        assert b"P1" in render(report, "md", levels=levels, warnings=warnings, timeout=timeout)
        assert [(warning.message, warning.line) for warning in warnings] == [("a remark.", 7)]


def test_the_time_is_bounded() -> None:
    with pytest.raises(BoundError, match=r"longer than 0\.01 s"):
        render({"title": "T"}, "md", timeout=0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take the limit and ignore it")
def test_the_memory_is_bounded() -> None:
    with pytest.raises(BoundError, match="memory limit"):
        render({"title": "T"}, "pdf", memory=60_000_000)


def test_errors_come_through() -> None:
    with pytest.raises(InputError) as error:
        render(SAMPLES / "none.yaml", "md", timeout=MINUTES)
    assert error.value.problems[0].file.endswith("none.yaml")
    with pytest.raises(ThemeError, match="unknown theme"):
        render({"title": "T"}, "md", theme="none", timeout=MINUTES)
    with pytest.raises(FormatError, match="has no option"):
        render({"title": "T"}, "md", timeout=MINUTES, paper="blue")


def test_modules_in_the_working_directory_are_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert render({"title": "T"}, "md", timeout=MINUTES).startswith(b"# T")


def test_variables_of_python_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('imported')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert render({"title": "T"}, "md", timeout=MINUTES).startswith(b"# T")


def test_works_from_a_script_without_a_guard_and_from_standard_input(tmp_path: Path) -> None:
    code = "from pmexport import render\nprint(render({'title': 'T'}, 'md', timeout=600.0).decode())\n"
    script = tmp_path / "unguarded.py"
    script.write_text(code, "utf-8")
    for command, given in (([sys.executable, str(script)], None), ([sys.executable, "-"], code)):
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, cwd=tmp_path)
        assert done.stdout.startswith("# T\n")
