"""Closed, full and limited standard streams, Ctrl-C, and a deleted working folder."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells and signals of POSIX")
SAMPLE = Path(__file__).parents[2] / "samples" / "checkout-outage.yaml"
REPORT = 'title: "→ é"\nsummary: "TODO →"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.yaml").write_text(REPORT, "utf-8")
    return tmp_path


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell command in a folder; `pmexport` is the program."""
    script = f'pmexport() {{ "{sys.executable}" -m pmexport "$@"; }}\n{command}'
    env = {**os.environ, **environment}
    return subprocess.run(["sh", "-c", script], cwd=folder, env=env, capture_output=True, check=False)


CLOSED = {
    "pmexport - --from yaml --md -o - <&-": "standard input cannot be read: it is closed.",
    "pmexport check - --from json <&-": "standard input cannot be read: it is closed.",
    "pmexport report.yaml --md -o - >&-": "standard output: it is closed",
    "pmexport check report.yaml >&-": "standard output: it is closed",
    "pmexport check report.yaml --format sarif >&-": "standard output: it is closed",
    "pmexport schema >&-": "standard output: it is closed",
    "pmexport themes >&-": "standard output: it is closed",
    "pmexport --help >&-": "standard output: it is closed",
    "pmexport new - <&- >&-": "standard output: it is closed",
}


@pytest.mark.slow
@pytest.mark.parametrize("command", CLOSED)
def test_a_closed_stream_is_reported(command: str, folder: Path) -> None:
    done = shell(command, folder)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"error: {CLOSED[command]}\n"


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_not_used_may_be_closed(closed: str, folder: Path) -> None:
    done = shell(f"pmexport report.yaml --md {closed}", folder)
    assert done.returncode == 0
    assert (folder / "report.md").read_bytes().startswith("# → é\n".encode())


@pytest.mark.slow
@pytest.mark.parametrize("command", ["schema", "rules", "check report.yaml", "--help", "report.yaml --md -o -"])
def test_a_pipe_that_closes_early_ends_the_program_quietly(command: str, folder: Path) -> None:
    done = shell(f"(sleep 2; pmexport {command}; echo $? >code) | :", folder)
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
    assert (folder / "code").read_text() == "1\n"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252:strict", "utf-16"])
@pytest.mark.parametrize("command", ["check report.yaml", "check none→.yaml"])
def test_characters_that_the_output_lacks_are_replaced(command: str, encoding: str, folder: Path) -> None:
    done = shell(f"pmexport {command}", folder, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(done.stdout) > 40


ARGUMENTS = ["{}", "--{}", "-o {}.md", "--base {}", "--theme {}", "--docx --word-template {}", "--set title={}"]
ARGUMENTS += ["--set {}=a", "--as-of {}", "--limit {}", "--limit rows={}", "--limit rows=²", "--from {}"]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_arguments_that_are_not_text(arguments: str, folder: Path) -> None:
    done = shell(f"bad=$(printf '\\377'); pmexport report.yaml --md {arguments.replace('{}', '${bad}')}", folder)
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    done.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "check --format json", "check --format sarif", "check --format github"])
def test_reports_whose_names_are_not_text(command: str, folder: Path) -> None:
    name = os.fsencode(folder) + b"/\xff\x1b.yaml"
    Path(os.fsdecode(name)).write_text(REPORT, "utf-8")
    done = shell(f"pmexport {command} ./*.yaml", folder)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "\x1b" not in done.stdout.decode()


@pytest.mark.slow
@pytest.mark.parametrize("command", ["report.yaml --md", "check report.yaml", "new", "finalize report.yaml", "--help"])
def test_a_deleted_working_folder(command: str, folder: Path) -> None:
    (folder / "gone").mkdir()
    done = shell(f"cd gone && rmdir ../gone && pmexport {command}", folder)
    assert done.returncode == (0 if command == "--help" else 1)
    assert b"Traceback" not in done.stderr
    assert not (folder / "gone").exists()


def test_a_deleted_working_folder_is_named(folder: Path) -> None:
    (folder / "gone").mkdir()
    done = shell(f"cd gone && rmdir ../gone && pmexport check - --from yaml <{folder}/report.yaml", folder)
    assert done.stderr.startswith(b"error: the current folder no longer exists.") or done.stdout


# ---- Ctrl-C

STARTUP = 0.15
"""Seconds in which Python itself may be starting; it reports an interrupt in its own way."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_an_interrupt_ends_with_130_and_leaves_no_traceback(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    arguments = chance.choice([["check", SAMPLE], [SAMPLE, "--html", "--docx", "-o", "out/"], [SAMPLE, "-o", "a.pdf"]])
    command = [sys.executable, "-m", "pmexport", *map(str, arguments)]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=-1, stderr=-1)
    time.sleep(STARTUP + chance.random() * 1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    ended = process.returncode in (0, 1) if "check" in arguments else process.returncode == 0
    assert ended or process.returncode == 130
    assert b"Traceback" not in out + err
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".pmexport")]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["pmexport.reading.read_file", "pathlib.Path.replace"])
def test_an_interrupt_anywhere(place: str, folder: Path) -> None:
    code = f"""
import pathlib, signal, sys
import pmexport.reading
def interrupt(*_args, **_options):
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
sys.argv = ["pmexport", "report.yaml", "--md"]
{place} = interrupt
from pmexport.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, b"Aborted.")
    assert sorted(path.name for path in folder.iterdir()) == ["report.yaml"]


@pytest.mark.parametrize("place", ["a deletion", "an import"])
def test_an_interrupt_that_nothing_can_catch(place: str, folder: Path) -> None:
    code = f"""
import signal, sys
class Gone:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
class Finder:
    def find_spec(self, name, *_):
        if name == "pmexport.cli.program":
            {"Gone()" if place == "a deletion" else "signal.raise_signal(signal.SIGINT)"}
sys.meta_path.insert(0, Finder())
from pmexport.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
