"""The contents list of a PDF: in a long report, with the pages on which its sections begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from boxes import margins_of, misplaced, sheets_of
from parity import _marked
from pdfs import elements, kids, render
from pypdf import PdfReader
from pypdf.generic import Destination
from trees import document, p, section

from pmexport.document.nodes import CodeBlock, Direction, Document
from pmexport.renderers.shared.contents_place import LONG
from pmexport.theming import themes

pytestmark = pytest.mark.slow

NAMES = ["metadata", "summary", "background", "timeline", "impact", "lessons", "appendix"]


def long(**more: Any) -> Document:
    text = [p("word " * 200)] * 7
    inside = tuple(section(name, *text, level=3) for name in ("trigger", "resolution"))
    sections = [section(name, *text) for name in NAMES]
    rest = section("root_cause_analysis", title="Root Cause Analysis", sections=inside)
    return document(*sections[:4], rest, *sections[4:], **more)


@cache
def made(direction: Direction = "ltr") -> bytes:
    return render(long(direction=direction))


def entries(data: bytes) -> list[tuple[str, int]]:
    """Return the entries of the contents list, from its structure."""
    reader = PdfReader(BytesIO(data))
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}  # type: ignore[union-attr]
    marked = _marked(data)

    def texts(element: Any, page: int) -> Iterator[str]:
        page = numbers[element.raw_get("/Pg").idnum] if "/Pg" in element else page
        for kid in element["/K"]:
            if isinstance(kid, int):
                yield marked[page][kid]
            elif "/S" in kid.get_object():
                yield from texts(kid.get_object(), page)

    found = (list(texts(element, 0)) for element in elements(reader) if element["/S"] == "/Reference")
    return [("".join(parts[:-1]), int(parts[-1])) for parts in found]


def begins(data: bytes) -> list[tuple[str, int]]:
    """Return the sections of the outline with the pages on which they begin."""
    reader = PdfReader(BytesIO(data))

    def walk(level: Any) -> Iterator[Destination]:
        for entry in level:
            if isinstance(entry, Destination):
                yield entry
            else:
                yield from walk(entry)

    entries = list(walk(reader.outline))
    return [(str(entry.title), (reader.get_destination_page_number(entry) or 0) + 1) for entry in entries[1:]]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_page_numbers(direction: Direction) -> None:
    data = made(direction)
    listed = entries(data)
    assert listed == begins(data)
    assert len(listed) == 10
    assert len({page for _, page in listed}) > 5


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_entries_are_in_place(direction: Direction) -> None:
    margins = margins_of(themes.default_theme().tokens.page)
    assert misplaced(sheets_of(made(direction)), margins) == []


def logged(lines: int) -> Document:
    """Return a document with long logs, whose type is no token."""
    log = CodeBlock(
        "\n".join(f"14:02:{line % 60:02} INFO request {line} was answered " + "late " * 8 for line in range(lines))
    )
    return document(*(section(name, log) for name in NAMES))


@pytest.mark.parametrize("theme", themes.theme_names())
@pytest.mark.parametrize("length", ["short", "nearly", "long"])
def test_every_theme_lists_the_contents_of_twelve_pages(length: str, theme: str) -> None:
    look = themes.find_theme(theme)
    tree = logged({"short": 30, "nearly": 60, "long": 140}[length])
    data = render(tree, look)
    listed, pages = entries(data), len(PdfReader(BytesIO(data)).pages)
    assert bool(listed) == (pages >= LONG) or (listed and pages >= 0.8 * LONG), pages
    assert listed in ([], begins(data))


def test_contents_follow_the_summary() -> None:
    titles = list_in_order(made())
    assert titles.index("Summary") < titles.index("Contents") < titles.index("Background")


def list_in_order(data: bytes) -> list[str]:
    reader = PdfReader(BytesIO(data))
    lines = [line.strip() for page in reader.pages for line in page.extract_text().splitlines()]
    found = (re.match(r"(Summary|Contents|Background)\b(?! *\d)", line) for line in lines)
    return [match[1] for match in found if match]


def test_contents_are_on_one_page() -> None:
    def found(lines: int) -> tuple[int, bool]:
        """Return the page of the heading, and whether all entries are on it."""
        summary = section("summary", *(p(f"line{number}") for number in range(lines)))
        text = [p("word " * 200)] * 14
        later = [section(name, *text) for name in NAMES[2:]]
        sheets = sheets_of(render(document(section("metadata", p("x")), summary, *later)))
        words = [[word.text for word in sheet.words] for sheet in sheets]
        number = next(number for number, page in enumerate(words) if "Contents" in page)
        listed = words[number][words[number].index("Contents") :]
        return number, {"Metadata", *(name.capitalize() for name in NAMES[1:])} <= set(listed)

    places = [found(lines) for lines in range(20, 36, 3)]
    assert {number for number, _ in places} == {0, 1}, "it was tried at the end of a page"
    assert all(together for _, together in places)


def test_contents_are_tagged() -> None:
    found = elements(PdfReader(BytesIO(made())))
    lists = [element for element in found if element["/S"] == "/TOC"]
    assert len(lists) == 2, "one, and one within"
    assert [len(kids(element)) for element in lists] == [8, 2]
    for element in lists:
        assert set(kids(element)) == {"/TOCI"}
    for element in found:
        if element["/S"] == "/L":
            assert set(kids(element)) == {"/LI"}
        if element["/S"] == "/TOCI":
            assert kids(element) in (["/Reference"], ["/Reference", "/TOC"])
        if element["/S"] == "/Reference":
            assert kids(element) == ["/Link"]


def test_entries_link_to_sections() -> None:
    reader = PdfReader(BytesIO(made()))
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert [str(note["/Dest"]) for note in notes] == [
        *NAMES[:4],
        "root_cause_analysis",
        "trigger",
        "resolution",
        *NAMES[4:],
    ]


@pytest.mark.parametrize(
    "tree",
    [
        document(*(section(name, *[p("word " * 200)] * 4) for name in NAMES)),
        document(section("summary", *[p("word " * 200)] * 50), section("lessons", p("One."))),
    ],
    ids=["short", "few sections"],
)
def test_short_documents_have_none(tree: Document) -> None:
    data = render(tree)
    assert entries(data) == []
    assert "Contents" not in list_in_order(data)
