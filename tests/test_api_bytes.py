"""Bytes in and bytes out: images, logs, templates and logos without files, and documents to streams."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pmexport import (
    FormatError,
    InputError,
    Person,
    PmexportError,
    Problem,
    Report,
    ThemeError,
    TimelineEntry,
    WriteError,
    check,
    digest,
    formats,
    load,
    render,
    verify,
    write,
)
from pmexport.cli import main

SAMPLES = Path(__file__).parent.parent / "samples"
PICTURE = SAMPLES / "graphs" / "checkout-error-rate.png"
FIELDS: dict[str, Any] = {
    "title": "x",
    "summary": "See ![the errors](graphs/errors.png).",
    "figures": {"src": "graphs/errors.png", "alt": "Errors rise"},
    "logs": {"file": "app.log", "title": "App"},
}
FILES = {"graphs/errors.png": PICTURE.read_bytes(), "app.log": b"the pool is exhausted\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the report and its files."""
    (tmp_path / "graphs").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "report.json").write_text(json.dumps(FIELDS), "utf-8")
    return tmp_path


# ---- files


@pytest.mark.parametrize("name", ["pdf", "docx", "html", "md"])
def test_files_as_bytes_are_as_those_of_a_folder(name: str, folder: Path) -> None:
    warnings: list[Problem] = []
    expected = render(folder / "report.json", name)
    assert render(FIELDS, name, files=FILES, warnings=warnings) == expected
    assert render(load(FIELDS, files=FILES), name) == expected
    assert render(Report(**FIELDS).with_files(FILES), name) == expected
    assert warnings == []


def test_digest_check_and_verify_take_them_too(folder: Path) -> None:
    path = folder / "report.json"
    assert digest(FIELDS, files=FILES) == digest(path) != digest(FIELDS)
    assert verify(FIELDS, render(path, "md"), files=FILES).agrees
    assert check(FIELDS, files=FILES) == [
        Problem(**{**one.as_dict(), "file": "", "line": None, "column": None}) for one in check(path)
    ]


def test_a_process_of_its_own_gets_them(folder: Path) -> None:
    assert render(FIELDS, "html", files=FILES, timeout=60) == render(folder / "report.json", "html")
    assert digest(FIELDS, files=FILES, timeout=60) == digest(folder / "report.json")


def test_they_come_before_those_of_the_folder(folder: Path) -> None:
    files = {"app.log": b"another log\n"}
    assert b"another log" in render(folder / "report.json", "md", files=files)
    assert b"another log" in render(load(FIELDS, base=folder, files=files), "md")


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("./app.log", "app.log"),
        ("app.log", "./app.log"),
        ("logs/../app.log", "app.log"),
        ("logs\\app.log", "logs/app.log"),
        ("my%20app.log", "my app.log"),
        ("caf\u00e9.log", "cafe\u0301.log"),
    ],
)
def test_other_spellings_of_a_name(written: str, given: str) -> None:
    report = {"title": "x", "logs": {"file": written}}
    assert b"the pool is exhausted" in render(report, "md", files={given: FILES["app.log"]})


def test_a_file_that_is_not_there_is_named() -> None:
    warnings: list[Problem] = []
    render({"title": "x", "logs": {"file": "ap.log"}}, "md", files=FILES, warnings=warnings)
    assert [one.help for one in warnings] == ["Did you mean app.log?"]
    render({"title": "x", "logs": {"file": "zzz"}}, "md", warnings=warnings)
    assert "files=" in warnings[-1].help


@pytest.mark.parametrize("data", ["text", PICTURE, None])
def test_files_must_be_bytes(data: Any) -> None:
    for use in (lambda: render(FIELDS, "md", files={"a.png": data}), lambda: load(FIELDS, files={"a.png": data})):
        with pytest.raises(InputError, match=r"the file 'a\.png' must be bytes"):
            use()


# ---- the logo


@pytest.mark.parametrize("logo", [PICTURE, str(PICTURE), PICTURE.read_bytes()], ids=["path", "text", "bytes"])
def test_a_logo(logo: Any) -> None:
    shown = render({"title": "x"}, "html", logo=logo, logo_alt="Acme")
    assert b'alt="Acme"' in shown
    assert b"data:image/png" in shown
    assert b"word/media/" in render({"title": "x"}, "docx", logo=logo, logo_alt="Acme")
    assert len(render({"title": "x"}, "pdf", logo=logo, logo_alt="Acme")) > len(render({"title": "x"}, "pdf"))


def test_a_logo_is_the_theme_s_with_another_picture(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PICTURE.read_bytes())
    (tmp_path / "theme.toml").write_text('inherit = "default"\nlogo = "logo.png"\nlogo_alt = "Acme"\n', "utf-8")
    expected = render({"title": "x"}, "html", theme=tmp_path, logo=PICTURE.read_bytes())
    assert render({"title": "x"}, "html", theme=tmp_path, logo=PICTURE, timeout=60) == expected
    themed = render({"title": "x"}, "html", theme=tmp_path)
    stated = re.compile(rb"(?<=[:>])[0-9a-f]{12}(?=[<\"])")
    assert stated.findall(themed) != stated.findall(expected)
    assert stated.sub(b"", themed) == stated.sub(b"", expected)


def test_a_logo_that_cannot_be_used() -> None:
    with pytest.raises(ThemeError, match="logo_alt"):
        render({"title": "x"}, "html", logo=PICTURE)
    for logo in (b"no picture", "nosuch.png"):
        with pytest.raises(ThemeError, match="not a valid PNG"):
            render({"title": "x"}, "html", logo=logo, logo_alt="Acme")


# ---- formats


def test_formats_are_described() -> None:
    found = {one.name: one for one in formats()}
    assert list(found)[:4] == ["pdf", "docx", "html", "md"]
    assert found["pdf"].media_type == "application/pdf"
    assert {name: one.suffix for name, one in found.items() if name in ("pdf", "docx", "html", "md")} == {
        name: name for name in ("pdf", "docx", "html", "md")
    }
    assert [(one.name, one.flag) for one in found["docx"].options] == [
        ("word_template", "--word-template"),
        ("fields", "--field"),
    ]
    assert all(one.summary and all(option.help for option in one.options) for one in found.values())
    assert json.loads(json.dumps(found["docx"].as_dict()))["options"][0]["name"] == "word_template"


# ---- streams


@pytest.mark.parametrize("name", ["pdf", "md"])
def test_write_takes_a_binary_stream(name: str, tmp_path: Path) -> None:
    stream = io.BytesIO()
    assert write({"title": "x"}, stream, name) is None
    assert stream.getvalue() == render({"title": "x"}, name)
    with (tmp_path / "out").open("wb") as file:
        write({"title": "x"}, file, name)
    assert (tmp_path / "out").read_bytes() == stream.getvalue()


def test_a_stream_that_cannot_be_written(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    (tmp_path / "x").touch()
    with (tmp_path / "x").open("rb") as read_only:
        for stream in (io.StringIO(), closed, read_only, object()):
            with pytest.raises(WriteError):
                write({"title": "x"}, stream, "md")  # type: ignore[call-overload]
    with pytest.raises(FormatError, match="a stream needs a format"):
        write({"title": "x"}, io.BytesIO())  # type: ignore[call-overload]


# ---- whatever is given, the error is one of pmexport's

SOURCES: list[Any] = [
    5,
    None,
    [],
    object(),
    b"title: x",
    "title: x\nsummary: y",
    "",
    ".",
    "\0",
    "x" * 5000,
    {"title": object()},
]


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: repr(one)[:20])
def test_a_source_that_is_none(source: Any) -> None:
    for use in (load, lambda one: render(one, "md"), check, digest):
        with pytest.raises(PmexportError):
            use(source)


@pytest.mark.parametrize("given", [{"theme": 5}, {"as_of": 5}, {"format": None}], ids=str)
def test_an_argument_of_another_type(given: dict[str, Any]) -> None:
    with pytest.raises(PmexportError):
        render({"title": "x"}, **{"format": "md", **given})
    with pytest.raises(InputError, match="expected the path of a folder"):
        load({"title": "x"}, base=5)  # type: ignore[arg-type]


def test_a_mapping_may_contain_parts() -> None:
    event = TimelineEntry(time="14:02", event="Alert")
    assert load({"title": "x", "timeline": [event], "commander": Person(name="Ana")}).timeline == (event,)


def test_a_value_that_contains_itself() -> None:
    loop: dict[str, Any] = {}
    loop["a"] = loop
    with pytest.raises(InputError, match="contains itself"):
        render(Report(title="x").model_copy(update={"impact": loop}), "md")


def test_the_text_of_a_report_is_not_a_path() -> None:
    with pytest.raises(InputError, match="Pass its bytes"):
        load("title: x\nsummary: y")


def test_the_command_has_the_names_of_the_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(option.flag in shown for one in formats() for option in one.options)
