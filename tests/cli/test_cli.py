"""The command line: which files are written, and which messages appear."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import Run

from pmexport import __version__, load
from pmexport._version import FORMAT_VERSION
from pmexport.cli.program import COMMANDS
from pmexport.importing.loading import input_formats
from pmexport.limits import Limits
from pmexport.report.model import json_schema
from pmexport.theming import themes

REPORT = "title: Search was slow\nseverity: P1\nsummary: For *ten* minutes.\n"
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Create a report in the working directory."""
    (tmp_path / "report.yaml").write_text(REPORT, "utf-8")
    return tmp_path


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def kind_of(path: Path) -> str:
    """Return the format of a file by its content."""
    data = path.read_bytes()
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK"):
        with ZipFile(path) as archive:
            assert "word/document.xml" in archive.namelist()
        return "docx"
    return "html" if data.startswith(b"<!DOCTYPE html>") else "md" if data.startswith(b"# Search was slow\n") else "?"


# ---- output files

WRITTEN = {
    "report.yaml": ["report.pdf"],
    "report.yaml --pdf --docx": ["report.pdf", "report.docx"],
    "report.yaml --html --md": ["report.html", "report.md"],
    "--md report.yaml": ["report.md"],
    "sub/later.report.yaml --md": ["sub/later.report.md"],
    "report.yaml --md -o out/": ["out/report.md"],
    "report.yaml --md --html -o new/deep/": ["new/deep/report.md", "new/deep/report.html"],
    "report.yaml --md -o sub": ["sub/report.md"],
    "report.yaml -o board.docx": ["board.docx"],
    "report.yaml -o new/board.HTML": ["new/board.HTML"],
    "report.yaml --md -o notes.txt": ["notes.txt"],
    "report.yaml --md -o notes.md": ["notes.md"],
    "new.yaml --md": ["new.md"],
    "./schema --from yaml --md": ["schema.md"],
    "report.data --from yaml --md": ["report.md"],
    "report.json --md": ["report.md"],
    "report.toml --md": ["report.md"],
}


@pytest.mark.parametrize("command", WRITTEN)
def test_file_names(command: str, folder: Path, run: Run) -> None:
    (folder / "sub").mkdir()
    for name in ("sub/later.report.yaml", "new.yaml", "schema", "report.data"):
        (folder / name).write_text(REPORT, "utf-8")
    (folder / "report.json").write_text('{"title": "Search was slow"}', "utf-8")
    (folder / "report.toml").write_text('title = "Search was slow"', "utf-8")
    before = files_in(folder)
    ended = run(*command.split())
    assert (ended.code, ended.out) == (0, b"")
    assert sorted(ended.err.splitlines()) == sorted(f"wrote {name}" for name in WRITTEN[command])
    assert files_in(folder) - before == set(WRITTEN[command])
    wanted = {"txt": "md"}
    for name in WRITTEN[command]:
        suffix = name.rpartition(".")[2].lower()
        assert kind_of(folder / name) == wanted.get(suffix, suffix)


def test_standard_output(folder: Path, run: Run) -> None:
    ended = run("report.yaml", "--md", "-o", "-")
    assert ended.out.startswith(b"# Search was slow\n")
    assert (ended.code, ended.err, files_in(folder)) == (0, "", {"report.yaml"})


def test_standard_output_defaults_to_pdf(folder: Path, run: Run) -> None:
    assert run("report.yaml", "-o", "-").out.startswith(b"%PDF-")


@pytest.mark.usefixtures("folder")
def test_quiet_prints_nothing(folder: Path, run: Run) -> None:
    ended = run("report.yaml", "--md", "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, b"", "")
    assert (folder / "report.md").is_file()


def test_standard_input_to_a_file(tmp_path: Path, run: Run) -> None:
    ended = run("-", "--from", "yaml", "--pdf", "-o", "out.pdf", stdin=REPORT.encode())
    assert (ended.code, kind_of(tmp_path / "out.pdf")) == (0, "pdf")


@pytest.mark.parametrize(
    ("stdin", "name"),
    [
        ({"title": "Search: slow / ünd ../../kaputt"}, "search-slow-ünd-kaputt.md"),
        ({"title": "Slow", "id": "INC-2026/0142"}, "inc-2026-0142.md"),
        ({"title": "…"}, "report.md"),
        ({"title": "x" * 500}, "x" * 80 + ".md"),
    ],
)
def test_standard_input_names_its_file_by_id_or_title(stdin: object, name: str, tmp_path: Path, run: Run) -> None:
    assert run("-", "--from", "json", "--md", stdin=json.dumps(stdin).encode()).code == 0
    assert files_in(tmp_path) == {name}


def test_standard_input_takes_images_from_the_base(folder: Path, run: Run) -> None:
    report = b"title: x\nfigures: {src: checkout-error-rate.png, alt: Errors rise}"
    shown = run("-", "--from", "yaml", "--html", "-o", "-", "--base", SAMPLES / "graphs", stdin=report)
    assert (shown.code, shown.err) == (0, "")
    assert b"data:image/png" in shown.out
    hidden = run("-", "--from", "yaml", "--html", "-o", "-", stdin=report)
    assert hidden.code == 0
    assert b"data:image/png" not in hidden.out
    assert "checkout-error-rate.png is not shown" in hidden.err
    strict = run("-", "--from", "yaml", "--html", "-o", "out.html", "--strict", stdin=report)
    assert (strict.code, strict.err) == (1, hidden.err.replace("warning:", "error:"))
    assert not (folder / "out.html").exists()


# ---- rendering options


@pytest.mark.usefixtures("folder")
def test_set_replaces_values(run: Run) -> None:
    ended = run("report.yaml", "--set", "severity=P2", "--set", "commander.name=Ana = Ruiz", "--md", "-o", "-")
    assert ended.code == 0
    assert b"P2" in ended.out
    assert b"P1" not in ended.out
    assert b"Ana = Ruiz" in ended.out


def test_as_of_decides_what_is_overdue(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "report.yaml").write_text("title: x\naction_items: {action: Fix it, deadline: 2026-03-31}", "utf-8")
    assert b"overdue" not in run("report.yaml", "--md", "-o", "-").out
    assert b"0 overdue" in run("report.yaml", "--md", "-o", "-", "--as-of", "2026-03-31").out
    assert b"1 overdue" in run("report.yaml", "--md", "-o", "-", "--as-of", "2026-04-01").out


def test_theme_folder(folder: Path, run: Run) -> None:
    (folder / "acme").mkdir()
    (folder / "acme" / "theme.toml").write_text('inherit = "default"\n[colors]\naccent = "#7a1fa2"', "utf-8")
    assert b"#7a1fa2" in run("report.yaml", "--theme", "./acme", "--html", "-o", "-").out
    assert b"#7a1fa2" not in run("report.yaml", "--theme", "default", "--html", "-o", "-").out


def test_limit_is_raised(folder: Path, run: Run) -> None:
    lines = [f"line {number}" for number in range(1000)]
    (folder / "report.yaml").write_text(json.dumps({"title": "x", "logs": "\n".join(lines)}), "utf-8")
    assert b"line 500" not in run("report.yaml", "--md", "-o", "-").out
    assert b"line 500" in run("report.yaml", "--md", "-o", "-", "--limit", "log_lines=1000").out


# ---- subcommands


def test_new_writes_report_and_schema(tmp_path: Path, run: Run) -> None:
    ended = run("new")
    assert (ended.code, ended.err) == (0, "wrote report.yaml\nwrote pmexport.schema.json\n")
    assert files_in(tmp_path) == {"report.yaml", "pmexport.schema.json"}
    text = (tmp_path / "report.yaml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=pmexport.schema.json\n")
    starter = load(tmp_path / "report.yaml")
    assert starter.model_dump() == load({"title": starter.title, "status": "draft"}).model_dump()
    assert "null" not in text
    assert "[]" not in text
    assert json.loads((tmp_path / "pmexport.schema.json").read_bytes()) == json_schema()


def test_new_keeps_existing_report(folder: Path, run: Run) -> None:
    ended = run("new", "report.yaml")
    assert ended.code == 1
    assert "report.yaml already exists" in ended.err
    assert (folder / "report.yaml").read_text("utf-8") == REPORT
    assert files_in(folder) == {"report.yaml"}


def test_new_into_a_folder_and_to_standard_output(tmp_path: Path, run: Run) -> None:
    assert run("new", "inc/one.yml").code == 0
    assert files_in(tmp_path) == {"inc/one.yml", "inc/pmexport.schema.json"}
    assert run("new", "-").out == (tmp_path / "inc" / "one.yml").read_bytes()


def test_schema(run: Run) -> None:
    ended = run("schema")
    assert ended.code == 0
    assert json.loads(ended.out) == json_schema()
    assert run("schema", "--version").out.decode() == f"{FORMAT_VERSION}\n"


def test_themes_and_formats_list_one_name_per_line(run: Run) -> None:
    lines = {word: run(word).out.decode().splitlines() for word in ("themes", "formats")}
    assert [line.split()[0] for line in lines["themes"]] == themes.theme_names()
    assert [line.split()[:2] for line in lines["formats"][:4]] == [
        ["pdf", ".pdf"],
        ["docx", ".docx"],
        ["html", ".html"],
        ["md", ".md"],
    ]
    assert all(len(line.split()) > 3 for line in lines["formats"])


def test_version(run: Run) -> None:
    assert run("--version").out.decode().split()[-1] == __version__


@pytest.mark.parametrize("args", [["--help"], ["-h"], [], ["report.yaml", "--help"]], ids=str)
def test_help_shows_options_subcommands_and_examples(args: list[str], run: Run) -> None:
    ended = run(*args)
    text = ended.out.decode() + ended.err
    assert ended.code == (0 if args else 2)
    for word in ("--pdf", "--docx", "--html", "--md", "--output", "--theme", "--set", "--as-of", "--from", "--version"):
        assert text.count(f"{word} ") >= 1, word
    for word in ("formats", "new", "schema", "themes"):
        assert f"\n  {word}" in text
    assert "pmexport report.yaml -o board.docx" in text
    assert "\n  render " not in text  # users never need to type it
    assert "pmexport render" not in text
    limits = " ".join(text.split()).partition("Limits: ")[2]
    assert limits.startswith(", ".join(field.name for field in dataclasses.fields(Limits)) + ". ")


def test_shell_completion(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_PMEXPORT_COMPLETE", "zsh_source")
    assert b"#compdef pmexport" in run().out
    monkeypatch.setenv("_PMEXPORT_COMPLETE", "bash_complete")
    for words, expected in {
        "pmexport ": {name for name, (_, line) in COMMANDS.items() if line},
        "pmexport th": {"theme", "themes"},
        "pmexport report.yaml --th": {"--theme"},
        "pmexport report.yaml --d": {"--dask", "--docx"},
        "pmexport report.yaml --from ": {*input_formats()},
    }.items():
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        lines = run().out.decode().splitlines()
        assert {line.removeprefix("plain,") for line in lines if line.startswith("plain,")} == expected, words


# ---- failures: a message and exit code 1

BAD_REPORTS = {
    "a misspelt key": (b"title: x\nsevrity: P1", ["report.yaml:2:1: sevrity", "Did you mean severity?"]),
    "a wrong type": (b"title: x\ntimeline: [{time: 1, event: [a]}]", ["report.yaml:2:", "timeline[0].event", "a list"]),
    "a wrong word": (b"title: x\nstatus: finished-ish", ["report.yaml:2:9: status", "final"]),
    "a bad date": (b"title: x\ndate: 2026-02-30", ["report.yaml:2:7: date", "2026-02-30"]),
    "two faults": (b"titel: x\nsevrity: P1", ["report.yaml:1:1: titel", "report.yaml:2:1: sevrity"]),
    "no title": (b"severity: P1", ["report.yaml", "title"]),
    "broken YAML": (b'title: "x', ["report.yaml:1:8"]),
    "an empty file": (b"", ["report.yaml", "title"]),
    "a list at top level": (b"- a\n- b", ["report.yaml:1:1", "list"]),
    "not UTF-8": (b"title: \xff", ["report.yaml:1:8", "0xFF", "UTF-8"]),
}


@pytest.mark.parametrize("name", BAD_REPORTS)
def test_bad_report(name: str, folder: Path, run: Run) -> None:
    data, expected = BAD_REPORTS[name]
    (folder / "report.yaml").write_bytes(data)
    ended = run("report.yaml", "--md")
    assert (ended.code, ended.out) == (1, b"")
    assert all(line.startswith(("error: ", "    ")) for line in ended.err.splitlines())
    for text in expected:
        assert text in ended.err
    assert files_in(folder) == {"report.yaml"}


FAILURES = {
    "nosuch.yaml": ["nosuch.yaml", "no such file"],
    f"{'long' * 100}.yaml": ["too long"],
    "report.txt": ["report.txt", ".yaml"],
    "report.yaml --md -o report.yaml/x/": ["report.yaml/x/report.md", "cannot be written"],
    "report.yaml --md -o sub.yaml/deep": ["sub.yaml/deep/report.md", "cannot be written", "folder"],
    f"report.yaml --md -o {'long' * 100}.md": ["too long"],
    "report.yaml --theme nosuch --md": ["nosuch", "default"],
    "report.yaml --theme ./nosuch --md": ["nosuch", "folder does not exist"],
    "report.yaml --theme ./broken --html": ["theme.toml", "colors.accent"],
    "report.yaml --theme ./notoml --html": ["theme.toml"],
    "report.yaml --theme ./template --html": ["page.html.j2"],
    "report.yaml --set sevrity=P2 --md": ["sevrity", "Did you mean severity?"],
    "report.yaml --set status=finished-ish --md": ["status", "final"],
    "report.yaml --limit file_bytes=10 --md": ["report.yaml", "10"],
}


@pytest.mark.parametrize("command", FAILURES, ids=lambda command: command[:60])
def test_failure_has_message_and_exit_code_1(command: str, folder: Path, run: Run) -> None:
    (folder / "sub.yaml" / "deep" / "report.md").mkdir(parents=True)
    (folder / "report.txt").write_text(REPORT, "utf-8")
    for name, files in {
        "broken": {"theme.toml": 'inherit = "default"\n[colors]\naccent = "red"'},
        "notoml": {"theme.toml": "inherit"},
        "template": {"theme.toml": 'inherit = "default"', "page.html.j2": "{{ nosuch.name }}"},
    }.items():
        (folder / name).mkdir()
        for file, text in files.items():
            (folder / name / file).write_text(text, "utf-8")
    before = files_in(folder)
    ended = run(*command.split())
    assert (ended.code, ended.out) == (1, b"")
    assert ended.err.startswith("error: ")
    for text in FAILURES[command]:
        assert text in ended.err
    assert files_in(folder) == before


@pytest.mark.usefixtures("folder")
def test_theme_failing_for_one_format_leaves_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "template").mkdir()
    (tmp_path / "template" / "theme.toml").write_text('inherit = "default"', "utf-8")
    (tmp_path / "template" / "page.html.j2").write_text("{{ nosuch.name }}", "utf-8")
    ended = run("report.yaml", "--theme", "./template", "--html", "--md", "--docx")
    assert ended.code == 1
    assert "page.html.j2" in ended.err
    assert files_in(tmp_path) >= {"report.md", "report.docx"}
    assert not (tmp_path / "report.html").exists()


# ---- wrong usage: exit code 2

WRONG = {
    "": "Usage",
    "report.yaml --nosuch": "--nosuch",
    "report.yaml other.yaml": "For several reports, -o must be a folder",
    "chek report.yaml": "Did you mean 'check'?",
    "report.yaml --base nosuch --md": "nosuch",
    "report.yaml --md --html -o one.md": "For several formats, -o must be a folder",
    "report.yaml --md --html -o -": "For several formats, -o must be a folder",
    "report.yaml -o nosuffix": "nosuffix",
    "report.yaml -o board.xyz": "board.xyz",
    "report.yaml --pdf -o board.docx": "--pdf",
    "report.yaml --md -o report.yaml": "overwrite the report",
    "report.yaml --md -o ./link.md": "overwrite the report",
    "report.yaml --set severity": "KEY=VALUE",
    "report.yaml --as-of yesterday": "--as-of",
    "report.yaml --as-of 2026-02-30": "--as-of",
    "report.yaml --limit nosuch=1": "log_lines",
    "report.yaml --limit log_lines=many": "NAME=NUMBER",
    "report.yaml --from xml": "yaml",
    "- --md": "--from",
    "shcema": "Did you mean 'schema'?",
    "new report.json": ".yaml",
    "new a.yaml b.yaml": "b.yaml",
    "schema extra": "extra",
}


@pytest.mark.parametrize("command", WRONG)
def test_wrong_usage_has_exit_code_2(command: str, folder: Path, run: Run) -> None:
    (folder / "link.md").symlink_to("report.yaml")
    before = files_in(folder)
    ended = run(*command.split(), stdin=REPORT.encode())
    assert (ended.code, ended.out) == (2, b"")
    assert "Usage: pmexport" in ended.err
    assert WRONG[command] in ended.err
    assert files_in(folder) == before
    assert (folder / "report.yaml").read_text("utf-8") == REPORT


# ---- in a separate process


def start(*args: str, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "pmexport", *args], stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def test_module_reads_and_writes_pipes(tmp_path: Path) -> None:
    process = start("-", "--from", "yaml", "--md", "-o", "-", stdin=-1, stdout=-1, cwd=tmp_path)
    out, err = process.communicate(REPORT.encode())
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"# Search was slow")


def test_closed_pipe_is_not_a_bug(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)  # before the program starts, which may write everything before anybody could close it
    process = start("schema", stdout=writer, cwd=tmp_path)
    os.close(writer)
    _, err = process.communicate()
    assert (process.returncode, err) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_full_disk_is_reported(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        process = start("schema", stdout=full, cwd=tmp_path)
        _, err = process.communicate()
    assert process.returncode == 1
    assert err.startswith(b"error: standard output: ")
    assert b"Traceback" not in err


@pytest.mark.parametrize(("wrong", "meant"), [("--word", "--docx"), ("--markdown", "--md")])
def test_the_option_of_a_format_is_suggested(wrong: str, meant: str, run: Run) -> None:
    ended = run("report.yaml", wrong)
    assert (ended.code, ended.err.splitlines()[-1]) == (
        2,
        f"Error: No such option '{wrong}'. Did you mean '{meant}'?",
    )
