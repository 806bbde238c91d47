"""The library: what load, render and write take, return and raise, and what they leave alone."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from parity import READERS, squashed

import pmexport
from pmexport import (
    FormatError,
    InputError,
    Limits,
    PmexportError,
    Problem,
    RenderError,
    ThemeError,
    UnfinishedError,
    WriteError,
    api,
    load,
    render,
    write,
)
from pmexport.theming import themes

FIELDS = {"title": "Search was slow", "severity": "P1", "services": ["search", "index"]}
TEXTS = {
    "yaml": "title: Search was slow\nseverity: P1\nservices: [search, index]\n",
    "json": json.dumps(FIELDS),
    "toml": 'title = "Search was slow"\nseverity = "P1"\nservices = ["search", "index"]\n',
}
FORMATS = ["pdf", "docx", "html", "md"]
SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    """The folder of a theme with an accent of its own."""
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "theme.toml").write_text('inherit = "default"\n[colors]\naccent = "#7a1fa2"', "utf-8")
    return folder


# ---- load


@pytest.mark.parametrize("kind", TEXTS)
def test_load_takes_a_path_bytes_or_a_mapping(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{kind}"
    path.write_text(TEXTS[kind], "utf-8")
    expected = load(FIELDS).model_dump()
    assert expected["severity"] == "P1"
    assert load(path).model_dump() == expected
    assert load(str(path)).model_dump() == expected
    assert load(TEXTS[kind].encode(), format=kind).model_dump() == expected
    (tmp_path / "report.txt").write_text(TEXTS[kind], "utf-8")
    assert load(tmp_path / "report.txt", format=kind).model_dump() == expected


def test_load_takes_overrides_for_every_source(tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text(TEXTS["yaml"], "utf-8")
    for source in (tmp_path / "report.yaml", FIELDS):
        assert load(source, overrides={"severity": "P2"}).severity == "P2"
    assert load(TEXTS["json"].encode(), format="json", overrides={"severity": "P2"}).severity == "P2"


def test_the_base_is_the_folder_of_the_file_or_what_is_given(tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text(TEXTS["yaml"], "utf-8")
    assert load(tmp_path / "report.yaml").base == tmp_path
    assert load(FIELDS).base is None
    assert load(TEXTS["json"].encode(), format="json").base is None
    for source in (tmp_path / "report.yaml", FIELDS):
        assert load(source, base=str(SAMPLES)).base == SAMPLES


def test_pictures_are_read_from_the_base_alone() -> None:
    fields = {"title": "x", "figures": {"src": "graphs/checkout-error-rate.png", "alt": "Errors rise"}}
    warnings: list[Problem] = []
    assert b"data:image/png" in render(load(fields, base=SAMPLES), "html", warnings=warnings)
    assert warnings == []
    assert b"data:image/png" not in render(load(fields), "html", warnings=warnings)
    assert [type(warning) for warning in warnings] == [Problem]


def test_an_input_error_holds_every_problem_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text("title: x\nsevrity: P1\nstatus: finished-ish\n", "utf-8")
    with pytest.raises(InputError) as raised:
        load(path)
    assert [(Path(problem.file), problem.line, problem.column) for problem in raised.value.problems] == [
        (path, 2, 1),
        (path, 3, 9),
    ]
    assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]


# ---- render


@pytest.mark.parametrize("name", FORMATS)
def test_render_returns_the_document_in_bytes(name: str) -> None:
    data = render(FIELDS, name)
    assert isinstance(data, bytes)
    text = squashed(READERS[name](data))
    for words in ("Search was slow", "P1", "search, index"):
        assert squashed(words) in text


@pytest.mark.parametrize("name", FORMATS)
def test_render_takes_a_report_a_mapping_or_a_path_and_gives_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.yaml").write_text(TEXTS["yaml"], "utf-8")
    first = render(load(FIELDS), name)
    monkeypatch.chdir(tmp_path)
    assert render(FIELDS, name) == first
    assert render("report.yaml", name) == first


def test_a_theme_by_name_folder_or_as_one(theme: Path) -> None:
    plain = render(FIELDS, "html")
    assert b"#7a1fa2" not in plain
    assert render(FIELDS, "html", theme="default") == plain
    assert render(FIELDS, "html", theme=themes.default_theme()) == plain
    for named in (theme, str(theme), themes.find_theme(theme)):
        assert b"#7a1fa2" in render(FIELDS, "html", theme=named)


ITEMS = {"title": "x", "published": "2026-03-19", "action_items": {"action": "Mend it", "deadline": "2026-03-31"}}


@pytest.mark.parametrize(
    ("as_of", "epoch", "overdue"),
    [
        (None, "", 0),  # on the day it was published
        ("2026-03-31", "", 0),
        ("2026-04-01", "", 1),
        (dt.date(2026, 4, 1), "", 1),
        (dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC), "", 1),
        (None, "1775001600", 1),  # 2026-04-01 in UTC
        ("2026-03-31", "1775001600", 0),
    ],
)
def test_the_day_as_of_which_items_are_overdue(
    as_of: dt.date | str | None, epoch: str, overdue: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert f"{overdue} overdue".encode() in render(ITEMS, "md", as_of=as_of)


def test_without_a_day_nothing_is_called_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b"overdue" not in render(ITEMS | {"published": None}, "md").lower()


def test_limits_hold_for_what_is_rendered() -> None:
    report = load({"title": "x", "logs": "\n".join(f"line {number}" for number in range(1000))})
    assert b"line 500" not in render(report, "md")
    assert b"line 500" in render(report, "md", limits=Limits(log_lines=1000))


# ---- write


@pytest.mark.parametrize("name", FORMATS)
def test_write_makes_the_format_of_the_suffix_and_returns_the_path(name: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / f"board.{name.upper()}"
    assert write(FIELDS, path) == path
    assert path.read_bytes() == render(FIELDS, name)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_write_takes_a_format_and_what_render_takes(theme: Path, tmp_path: Path) -> None:
    path = write(FIELDS, str(tmp_path / "page.txt"), "html", theme=theme)
    assert path.read_bytes() == render(FIELDS, "html", theme=theme)


def test_a_new_file_has_the_mode_that_the_umask_asks_for(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        path = write(FIELDS, tmp_path / "report.md")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("old", "utf-8")
    path.chmod(0o604)
    write(FIELDS, path)
    assert path.read_bytes() == render(FIELDS, "md")
    assert path.stat().st_mode & 0o777 == 0o604


def test_what_a_link_points_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "real.md").write_text("old", "utf-8")
    link = tmp_path / "report.md"
    link.symlink_to("kept/real.md")
    write(FIELDS, link)
    assert link.is_symlink()
    assert (tmp_path / "kept" / "real.md").read_bytes() == render(FIELDS, "md")


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "report.md"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(FIELDS, pipe)
    assert os.read(reader, 1 << 16) == render(FIELDS, "md")
    os.close(reader)
    assert pipe.is_fifo()


def test_a_file_survives_a_render_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", "utf-8")
    with pytest.raises(ThemeError):
        write(FIELDS, path, theme="nosuch")
    assert (path.read_text("utf-8"), list(tmp_path.iterdir())) == ("old", [path])


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_file_survives_a_disk_that_fails(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "report.md"
    path.write_text("old", "utf-8")
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(WriteError, match=r"report\.md cannot be written: No space left on device"):
        write(FIELDS, path)
    assert (path.read_text("utf-8"), list(tmp_path.iterdir())) == ("old", [path])


# ---- errors

RAISED: list[tuple[type[PmexportError], str, Callable[[Path], object]]] = [
    (InputError, "no such file", lambda folder: load(folder / "nosuch.yaml")),
    (InputError, "titel", lambda _: load({"titel": "x"})),
    (InputError, "format", lambda _: load(b"title: x")),
    (FormatError, "yaml, json, toml", lambda _: load(b"title: x", format="xml")),
    (InputError, "deep", lambda _: load(b'{"title": ' + b"[" * 9999, format="json")),
    (InputError, "as_of", lambda _: render(FIELDS, "md", as_of="yesterday")),
    (FormatError, "pdf, docx, html, md", lambda _: render(FIELDS, "odt")),
    (FormatError, "no option 'shout'", lambda _: render(FIELDS, "md", shout=True)),
    (FormatError, "pdf, docx, html, md", lambda folder: write(FIELDS, folder / "report.odt")),
    (ThemeError, "default", lambda _: render(FIELDS, "html", theme="nosuch")),
    (ThemeError, r"theme\.toml", lambda folder: render(FIELDS, "html", theme=folder)),
    (WriteError, "folder", lambda folder: write(FIELDS, folder, "md")),
    (WriteError, r"report\.md/x\.md", lambda folder: write(FIELDS, write(FIELDS, folder / "report.md") / "x.md")),
]


@pytest.mark.parametrize(("error", "message", "call"), RAISED, ids=[f"{one[0].__name__} {one[1]}" for one in RAISED])
def test_errors(error: type[PmexportError], message: str, call: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(PmexportError, match=message) as raised:
        call(tmp_path)
    assert type(raised.value) is error


def test_a_source_date_that_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH"):
        render(FIELDS, "md")


def test_every_error_has_the_one_base() -> None:
    errors = {FormatError, InputError, RenderError, ThemeError, UnfinishedError, WriteError}
    assert set(PmexportError.__subclasses__()) == errors
    assert all(issubclass(error, PmexportError) for error in errors)


def test_the_public_names_are_there() -> None:
    assert set(pmexport.__all__) <= set(dir(pmexport))
    assert {load, render, write} == {api.load, api.render, api.write}


# ---- what is left alone

HEAVY = ["weasyprint", "docx", "jinja2", "markdown", "rich", "PIL", "lxml"]


def python(program: str, folder: Path) -> Any:
    """Return what a program prints, as JSON, that runs in a process of its own in this folder."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


@pytest.mark.parametrize("module", ["pmexport", "pmexport.cli"])
def test_import_is_light(module: str, tmp_path: Path) -> None:
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    modules = python(program, tmp_path)
    assert module in modules
    assert set(modules) & set(HEAVY) == set()


def test_markdown_needs_neither_page_layout_nor_word(tmp_path: Path) -> None:
    program = f"import json, sys, pmexport; pmexport.render({FIELDS}, 'md'); print(json.dumps(sorted(sys.modules)))"
    modules = python(program, tmp_path)
    assert "pmexport.renderers.markdown" in modules
    assert set(modules) & {"weasyprint", "docx", "jinja2", "PIL"} == set()


@pytest.mark.slow
def test_rendering_changes_nothing_of_the_process_and_writes_nothing(tmp_path: Path) -> None:
    program = f"""
import gc, json, locale, logging, os, signal, sys, threading, warnings
import pmexport

def state():
    umask = os.umask(0)
    os.umask(umask)
    root = logging.getLogger()
    return {{
        "cwd": os.getcwd(), "files": os.listdir(), "umask": umask, "environment": dict(os.environ),
        "logging": [root.level, len(root.handlers), logging.root.manager.disable, logging.raiseExceptions],
        "filters of weasyprint's log": len(logging.getLogger("weasyprint").filters),
        "garbage collector": [gc.isenabled(), gc.get_threshold()],
        "warnings": [list(map(str, one)) for one in warnings.filters], "locale": locale.setlocale(locale.LC_ALL),
        "path": list(sys.path), "recursion": sys.getrecursionlimit(), "threads": threading.active_count(),
        "hooks": [sys.excepthook is sys.__excepthook__, sys.stdout is sys.__stdout__],
        "signals": str(signal.getsignal(signal.SIGINT)),
    }}

before = state()
sizes = {{name: len(pmexport.render({FIELDS}, name)) for name in {FORMATS}}}
print(json.dumps([before, state(), sizes]))
"""
    before, after, sizes = python(program, tmp_path)
    assert all(sizes[name] > 100 for name in FORMATS)
    assert after == before
    assert before["files"] == []


# ---- where what cannot be shown stands

MISSING = """\
title: Search was slow
summary: "See ![the errors](errors.png)."
figures:
  - src: graph.png
    alt: a graph
logs:
  - file: search.log
"""


def test_what_cannot_be_shown_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(MISSING, "utf-8")
    warnings: list[Problem] = []
    render(path, "md", warnings=warnings)
    assert {(one.path, one.file, one.line) for one in warnings} == {
        ("summary", str(path), 2),
        ("figures[0].src", str(path), 4),
        ("logs[0].file", str(path), 7),
    }


def test_what_is_beyond_a_limit_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text("title: Search was slow\nsummary: too long\n", "utf-8")
    with pytest.raises(InputError, match=r"report\.yaml:2:10: summary: the text has more characters than the limit"):
        render(path, "md", limits=Limits(markdown_characters=4))


def test_write_does_not_overwrite_the_report(tmp_path: Path) -> None:
    path, link = tmp_path / "report.yaml", tmp_path / "link.md"
    path.write_text("title: x\n", "utf-8")
    link.symlink_to(path)
    for target in (path, link):
        with pytest.raises(WriteError, match="would overwrite the report"):
            write(path, target, "md")
    assert path.read_text("utf-8") == "title: x\n"


@pytest.mark.parametrize("given", [{"config": "pmexport.toml"}, {"config": {}}, {"limits": {"log_lines": 3}}])
@pytest.mark.parametrize("bounds", [{}, {"timeout": 30}])
def test_settings_of_another_type_are_refused(given: dict[str, Any], bounds: dict[str, Any]) -> None:
    report, (name,) = {"title": "x"}, given
    calls: list[Callable[[], object]] = [
        lambda: render(report, "md", **given, **bounds),
        lambda: pmexport.check(report, **given, **bounds),
        lambda: pmexport.load(report, **given),
    ]
    for call in calls:
        with pytest.raises(InputError, match=rf"^{name} is a value of the type (str|dict)\. Pass "):
            call()


def test_many_reports_can_be_a_single_one_in_a_single_format(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.yaml").write_text("title: x\n", "utf-8")
    for given in (str(tmp_path / "in"), tmp_path / "in"):
        (result,) = pmexport.render_many(given, "md", tmp_path / "out", pages=False, jobs=1)
        assert result.path == tmp_path / "in" / "a.yaml"
    assert (tmp_path / "out" / "a.md").is_file()
