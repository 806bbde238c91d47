"""Checks that a finished file contains every text of its document: better no file than one without the report."""

from collections.abc import Iterator

from pmexport.document import nodes
from pmexport.document.nodes import Document
from pmexport.errors import RenderError
from pmexport.renderers.docx.oxml import Element, W, clean_xml

_MARKS = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f"))
"""Characters that the writer adds for line breaks, directions and symbols, not for readers."""
_ALT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_SHOWN = 60
"""Characters of a missing text that are shown."""


def refuse_losses(body: Element, document: Document) -> None:
    """Raise RenderError unless a body contains every text of a document. White space does not count."""
    text = _squash("".join(_read_texts(body)))
    head = nodes.Text(document.title), document.facts
    at = 0
    for words in nodes.walk_texts((*head, nodes.on_paper(document).sections, document.footer)):
        wanted = _squash(clean_xml(words))
        found = text.find(wanted, at)
        if found >= 0:
            at = found + len(wanted)
        elif wanted not in text:  # what is drawn has an order of its own
            shown = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
            raise RenderError(f"The Word file would lack {shown!r}, so it was not written. Please report this bug.")


def _squash(text: str) -> str:
    joined = "".join(text.split())
    return joined if joined.isascii() else joined.translate(_MARKS)


def _read_texts(body: Element) -> Iterator[str]:
    """Yield the texts of a body, and the alternative texts of its images."""
    for element in body.iter(f"{W}t", _ALT):
        yield (element.text if element.tag == f"{W}t" else element.get("descr")) or ""
