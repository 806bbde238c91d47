"""Files: which ones are read, in which format, and the messages for the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.reading import read_bytes, read_file

TEXTS = {"yaml": "title: x\n", "yml": "title: x\n", "json": '{"title": "x"}', "toml": 'title = "x"'}


def _message(path: Path, **options: str) -> str:
    with pytest.raises(InputError) as raised:
        read_file(path, format=options.get("format"))
    return str(raised.value)


@pytest.mark.parametrize("suffix", TEXTS)
def test_the_suffix_determines_the_format(suffix: str, tmp_path: Path) -> None:
    for name in (f"report.{suffix}", f"REPORT.{suffix.upper()}"):
        path = tmp_path / name
        path.write_text(TEXTS[suffix], "utf-8")
        report = read_file(path)
        assert report.title == "x"
        assert report.base == tmp_path


def test_a_given_format_overrides_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(TEXTS["toml"], "utf-8")
    assert read_file(path, format="toml").title == "x"
    assert '1:1: found "' in _message(path)


def test_the_base_is_the_folder_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.yaml").write_text(TEXTS["yaml"], "utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_file(Path("report.yaml")).base == Path()
    assert read_bytes(TEXTS["yaml"], format="yaml").base is None


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "file").touch()
    for name, expected in {
        "nosuch.yaml": "there is no such file.",
        "nosuch/report.yaml": "there is no such file.",
        "folder.yaml": "found a folder, expected a file.",
        "file/report.yaml": "it cannot be read: Not a directory.",
        f"{'x' * 300}.yaml": "it cannot be read: File name too long.",
        "nul\0.yaml": "it cannot be read: embedded null byte.",
    }.items():
        assert _message(tmp_path / name) == f"{tmp_path / name}: {expected}".replace("\0", "\N{REPLACEMENT CHARACTER}")


def test_an_unknown_suffix_is_an_error(tmp_path: Path) -> None:
    reasons = {"report.txt": '".txt" is not a known extension', "report": "the file name has no extension"}
    for name, reason in reasons.items():
        path = tmp_path / name
        path.write_text(TEXTS["yaml"], "utf-8")
        help_ = "Use .yaml, .yml, .json, .toml, .md or .docx, or pass --from (format=)."
        expected = f"cannot tell the format: {reason}. {help_}"
        assert _message(path) == f"{path}: {expected}"


def test_a_pdf_is_not_read_but_extracted(tmp_path: Path) -> None:
    (tmp_path / "report.PDF").write_bytes(b"%PDF-1.7")
    assert "with `pmexport extract`" in _message(tmp_path / "report.PDF")


def test_an_unknown_format_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(TEXTS["yaml"], "utf-8")
    assert _message(path, format="xml") == f'{path}: unknown format "xml". Use yaml, json or toml.'


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    fifo = tmp_path / "report.yaml"
    os.mkfifo(fifo)
    for path in (fifo, Path(os.devnull), Path("/dev/zero")):
        assert _message(path, format="yaml") == f"{path}: found a device or a pipe, expected a file."


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)  # takes no room on the disk, and would not fit into memory
    with pytest.raises(InputError, match=r"report\.yaml: the file is too large\. .*file_bytes=33554432"):
        read_file(path)
    path.write_text("title: x\n", "utf-8")
    assert read_file(path, limits=Limits(file_bytes=9)).title == "x"
    with pytest.raises(InputError, match="file_bytes=8"):
        read_file(path, limits=Limits(file_bytes=8))


def test_a_file_name_that_is_not_text_can_be_printed(tmp_path: Path) -> None:
    assert _message(tmp_path / "a\udcff.yaml") == f"{tmp_path}/a\N{REPLACEMENT CHARACTER}.yaml: there is no such file."


@pytest.mark.parametrize("asked", ["report.yml", "report.json", "reprot.yaml", "Report.yaml"])
def test_a_missing_file_is_suggested(asked: str, tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text("title: x")
    (tmp_path / "report.pdf").write_text("x")
    expected = f"{tmp_path}/{asked}: there is no such file. Did you mean {tmp_path}/report.yaml?"
    assert _message(tmp_path / asked) == expected
