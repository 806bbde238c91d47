"""The files a report's documents are made from, found without composing one: no image is decoded."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

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
    folder = Folder(report.base, limits, report.files)
    for source in _list_images(report, limits):
        with suppress(UnavailableError):
            folder.image_bytes(source)
    for source in _list_logs(report):
        with suppress(UnavailableError):
            folder.text(source)
    return folder.digests


def find_files(report: Report, limits: Limits = DEFAULT) -> Iterator[Path]:
    """Yield the paths of a report's images and logs that exist, even if they cannot be shown."""
    folder = Folder(report.base, limits, report.files)
    for source in list_names(report, limits):
        with suppress(UnavailableError):
            yield folder.find_path(source)


def list_names(report: Report, limits: Limits = DEFAULT) -> list[str]:
    """Return the names of a report's images and logs, each once, as the report writes them."""
    return list(dict.fromkeys((*_list_images(report, limits), *_list_logs(report))))


def _list_images(report: Report, limits: Limits) -> list[str]:
    """Return the names of the images in a report's Markdown and figures, except those on the web."""
    sources: list[str] = []

    def note_image(source: str, alt: str, _path: str) -> Inline:
        sources.append(one_line(source))
        return Text(alt)

    parser = Parser(note_image, labels_for(FALLBACK), limits)
    for text in _markdown_texts(report):
        if "![" in (shown := clean(text)) or "<img" in shown.lower():
            with suppress(LimitError):
                parser.blocks(text, _LEVEL)
    sources += [one_line(figure.src) for figure in report.figures if figure.src]
    return [source for source in dict.fromkeys(sources) if not is_remote(source)]


def _list_logs(report: Report) -> list[str]:
    return [one_line(log.file) for log in report.logs if log.file]


def _markdown_texts(part: Part) -> Iterator[str]:
    markdown = markdown_fields(type(part))
    for name, value in part:
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Part):
                yield from _markdown_texts(item)
            elif item and name in markdown:
                yield item
