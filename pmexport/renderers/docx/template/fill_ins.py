"""Finds and fills the placeholders of a template, such as `{{title}}`, even if split over several runs."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from docx.document import Document as WordDocument

from pmexport.document.nodes import Document
from pmexport.renderers.docx.oxml import SEPARATOR, XML_SPACE, Element, W, clean_xml
from pmexport.renderers.docx.template.style_index import remove_elements, select_nodes

REPORT = "report"
"""The placeholder that the report replaces."""
NAMES = (
    *("title", "id", "status", "classification", "revision", "date"),
    *("severity", "incident_date", "duration", "services", "user_impact", "commander", "responders", "published"),
    *("authors", "tags"),
    *("letterhead", "header_start", "header_end", "footer_start"),
)
"""The placeholders that the report's metadata fills, and those that the theme's texts for pages fill."""
_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}")
"""Matches a statement or a comment of Jinja."""
_SEPARATOR_BEFORE = re.compile(r"(?:[ \t\u00a0]*[·•|∙,;]|[ \t\u00a0]+[/\u2013\u2014-])[ \t\u00a0]*$")
_SEPARATOR_AFTER = re.compile(r"^[ \t\u00a0]*(?:[·•|∙,;]|[/\u2013\u2014-][ \t\u00a0])[ \t\u00a0]*")
_PLACES = {f"{W}hdr": "header", f"{W}ftr": "footer"}

_BREAKS = tuple(f"{W}{tag}" for tag in ("tab", "br", "cr", "noBreakHyphen", "sym", "drawing", "pict", "fldChar"))


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder in a template."""

    name: str
    """In lower case."""
    written: str
    place: str
    """Body, header or footer."""
    split: bool
    """Whether it spans several runs."""


def collect_values(document: Document) -> dict[str, str]:
    """Return the placeholders' values."""
    own = document.properties
    label = None if document.classification else document.tlp
    start, end = document.header or (own.id, document.title)
    return {
        "title": document.title,
        "id": own.id,
        "status": document.mark or own.status,
        "classification": label or own.classification,
        "revision": own.revision,
        "date": own.date,
        "letterhead": SEPARATOR.join(document.letterhead),
        "header_start": start,
        "header_end": end,
        "footer_start": SEPARATOR.join(document.running),
        **dict(own.metadata),
    }


def visible_parts(word: WordDocument) -> Iterator[tuple[str, Element]]:
    """Yield the body, headers and footers, each with its kind."""
    yield "body", word.element.body
    for part in word.part.related_parts.values():
        text = getattr(part, "element", None)
        if text is not None and text.tag in _PLACES:
            yield _PLACES[text.tag], text


def all_paragraphs(word: WordDocument) -> Iterator[tuple[str, Element]]:
    """Yield all paragraphs, including those in text boxes, each with the kind of part it is in."""
    for place, text in visible_parts(word):
        yield from ((place, paragraph) for paragraph in text.iter(f"{W}p"))


def paragraph_text(paragraph: Element) -> str:
    """Return a paragraph's text without its text boxes; anything other than text becomes a line break."""
    return _join_pieces(_text_pieces(paragraph))


def find_placeholders(word: WordDocument) -> Iterator[Placeholder]:
    """Yield all placeholders of a template, including unknown ones."""
    for place, paragraph in all_paragraphs(word):
        yield from parse_placeholders(paragraph, place)


def find_statements(word: WordDocument) -> Iterator[Placeholder]:
    """Yield the statements and comments of Jinja in a template, which stay text."""
    for place, paragraph in all_paragraphs(word):
        for found in _STATEMENT.finditer(paragraph_text(paragraph)):
            yield Placeholder("", found[0], place, split=False)


def parse_placeholders(paragraph: Element, place: str = "") -> Iterator[Placeholder]:
    """Yield all placeholders of a paragraph, including unknown ones."""
    pieces = list(_text_pieces(paragraph))
    for placeholder in _PLACEHOLDER.finditer(_join_pieces(pieces)):
        split = len(list(_overlapping_pieces(pieces, *placeholder.span()))) > 1
        yield Placeholder(_normalize_name(placeholder), placeholder[0], place, split)


def describe_unknown(word: WordDocument, known: Collection[str], *, skip_body: bool = False) -> Iterator[str]:
    """Yield a sentence for each unknown placeholder and for Jinja's statements, with their number and first place."""
    found = [one for one in find_placeholders(word) if one.name not in (*known, REPORT)]
    grouped = {name: [one for one in found if one.name == name] for name in dict.fromkeys(one.name for one in found)}
    for ones in grouped.values():
        if ones := [one for one in ones if not (skip_body and one.place == "body")]:
            yield f"Unknown placeholder {ones[0].written} {_say_where(ones)}; it was not filled in."
    if statements := [one for one in find_statements(word) if not (skip_body and one.place == "body")]:
        shown = f"{statements[0].written} {_say_where(statements)}"
        yield f"The Jinja statement {shown} stays text: pmexport fills in placeholders such as {{{{title}}}} only."


def _say_where(found: list[Placeholder]) -> str:
    place = f"in the {found[0].place}"
    return place if len(found) == 1 else f"({len(found)} times, first {place})"


def report_pieces(paragraph: Element) -> list[Element]:
    """Return the pieces of text that contain the placeholder of the report."""
    pieces = list(_text_pieces(paragraph))
    marks = (one for one in _PLACEHOLDER.finditer(_join_pieces(pieces)) if _normalize_name(one) == REPORT)
    return [piece for mark in marks for piece, _, _ in _overlapping_pieces(pieces, *mark.span())]


def fill_paragraph(paragraph: Element, texts: Mapping[str, str]) -> None:
    """Fill the known placeholders of a paragraph. The value takes the formatting of the placeholder's first run."""
    pieces = list(_text_pieces(paragraph))
    for placeholder in reversed(list(_PLACEHOLDER.finditer(_join_pieces(pieces)))):
        name = _normalize_name(placeholder)
        if name in texts:
            text = clean_xml(" ".join(texts[name].split()))
            span = placeholder.span() if text else _widen_span(_join_pieces(pieces), *placeholder.span())
            for piece in _replace_span(pieces, span, text):
                _unbind_controls(piece)


def _join_pieces(pieces: Iterable[Element]) -> str:
    return "".join(map(_piece_text, pieces))


def _widen_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of an empty placeholder with a separator that would be left dangling."""
    before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    left, right = _SEPARATOR_BEFORE.search(before), _SEPARATOR_AFTER.search(after)
    if left and (right or not after.strip()):
        return start - len(left[0]), end
    if right and not before.strip():
        return start, end + len(right[0])
    return start, end


def _normalize_name(placeholder: re.Match[str]) -> str:
    return placeholder[1].strip().casefold()  # Word capitalizes the start of a line automatically


def _text_pieces(paragraph: Element) -> Iterator[Element]:
    """Yield the text elements of a paragraph's runs, and the breaks between them."""
    for piece in paragraph.iter(f"{W}t", *_BREAKS):
        run = piece.getparent()
        if run is not None and run.tag == f"{W}r" and next(piece.iterancestors(f"{W}p"), None) is paragraph:
            yield piece


def _piece_text(piece: Element) -> str:
    return (piece.text or "") if piece.tag == f"{W}t" else "\n"


def _overlapping_pieces(pieces: Iterable[Element], start: int, end: int) -> Iterator[tuple[Element, int, int]]:
    """Yield the pieces that a span of text overlaps, each with the start and end in the piece."""
    at = 0
    for piece in pieces:
        length = len(_piece_text(piece))
        if start < at + length and at < end:
            yield piece, max(start - at, 0), min(end - at, length)
        at += length


def _replace_span(pieces: list[Element], span: tuple[int, int], text: str) -> Iterator[Element]:
    """Replace a span with a text, and yield the changed pieces."""
    for piece, start, end in list(_overlapping_pieces(pieces, *span)):
        old = piece.text or ""
        piece.text = old[:start] + text + old[end:]
        piece.set(XML_SPACE, "preserve")
        text = ""
        yield piece


def _unbind_controls(piece: Element) -> None:
    """Remove data bindings and prompts from enclosing content controls; Word would show those instead of the text."""
    for control in piece.iterancestors(f"{W}sdt"):
        remove_elements(select_nodes(control, "w:sdtPr/*[local-name()='dataBinding' or local-name()='showingPlcHdr']"))
