"""Run every example in the README."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tomllib
import types
from importlib.metadata import EntryPoint
from pathlib import Path

import docx
import pytest

from pmexport import load, plugins, render, write
from pmexport.cli import main
from pmexport.renderers import registry

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create a folder with the README's report and theme."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.yaml").write_text(blocks("yaml")[0], "utf-8")
    (tmp_path / "postmortem.md").write_text("# Search was slow\n\n## Timeline\n\n- 14:02 Alert\n", "utf-8")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "search.yaml").write_text("title: Search was slow", "utf-8")
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "theme.toml").write_text(blocks("toml")[0], "utf-8")
    shutil.copy(ROOT / "samples" / "graphs" / "checkout-error-rate.png", tmp_path / "acme" / "logo.png")
    docx.Document().save(str(tmp_path / "company.docx"))
    return tmp_path


COMMANDS = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines() if line.strip()]


@pytest.mark.slow
@pytest.mark.parametrize("command", [line for line in COMMANDS if line != "pmexport new" and "--watch" not in line])
def test_commands(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = shlex.split(command)
    assert program == "pmexport"
    if "report.pdf" in arguments:
        write("report.yaml", "report.pdf", attach_source=True)
    before = set(folder.rglob("*"))
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    shown = capsys.readouterr()
    assert ended.value.code == 0, shown.err
    assert shown.out or set(folder.rglob("*")) - before


def test_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "pmexport new" in COMMANDS
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["new"])
    assert ended.value.code == 0
    assert load("report.yaml").title


def test_library(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    exec(blocks("python")[0], names)
    assert bytes(names["pdf"]).startswith(b"%PDF")  # type: ignore[call-overload]
    assert (folder / "out" / "report.docx").stat().st_size
    assert b"<em>ten</em>" in names["html"]  # type: ignore[operator]
    assert "title" in capsys.readouterr().out


def test_report_has_the_derived_values(folder: Path) -> None:
    text = render(load(folder / "report.yaml"), "md").decode()
    assert "| **Time to detect** | 4 min (impact started" in text
    assert "| **Refunds issued** | 312 |" in text


def test_word_template_of_a_theme(folder: Path) -> None:
    shutil.copy(folder / "company.docx", folder / "acme")
    theme = folder / "acme" / "theme.toml"
    theme.write_text(theme.read_text("utf-8") + blocks("toml")[1].replace("Acme Heading", "Heading 1"), "utf-8")
    assert render(folder / "report.yaml", "docx", theme=folder / "acme").startswith(b"PK")


def test_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("acme_slack")
    exec(blocks("python")[1], module.__dict__)
    monkeypatch.setitem(sys.modules, "acme_slack", module)
    declared = tomllib.loads(blocks("toml")[2])["project"]["entry-points"][registry.GROUP]
    points = [EntryPoint(name, value, registry.GROUP) for name, value in declared.items()]
    monkeypatch.setattr(plugins, "list_points", lambda _group: points)
    assert render({"title": "T", "lessons": "x"}, "slack") == b"T\n*Incident Metadata*\n*Lessons Learned*"
    assert "slack" in registry.format_names()


def test_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^\$ make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


ADDRESSES = (
    "https://github.com/pmexport/pmexport/blob/main/",
    "https://raw.githubusercontent.com/pmexport/pmexport/main/",
)


def test_links_are_absolute_and_their_files_exist() -> None:
    """A package index shows the README too, and has no files beside it."""
    targets = [*re.findall(r"^\[.+\]: (\S+)$", README, re.MULTILINE), *re.findall(r"\]\(([^)#]+)\)", README)]
    assert len(targets) > 8
    for target in targets:
        prefix = next(address for address in ADDRESSES if target.startswith(address))
        assert (ROOT / target.removeprefix(prefix)).exists(), target


def test_references_are_defined() -> None:
    text = re.sub(r"`[^`]*`", "", re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL))
    defined = set(re.findall(r"^\[(.+)\]: ", text, re.MULTILINE))
    used = {second or first for first, second in re.findall(r"\[([^]]+)\](?:\[([^]]+)\])?(?![:(\]])", text)}
    assert used == defined
