"""The program starts at once: it imports only what a command needs."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from pmexport import cli
from pmexport.cli.program import COMMANDS, program

FOLDER = Path(cli.__file__).parent
HEAVY = {"importlib.metadata", "pydantic", "lxml", "docx", "jinja2", "markdown", "weasyprint", "PIL", "yaml"}
STARTED = """
import sys
sys.argv = ["pmexport", *{arguments!r}]
from pmexport.__main__ import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def imported(*arguments: str, folder: Path) -> set[str]:
    """Return the modules that a command imports."""
    code = STARTED.format(arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return set(done.stderr.split())


def test_the_version_needs_nothing(tmp_path: Path) -> None:
    for option in ("--version", "-V"):
        assert not imported(option, folder=tmp_path) & {"click", "typing", "signal", "pmexport.cli"}


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"]])
def test_help_needs_no_library_but_click(arguments: list[str], tmp_path: Path) -> None:
    found = imported(*arguments, folder=tmp_path)
    assert "click" in found
    assert not found & ({"docx", "jinja2", "markdown", "weasyprint", "PIL"} if "check" in arguments else HEAVY)


def test_completion_needs_no_library_but_click(tmp_path: Path) -> None:
    code = (
        "import os, sys; os.environ |= {'_PMEXPORT_COMPLETE': 'bash_complete', 'COMP_WORDS': 'pmexport fin', "
        "'COMP_CWORD': '1'}\nfrom pmexport.__main__ import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "finalize" in done.stdout
    assert not set(done.stderr.split()) & HEAVY


def test_a_suffix_does_not_import_other_formats(tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text("title: T\n", "utf-8")
    found = imported("report.yaml", "-o", "a.md", folder=tmp_path)
    assert "pmexport.renderers.markdown" in found
    assert not found & {
        "docx",
        "jinja2",
        "weasyprint",
        "pmexport.renderers.html",
        "pmexport.renderers.pdf.paper_rendering",
    }


def test_every_command_is_in_the_table() -> None:
    for path in FOLDER.glob("*.py"):
        for name in re.findall(r'^@program\.command\("([^"]+)"', path.read_text("utf-8"), re.MULTILINE):
            assert COMMANDS[name][0] == path.stem
    for name, (module, line) in COMMANDS.items():
        import_module(f"pmexport.cli.{module}")
        assert name in program.commands
        assert line.endswith(".") or name == "render"
