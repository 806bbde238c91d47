"""Render and inspect PDF files."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar, LTContainer
from pypdf import PdfReader
from pypdf.generic import Destination, IndirectObject

from pmexport.document.nodes import Document
from pmexport.errors import Problem
from pmexport.renderers.pdf import PdfRenderer
from pmexport.theming import themes
from pmexport.theming.themes import Theme

MM = 72 / 25.4


def render(tree: Document, theme: Theme | None = None, warnings: list[Problem] | None = None) -> bytes:
    """Return a document as PDF, and append to `warnings`."""
    return PdfRenderer().render(tree, theme or themes.default_theme(), [] if warnings is None else warnings)


def read(tree: Document, theme: Theme | None = None) -> PdfReader:
    """Return a reader of a document's PDF."""
    return PdfReader(BytesIO(render(tree, theme)))


def catalog(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def pages(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def outline(entries: Any, depth: int = 0) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if isinstance(entry, Destination):
            yield depth, str(entry.title)
        else:
            yield from outline(entry, depth + 1)


def fonts_of(reader: PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        yield from (font.get_object() for font in resources["/Font"].values())


def characters(data: bytes) -> Iterator[tuple[int, LTChar]]:
    def inside(item: Any) -> Iterator[LTChar]:
        if isinstance(item, LTChar):
            yield item
        elif isinstance(item, LTContainer):
            for part in item:
                yield from inside(part)

    for number, page in enumerate(extract_pages(BytesIO(data))):
        yield from ((number, char) for char in inside(page))


def elements(reader: PdfReader) -> list[Any]:
    """Return the structure elements in reading order."""
    found = []

    def walk(element: Any) -> None:
        element = element.get_object() if isinstance(element, IndirectObject) else element
        if isinstance(element, dict):
            if "/S" in element:
                found.append(element)
            walk(element.get("/K", []))
        elif isinstance(element, list):
            for kid in element:
                walk(kid)

    walk(catalog(reader)["/StructTreeRoot"])
    return found


def kids(element: Any) -> list[str]:
    return [str(kid.get_object()["/S"]) for kid in element["/K"] if "/S" in kid.get_object()]
