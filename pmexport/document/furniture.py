"""What a theme adds around a report: a cover, a letterhead, and the words in headers and footers."""

import re
from collections.abc import Mapping
from dataclasses import replace

from pmexport.document import nodes
from pmexport.document.labels import Labels
from pmexport.document.nodes import Blocks, Document, Inlines, Paragraph, Row, RowGroup, Strong, Table, Text
from pmexport.report.moments import read_date

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SEPARATOR = " · "
_ON_COVER = ("id", "revision", "status", "published", "classification", "distribution")


def set_running(document: Document, header: tuple[str, str], footer: str, organisation: str) -> Document:
    """Return the document with these words in the header and footer of every page; the usual ones for empty texts.

    They may contain placeholders such as `{id}`. What has no value is left out, with its separator.
    """
    values = {**_list_values(document), "organisation": organisation}
    usual = document.header or (document.properties.id, document.title)
    start, end = (_fill(text, values) if text else old for text, old in zip(header, usual, strict=True))
    running = (_fill(footer, values),) if footer else document.running
    return replace(document, header=(start, end) if any(header) else document.header, running=running)


def add_cover(document: Document, labels: Labels, distribution: tuple[str, ...]) -> Document:
    """Return the document with a cover, which has a list of those to whom it is distributed."""
    values = {**_list_values(document), "distribution": labels.list_texts(distribution)}
    rows = tuple(
        Row(((Paragraph((Strong((Text(labels.metadata[key]),)),)),), _show_value(values[key])))
        for key in _ON_COVER
        if values[key]
    )
    columns = (_name_column(labels.metadata["field"], "name"), _name_column(labels.metadata["value"], "text"))
    table = Table(columns, (RowGroup(rows),), "cover", labels.descriptions["cover"], row_headers=True)
    return replace(document, cover=(table,) if rows else ())


def _list_values(document: Document) -> dict[str, str]:
    properties = document.properties
    return {
        "id": properties.id,
        "title": document.title,
        "revision": properties.revision,
        "status": properties.status,
        "published": dict(properties.metadata).get("published", ""),
        "classification": properties.classification,
        "kind": properties.subject,
    }


def _show_value(text: str) -> Blocks:
    inlines: Inlines = (nodes.Time(text) if read_date(text) else Text(text),)
    return (Paragraph(inlines),)


def _name_column(title: str, role: str) -> nodes.Column:
    return nodes.Column((Text(title),), role)  # type: ignore[arg-type]


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled in, without the parts that have only empty ones."""
    parts = [part for part in text.split(_SEPARATOR) if _has_value(part, values)]
    return _PLACEHOLDER.sub(lambda found: values[found[1]], _SEPARATOR.join(parts))


def _has_value(part: str, values: Mapping[str, str]) -> bool:
    names = _PLACEHOLDER.findall(part)
    return not names or any(values[name] for name in names)
