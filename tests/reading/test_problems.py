"""Problems in a text: the files in `problems/`, each next to the messages expected for it.

Each is read in several encodings and with two kinds of line ends, which must not change the messages. YAML is read with
and without PyYAML's C library.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pmexport.errors import InputError
from pmexport.reading import FORMATS, read_bytes, yaml_reader

CASES = sorted(path for path in (Path(__file__).parent / "problems").iterdir() if path.suffix != ".txt")
ENCODINGS: dict[str, Callable[[str], bytes | str]] = {
    "text": str,
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16 LE": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
}


def _messages(path: Path, data: bytes | str) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_bytes(data, format=FORMATS[path.suffix], name=path.name)
    return str(raised.value).splitlines()


def _text(path: Path) -> str:
    return path.read_bytes().decode()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_every_problem_is_reported_at_its_place(path: Path, encoding: str) -> None:
    expected = path.with_name(f"{path.name}.txt").read_text("utf-8").splitlines()
    assert expected
    assert _messages(path, ENCODINGS[encoding](_text(path))) == expected


@pytest.mark.parametrize("path", [path for path in CASES if path.suffix == ".yaml"], ids=lambda path: path.name)
def test_messages_are_the_same_without_the_c_library(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.Loader)
    assert _messages(path, _text(path)) == path.with_name(f"{path.name}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("loader", [yaml_reader._LOADER, yaml.Loader])
def test_an_image_of_markdown_needs_quotes(loader: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "_LOADER", loader)
    with pytest.raises(InputError, match=r"^r.yaml:3:5: .*(Put the whole value in quotes|must be quoted)"):
        read_bytes("title: x\nfigures:\n  - ![errors](errors.png)\n", format="yaml", name="r.yaml")


def test_every_case_has_an_input() -> None:
    expected = {path.name for path in (Path(__file__).parent / "problems").glob("*.txt")}
    assert expected == {f"{path.name}.txt" for path in CASES}
    assert {path.suffix for path in CASES} == {".yaml", ".json", ".toml"}
