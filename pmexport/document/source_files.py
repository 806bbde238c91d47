"""The files a report's documents are made from, found without composing one: no image is decoded."""

from collections.abc import Iterator
from contextlib import suppress

from pmexport.assets.folder import Folder, UnavailableError
from pmexport.document.clean_text import clean, one_line
from pmexport.document.composer import is_remote
from pmexport.document.labels import FALLBACK, labels_for
from pmexport.document.markdown.parser import Parser
from pmexport.document.nodes import Inline, Text
from pmexport.limits import DEFAULT, LimitError, Limits
from pmexport.report.field_types import Part, markdown_fields
from pmexport.report.model import Report

_LEVEL = 2


def digest_files(report: Report, limits: Limits = DEFAULT) -> dict[str, str]:
    """Return the SHA-256 digests of a report's images and logs, in hexadecimal, by the names that the report uses.

    Files that cannot be read are left out, as in a document. Only Markdown that contains an image is parsed.
    """
    folder = Folder(report.base, limits)

    def read_image(source: str, alt: str, _path: str) -> Inline:
        with suppress(UnavailableError):
            if not is_remote(source := one_line(source)):
                folder.image_bytes(source)
        return Text(alt)

    parser = Parser(read_image, labels_for(FALLBACK), limits)
    for text in _markdown_texts(report):
        if "![" in (shown := clean(text)) or "<img" in shown.lower():
            with suppress(LimitError):
                parser.blocks(text, _LEVEL)
    for figure in report.figures:
        if figure.src:
            read_image(figure.src, "", "")
    for log in report.logs:
        with suppress(UnavailableError):
            if log.file:
                folder.text(one_line(log.file))
    return folder.digests


def _markdown_texts(part: Part) -> Iterator[str]:
    markdown = markdown_fields(type(part))
    for name, value in part:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Part):
                yield from _markdown_texts(item)
            elif item and name in markdown:
                yield item
