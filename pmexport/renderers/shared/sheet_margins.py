"""The headers and footers of pages, as CSS variables: for a PDF, and for a page that a browser prints."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pmexport.document.nodes import Document
from pmexport.renderers.shared import table_layout, tlp_colors
from pmexport.renderers.shared.css import quote_css
from pmexport.renderers.shared.paper import to_points
from pmexport.theming.tokens import Tokens

_PLACES = ("left", "center", "right")
_SIDES = {False: ("left", "right"), True: ("right", "left")}
"""Where lines begin and end, by whether they run from right to left."""
_BOX = "border: 1px solid; height: min-content; margin: auto 0; padding: .1rem .5rem"
_LABEL = (
    f"background: {tlp_colors.BACKGROUND}; font-size: {tlp_colors.MIN_SIZE}; height: min-content; white-space: nowrap;"
    " margin: auto 0 auto auto; padding: .1em .4em; -webkit-print-color-adjust: exact; width: min-content"
)
"""The form of a TLP label. The HTML checker knows `print-color-adjust` there only with a prefix."""
_MAX_LINES = 3
_LINE = 13
"""Height of a line in the box of a classification, with its share of the padding, in points."""


class Slot(NamedTuple):
    """What one place of a header or footer holds."""

    content: str
    """As CSS `content`."""
    width: int
    """In percent of the page's width between the margins."""
    ink: str = "var(--color-muted)"
    weight: int = 400


_EMPTY = Slot("none", 0)


class Marks(NamedTuple):
    """How a classification and a TLP label are written, as CSS `content`; empty if there is none."""

    box: str
    label: str


def list_margins(
    document: Document, tokens: Tokens, marks: Marks, replacements: Mapping[int, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return the headers and footers as CSS variables. A text that does not fit ends with an ellipsis.

    A TLP label is on the right in every script, a classification in the middle. replacements: of characters that no
    font has.
    """
    room = table_layout.measure_page(tokens).portrait  # the type of tables is larger

    def fit(facts: tuple[str, ...], width: int, lines: float = 1) -> str:
        shown = [fact.translate(replacements) for fact in facts]
        return quote_css(table_layout.join_facts(shown, round(1.1 * room * lines * (width - 1) / 100)))

    numbers = _write_page_number(document.words.page)
    start, end = _SIDES[document.direction == "rtl" and not marks.label]
    name = document.header or (document.properties.id, document.title)
    match bool(marks.box), bool(marks.label):
        case False, False:
            top = {start: _name_slot(fit(name[:1], 33), 33), end: Slot(fit(name[1:], 64), 65)}
            bottom = {start: Slot(fit(document.running, 73), 74), end: Slot(numbers, 24)}
        case False, True:
            top = {start: _name_slot(fit(name[:1], 28), 28), "center": Slot(fit(name[1:], 40), 40)}
            bottom = {start: Slot(numbers, 28), "center": Slot(fit(document.running, 40), 40)}
        case True, False:
            top = {start: _name_slot(fit(name[:1], 26), 26), end: Slot(fit(name[1:], 26, 1.7), 26)}
            bottom = {start: Slot(fit(document.running, 26, 1.7), 26), end: Slot(numbers, 26)}
        case _:
            top = {start: _name_slot(fit(tuple(filter(None, name)), 26, 1.7), 26)}
            bottom = {start: Slot(f'{numbers} "\\a " {fit(document.running, 26)}', 26)}
    fixed = {"center": Slot(marks.box, 46, "var(--color-text)", 600)} if marks.box else {}
    if document.tlp and marks.label:
        fixed["right"] = Slot(marks.label, 26, tlp_colors.INKS[document.tlp], 600)
    first = {f"first-top-{side}": fixed[side].content if side in fixed else "none" for side in _PLACES}
    return first | _describe_slots("top", top | fixed) | _describe_slots("bottom", bottom | fixed)


def box_marks(document: Document) -> str:
    """Return the CSS rules that give a classification and a TLP label their form in the margins of a browser."""
    boxes = {"center": _BOX} if document.classification else {}
    boxes |= {"right": _LABEL} if document.tlp else {}
    rules = (f"@{edge}-{side} {{ {form} }}" for edge in ("top", "bottom") for side, form in boxes.items())
    return f"@page {{ {' '.join(rules)} }}"


def fit_classification(document: Document, tokens: Tokens) -> str:
    """Return the classification, shortened to the lines that fit into the narrower margin; the metadata has it all."""
    margin = min(to_points(tokens.page.margin_top), to_points(tokens.page.margin_bottom))
    lines = max(1, min(_MAX_LINES, int(margin / _LINE) - 1))
    return table_layout.shorten_text(
        document.classification, round(0.44 * table_layout.measure_page(tokens).portrait * (lines - 0.3))
    )


def _name_slot(content: str, width: int) -> Slot:
    return Slot(content, width, "var(--color-text)", 600)


def _describe_slots(edge: str, slots: dict[str, Slot]) -> dict[str, str]:
    """Return the variables of the slots at the top or the bottom."""
    variables: dict[str, str] = {}
    for side in _PLACES:
        content, width, ink, weight = slots.get(side, _EMPTY)
        name = f"{edge}-{side}"
        variables |= {name: content, f"{name}-width": f"{width}%", f"{name}-ink": ink, f"{name}-weight": str(weight)}
    return variables


def _write_page_number(words: str) -> str:
    """Return a page number as in `Page {page} of {pages}`, as CSS `content`."""
    numbers = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    parts = re.split(r"(\{pages?\})", words)
    return " ".join(numbers.get(part) or quote_css(part) for part in parts)
