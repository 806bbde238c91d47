"""What users install: the wheel has all that it needs and nothing else, and works where the sources are not.

PMEXPORT_WHEEL names the wheel to test; without it, one is built, from the source distribution as a packager would.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from email.parser import BytesParser
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from parity import READERS, squashed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
KINDS_OF_FILES = {
    "pmexport": {".js", ".md", ".py", ".toml", ".typed", ".yaml"},
    "pmexport/_themes": {".css", ".j2", ".png", ".svg", ".toml", ".ttf", ".txt"},
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if "PMEXPORT_WHEEL" in os.environ:
        return Path(os.environ["PMEXPORT_WHEEL"]).resolve(strict=True)
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """The names of the files in the wheel."""
    with ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment that holds the wheel and what it says it depends on, and does not know the sources.

    The dependencies are those of this environment, by links: it is not the business of this test to download them.
    """
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(folder / "bin" / "python")]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True)
    site = next(folder.glob("lib/python*/site-packages"))
    for package in dependencies_of(wheel):
        for name in {path.parts[0] for path in package.files or [] if path.parts[0] not in ("..", "__pycache__")}:
            if not (site / name).exists():
                (site / name).symlink_to(Path(str(package.locate_file(name))))
    return folder


def dependencies_of(wheel: Path) -> Iterator[Distribution]:
    """Yield the packages that a wheel needs, and those that they need."""
    with ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        waiting = BytesParser().parsebytes(archive.read(metadata)).get_all("Requires-Dist", [])
    seen = set()
    while waiting:
        name = re.split(r"[^\w.-]", requirement := waiting.pop())[0]
        if name in seen or "extra ==" in requirement:
            continue
        seen.add(name)
        try:
            package = distribution(name)
        except PackageNotFoundError:  # needed on another system
            assert ";" in requirement, requirement
            continue
        waiting += package.requires or []
        yield package


def run(environment: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment in another folder."""
    command = [str(environment / "bin" / args[0]), *args[1:]]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, cwd=folder, env=clean, check=False, text=True, capture_output=True)


def test_it_has_the_sources_the_themes_and_the_licence(names: list[str]) -> None:
    sources = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("pmexport/**/*.py")}
    themes = {f"pmexport/_{path.relative_to(ROOT).as_posix()}" for path in ROOT.glob("themes/**/*") if path.is_file()}
    assert "pmexport/_themes/default/theme.toml" in themes
    assert sources | themes <= set(names)
    for name in ("py.typed", "report/starter.yaml", "report/example.yaml", "document/labels/en.toml"):
        assert f"pmexport/{name}" in names
    assert any(re.fullmatch(r"pmexport-[^/]+\.dist-info/licenses/LICENSE", name) for name in names)


def test_nothing_stray_is_in_it(names: list[str]) -> None:
    for name in names:
        top = name.split("/")[0]
        if re.fullmatch(r"pmexport-[^/]+\.dist-info", top):
            continue
        assert top == "pmexport", name
        part = "pmexport/_themes" if name.startswith("pmexport/_themes/") else "pmexport"
        assert Path(name).suffix in KINDS_OF_FILES[part], name
    assert len(set(names)) == len(names)


def test_it_works_where_the_sources_are_not(environment: Path, tmp_path: Path) -> None:
    program = "import pmexport, pmexport.theming.themes as t; print(pmexport.__file__, t.built_in_folder(), sep='\\n')"
    places = run(environment, tmp_path, "python", "-c", program).stdout.splitlines()
    assert len(places) == 2
    assert all(Path(place).is_relative_to(environment) for place in places)
    (tmp_path / "report.yaml").write_text("title: Search was slow\nsummary: For *ten* minutes.\n", "utf-8")
    done = run(environment, tmp_path, "pmexport", "report.yaml", "--pdf", "--docx", "--html", "--md", "-o", "out/")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    for name, read in READERS.items():
        text = squashed(read((tmp_path / "out" / f"report.{name}").read_bytes()))
        for words in ("Search was slow", "For ten minutes."):
            assert squashed(words) in text, name


def test_it_brings_its_themes_and_its_starter(environment: Path, tmp_path: Path) -> None:
    assert [line.split()[0] for line in run(environment, tmp_path, "pmexport", "themes").stdout.splitlines()] == [
        path.parent.name for path in sorted(ROOT.glob("themes/*/theme.toml"))
    ]
    assert run(environment, tmp_path, "pmexport", "new").returncode == 0
    assert run(environment, tmp_path, "pmexport", "report.yaml", "--md").returncode == 0
    assert (tmp_path / "report.md").read_text("utf-8").startswith("# ")
