"""Renderers of other packages, built and installed for real: they are found, and a broken one breaks only itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import Distribution, DistributionFinder, entry_points
from pathlib import Path

import pytest
from conftest import Run

from pmexport import FormatError, Problem, load, plugins, render, write
from pmexport.renderers import registry

REPORT = {"title": "Search was slow", "summary": "For ten minutes."}

RENDERER = """
class {class_name}:
    name = "{name}"
    suffix = "{suffix}"
    media_type = "text/plain"
    summary = "A message in capitals"

    def __init__(self, *, mark: str = "!") -> None:
        self.mark = mark

    def render(self, document, theme, warnings):
        titles = [document.title, *(section.title for section in document.sections)]
        return "\\n".join(title.upper() + self.mark for title in titles).encode()
"""

OPTIONS = """
from typing import Annotated, Literal

from pmexport.renderers.options import RendererOption

class ChoosyRenderer:
    name, suffix, media_type, summary = "choosy", "txt", "text/plain", "Says its options"

    def __init__(
        self,
        *,
        tone: Annotated[Literal["dry", "warm"], RendererOption("Tone of the text.")] = "dry",
        most_lines: Annotated[int | None, RendererOption("Lines to write.", "NUMBER")] = None,
        loud: Annotated[bool, RendererOption("Write capitals.", flag="--loud")] = False,
    ) -> None:
        self.said = f"{tone} {most_lines!r} {loud}"

    def render(self, document, theme, warnings):
        return self.said.encode()
"""

GRUMBLE = """
from pmexport import Problem

class GrumbleRenderer:
    name = "grumble"
    suffix = "txt"
    media_type = "text/plain"
    summary = "What it could not show"

    def render(self, document, theme, warnings):
        warnings.append(Problem("the pictures are not shown.", help="Look at the PDF."))
        return document.title.encode()
"""

FAILING = """
class CrashRenderer:
    name, suffix, media_type, summary = "crash", "txt", "text/plain", "Fails"

    def render(self, document, theme, warnings):
        raise KeyError("nosuch")


class EmptyRenderer(CrashRenderer):
    name = "empty"

    def render(self, document, theme, warnings):
        return None
"""

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{package}"
version = "1.0"

[project.entry-points."pmexport.renderers"]
{entry_points}

[tool.hatch.build.targets.wheel]
include = ["*.py"]
"""


def package(folder: Path, name: str, entry_points: dict[str, str], modules: dict[str, str]) -> Path:
    """Write the sources of a package that offers renderers."""
    folder.mkdir()
    points = "\n".join(f'{point} = "{value}"' for point, value in entry_points.items())
    (folder / "pyproject.toml").write_text(PYPROJECT.format(package=name, entry_points=points), "utf-8")
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which packages are installed: one sound, one broken in three ways, and two of the same name."""
    sources = tmp_path_factory.mktemp("sources")
    shout = RENDERER.format(class_name="ShoutRenderer", name="shout", suffix="shout")
    pager = RENDERER.format(class_name="PagerRenderer", name="one-pager", suffix="md")
    packages = [
        package(
            sources / "sound",
            "acme-shout",
            {
                "shout": "acme_shout:ShoutRenderer",
                "one-pager": "acme_shout:PagerRenderer",
                "grumble": "acme_grumble:GrumbleRenderer",
                "choosy": "acme_choosy:ChoosyRenderer",
                "crash": "acme_failing:CrashRenderer",
                "empty": "acme_failing:EmptyRenderer",
                "theme": "acme_shout:ShoutRenderer",  # the name of an option
                "pdf": "acme_shout:ShoutRenderer",  # the name of a built-in format
            },
            {"acme_shout": shout + pager, "acme_choosy": OPTIONS, "acme_grumble": GRUMBLE, "acme_failing": FAILING},
        ),
        package(
            sources / "broken",
            "acme-broken",
            {
                "gone": "acme_nosuch:Renderer",
                "hollow": "acme_broken:Nosuch",
            },
            {"acme_broken": ""},
        ),
        package(sources / "first", "acme-first", {"twin": "acme_first:First"}, {"acme_first": "class First: ..."}),
        package(
            sources / "second", "acme-second", {"twin": "acme_second:Second"}, {"acme_second": "class Second: ..."}
        ),
    ]
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--target", target, *packages], check=True)
    return target


@pytest.fixture(autouse=True)
def _installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(site)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.yaml"
    path.write_text("title: Search was slow\nsummary: For ten minutes.\n", "utf-8")
    return path


# ---- one that works


@pytest.mark.slow
def test_the_help_shows_its_flag_and_its_package(run: Run) -> None:
    ended = run("--help")
    assert (ended.code, ended.err) == (0, "")
    lines = {line.split()[0]: line for line in ended.out.decode().splitlines() if line.startswith("  --")}
    assert "shout" in lines["--shout"]
    assert "acme-shout" in lines["--shout"]


@pytest.mark.slow
@pytest.mark.usefixtures("report")
@pytest.mark.parametrize("args", [["--shout"], ["-o", "report.shout"], ["--shout", "-o", "./"]], ids=str)
def test_it_renders_on_the_command_line(args: list[str], run: Run, tmp_path: Path) -> None:
    ended = run("report.yaml", *args)
    assert (ended.code, ended.err) == (0, "wrote report.shout\n")
    assert (tmp_path / "report.shout").read_text("utf-8").splitlines()[0] == "SEARCH WAS SLOW!"


@pytest.mark.usefixtures("report")
def test_it_renders_beside_a_built_in_one(run: Run, tmp_path: Path) -> None:
    assert run("report.yaml", "--md", "--shout").code == 0
    assert (tmp_path / "report.md").read_bytes() == render(REPORT, "md")
    assert (tmp_path / "report.shout").read_bytes() == render(REPORT, "shout")


def test_it_renders_from_python_and_takes_its_options(tmp_path: Path) -> None:
    assert render(load(REPORT), "shout").startswith(b"SEARCH WAS SLOW!\n")
    assert write(REPORT, tmp_path / "a.shout", mark="?").read_bytes().startswith(b"SEARCH WAS SLOW?\n")


@pytest.mark.usefixtures("report")
def test_what_it_could_not_show_is_told(run: Run) -> None:
    assert run("report.yaml", "--grumble").err == (
        "warning: the pictures are not shown. Look at the PDF.\nwrote report.txt\n"
    )
    assert run("report.yaml", "--grumble", "--strict").code == 1
    warnings: list[Problem] = []
    render(REPORT, "grumble", warnings=warnings)
    assert [warning.message for warning in warnings] == ["the pictures are not shown."]


@pytest.mark.usefixtures("report")
def test_declared_options_become_flags(run: Run) -> None:
    ended = run("report.yaml", "--choosy", "-o", "-", "--choosy-tone", "warm", "--choosy-most-lines", "3", "--loud")
    assert (ended.code, ended.out, ended.err) == (0, b"warm 3 True", "")
    assert run("report.yaml", "--choosy", "-o", "-").out == b"dry None False"
    assert "--choosy-tone [dry|warm]" in run("report.yaml", "--choosy", "--help").out.decode()
    assert "'cold' is not one of" in run("report.yaml", "--choosy", "--choosy-tone", "cold").err
    assert "No such option" in run("report.yaml", "--md", "--choosy-tone", "warm").err


def test_an_option_that_it_does_not_have_lists_those_it_has() -> None:
    with pytest.raises(FormatError, match=r"'shout' has no option 'volume'.*\bmark\b"):
        render(REPORT, "shout", volume=11)


def test_a_built_in_format_that_has_no_options_says_so() -> None:
    with pytest.raises(FormatError, match=r"'html' has no option 'mark'\. It has no options"):
        render(REPORT, "html", mark="?")


@pytest.mark.usefixtures("report")
def test_a_name_of_two_words_is_a_flag(run: Run, tmp_path: Path) -> None:
    assert run("report.yaml", "--one-pager").code == 0
    assert (tmp_path / "report.md").read_text("utf-8").startswith("SEARCH WAS SLOW!")


@pytest.mark.usefixtures("report")
def test_two_formats_with_one_suffix_do_not_overwrite_each_other(run: Run, tmp_path: Path) -> None:
    ended = run("report.yaml", "--md", "--one-pager")
    assert ended.code == 2
    assert "--md and --one-pager would both write report.md" in ended.err
    assert not (tmp_path / "report.md").exists()


@pytest.mark.usefixtures("report")
def test_it_takes_neither_the_name_of_an_option_nor_of_a_built_in_format(run: Run) -> None:
    assert run("report.yaml", "--theme", "default", "--pdf", "-o", "-").out.startswith(b"%PDF-")


# ---- those that are broken


def test_formats_lists_them_as_not_usable(run: Run) -> None:
    ended = run("formats")
    assert (ended.code, ended.err) == (0, "")
    lines = {line.split()[0]: line for line in ended.out.decode().splitlines()}
    assert list(lines)[:4] == ["pdf", "docx", "html", "md"]
    assert "A message in capitals" in lines["shout"]
    assert "PDF" in lines["pdf"]
    for name, words in {
        "gone": ["acme-broken", "acme_nosuch"],
        "hollow": ["acme-broken", "Nosuch"],
        "twin": ["acme-first", "acme-second"],
    }.items():
        assert "unavailable" in lines[name]
        for word in words:
            assert word in lines[name]


@pytest.mark.parametrize("name", ["gone", "hollow"])
def test_asking_for_a_broken_one_is_told_and_breaks_nothing_else(name: str, report: Path, run: Run) -> None:
    ended = run("report.yaml", f"--{name}")
    assert (ended.code, ended.out) == (1, b"")
    assert ended.err.startswith(f"error: the format '{name}' of acme-broken ")
    assert list(report.parent.iterdir()) == [report]
    assert run("report.yaml", "--md").code == 0


@pytest.mark.parametrize(
    ("name", "told"),
    [("crash", "failed: KeyError: 'nosuch'"), ("empty", "returned NoneType; render() must return bytes")],
)
def test_one_that_fails_is_told_with_its_package(name: str, told: str, report: Path, run: Run) -> None:
    ended = run("report.yaml", f"--{name}", "--md")
    assert ended.code == 1
    assert f"error: the format '{name}' of acme-shout (acme_failing:" in ended.err
    assert told in ended.err
    assert {path.name for path in report.parent.iterdir()} == {"report.yaml", "report.md"}


def test_two_packages_with_one_name_are_refused_and_both_named(report: Path, run: Run) -> None:
    with pytest.raises(FormatError, match=r"acme-first.* acme-second"):
        render(REPORT, "twin")
    ended = run("report.yaml", "--twin")
    assert ended.code == 1
    assert "acme-first" in ended.err
    assert "acme-second" in ended.err
    assert list(report.parent.iterdir()) == [report]


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(FormatError, match="unknown format 'odt'") as raised:
        render(REPORT, "odt")
    for name in ("pdf", "docx", "html", "md", "shout", "gone", "twin"):
        assert name in str(raised.value)


def test_a_suffix_that_nobody_has_passes_over_the_broken_ones() -> None:
    with pytest.raises(FormatError, match=r"'\.odt'"):
        registry.format_of_suffix("odt")


def test_listing_the_names_imports_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "acme_shout", raising=False)
    assert "shout" in registry.format_names()
    assert "acme_shout" not in sys.modules


GROUP = "pmexport.tried"
POINTS = f"[{GROUP}]\nmemo = acme.memo:MemoRenderer\n"
METADATA = "Metadata-Version: 2.1\nName: acme\nVersion: 1\n"
FOLDERS = {"acme-1.dist-info": "METADATA", "acme.egg-info": "PKG-INFO", "acme-1.egg/EGG-INFO": "PKG-INFO"}


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("archived", [False, True])
def test_packages_are_found_however_they_are_installed(
    name: str, archived: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = tmp_path / "packages" / name
    described.mkdir(parents=True)
    (described / FOLDERS[name]).write_text(METADATA, "utf-8")
    (described / "entry_points.txt").write_text(POINTS, "utf-8")
    folder = tmp_path / "packages"
    if archived:
        folder = Path(shutil.make_archive(str(tmp_path / "packages"), "zip", tmp_path / "packages"))
    on_path = [str(folder / "acme-1.egg" if name.startswith("acme-1.egg") and not archived else folder)]
    monkeypatch.setattr(sys, "path", [*sys.path, *on_path])
    expected = [point.name for point in entry_points(group=GROUP)]
    assert [plugin.name for plugin in plugins.find_plugins(GROUP)] == expected
    assert archived or expected == ["memo"]


def test_packages_of_another_finder_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Found(Distribution):
        def read_text(self, filename: str) -> str | None:
            return {"entry_points.txt": POINTS, "METADATA": METADATA}.get(filename)

        def locate_file(self, path: object) -> Path:
            raise NotImplementedError

    class Finder(DistributionFinder):
        def find_distributions(self, context: object = None) -> list[Distribution]:
            return [Found()]

        def find_spec(self, *_: object) -> None:
            return None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert [plugin.name for plugin in plugins.find_plugins(GROUP)] == ["memo"]
