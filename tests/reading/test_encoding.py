"""Encodings: UTF-8 and UTF-16 are read. Any other is reported with its place and, if possible, its name."""

from __future__ import annotations

import pytest

from pmexport.errors import InputError
from pmexport.limits import Limits
from pmexport.reading import read_bytes

WRONG: dict[str, tuple[bytes, str]] = {
    "Windows-1252": (
        "title: x\r\nsummary: Störung, “Ausfall”\n".encode("cp1252"),
        (
            "2:12: found the byte 0xF6, which is not UTF-8. "
            'It may be Windows-1252 or Latin-1, in which this byte is "ö". Save the file as UTF-8.'
        ),
    ),
    "a byte after text that is UTF-8": (
        "title: é😀".encode() + b"\xe9",
        (
            "1:10: found the byte 0xE9, which is not UTF-8. "
            'It may be Windows-1252 or Latin-1, in which this byte is "é". Save the file as UTF-8.'
        ),
    ),
    "a byte without a visible character": (
        b"title: \xad",
        "1:8: found the byte 0xAD, which is not UTF-8. It may be Windows-1252 or Latin-1. Save the file as UTF-8.",
    ),
    "a byte that Windows-1252 lacks": (
        b"\xef\xbb\xbftitle: \x81",
        "1:8: found the byte 0x81, which is not UTF-8. Save the file as UTF-8.",
    ),
    "UTF-16 LE without a mark": (
        "title: x".encode("utf-16-le"),
        "found what looks like UTF-16 without a byte order mark, expected UTF-8. Save the file as UTF-8.",
    ),
    "UTF-16 BE without a mark": (
        "title: ö".encode("utf-16-be"),
        "found what looks like UTF-16 without a byte order mark, expected UTF-8. Save the file as UTF-8.",
    ),
    "half a character of UTF-16": (
        "title: x\nid: é".encode("utf-16")[:-1],
        "2:5: found the byte 0xE9, which is not UTF-16-LE. Save the file as UTF-8.",
    ),
    "half a pair of UTF-16": (
        b"\xfe\xff\0t\xd8\0\0t",
        "1:2: found the byte 0xD8, which is not UTF-16-BE. Save the file as UTF-8.",
    ),
    "UTF-32": ("title: x".encode("utf-32"), "found UTF-32, expected UTF-8. Save the file as UTF-8."),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "found an image, expected text."),
    "a PDF file": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "found a PDF file, expected text."),
    "something else": (b"\xca\xfe\0\1", "1:1: found the byte 0xCA, which is not UTF-8. It does not look like text."),
}


@pytest.mark.parametrize("format_", ["yaml", "json", "toml"])
@pytest.mark.parametrize("name", WRONG)
def test_another_encoding_is_an_error(name: str, format_: str) -> None:
    data, expected = WRONG[name]
    with pytest.raises(InputError) as raised:
        read_bytes(data, format=format_, name="file")
    assert str(raised.value) == f"file:{expected}".replace("file:found", "file: found")


TEXTS = {"yaml": "title: Störung 😀\n", "json": '{"title": "Störung 😀"}', "toml": 'title = "Störung 😀"'}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("format_", TEXTS)
def test_unicode_is_read(format_: str, encoding: str) -> None:
    assert read_bytes(TEXTS[format_].encode(encoding), format=format_).title == "Störung 😀"
    assert read_bytes("\ufeff" + TEXTS[format_], format=format_).title == "Störung 😀"


@pytest.mark.parametrize("format_", TEXTS)
def test_a_lone_surrogate_in_a_text_is_replaced(format_: str) -> None:
    assert read_bytes(TEXTS[format_].replace("😀", "\ud800"), format=format_).title == "Störung \ufffd"


def test_an_escaped_lone_surrogate_is_replaced() -> None:
    report = read_bytes(
        r'{"title": "a\ud800b \udfff", "impact": {"\udc00": "\ud83d\ude00 \ude00\ud83d"}}', format="json"
    )
    assert report.title == "a\ufffdb \ufffd"
    assert report.impact.model_extra == {"\ufffd": "😀 \ufffd\ufffd"}


def test_escaped_control_characters_are_kept() -> None:
    expected = "a\0b\x1b\x7f\x85\uffff"
    assert read_bytes(r'{"title": "a\u0000b\u001b\u007f\u0085\uffff"}', format="json").title == expected
    assert read_bytes(r'title: "a\0b\x1b\x7f\x85\uffff"', format="yaml").title == expected
    assert read_bytes(r'title = "a\u0000b\u001b\u007f\u0085\uffff"', format="toml").title == expected


def test_the_file_limit_counts_bytes() -> None:
    limits = Limits(file_bytes=10)
    assert read_bytes("title: é ".encode(), format="yaml", limits=limits).title == "é"
    with pytest.raises(InputError, match=r"the file is too large\. The limit is file_bytes=10\.$"):
        read_bytes("title: éé".encode(), format="yaml", limits=limits)
