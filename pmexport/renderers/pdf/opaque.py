"""Draw a PDF without the parts of the transparency model, which PDF/A-1 forbids (ISO 19005-1, 6.4).

WeasyPrint sets an alpha value for every colour, and paints gradients in transparency groups, even if all is opaque.
Both can go without a visible change. What is painted in a fully transparent colour is not painted at all: paths end
without painting, and text, which screen readers still read, has the invisible rendering mode. Anything translucent is
found before (`conformity`).
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pydyf  # type: ignore[import-untyped]

_STATE = re.compile(rb"/(\S+) gs")
_TEXT_MODES = {True: b"0 Tr", False: b"3 Tr"}
"""The operators that make text visible or invisible (ISO 32000-1, table 106)."""
_FILLS = frozenset({b"f", b"f*", b"F"})
_STROKES = frozenset({b"S", b"s"})
_END_PATH = b"n"


class _Paint(NamedTuple):
    """Whether fills and strokes are visible."""

    fill: bool = True
    stroke: bool = True


def remove_transparency(pdf: pydyf.PDF) -> None:
    """Remove alpha values, groups and masks from a PDF that WeasyPrint made and that shows nothing translucent."""
    for part in pdf.objects:
        if isinstance(part, pydyf.Stream):
            part.extra.pop("Group", None)
            part.extra.pop("SMask", None)
            states = getattr(part, "_resources", {}).get("ExtGState", {})
            part.stream = list(_paint_opaque(part.stream, states)) if states else part.stream
    for part in pdf.objects:
        states = part.get("ExtGState") if isinstance(part, dict) else None
        for state in (states or {}).values():
            state.pop("ca", None)
            state.pop("CA", None)


def _paint_opaque(operators: list[Any], states: Any) -> Iterator[Any]:
    """Yield the operators of a content stream, without alpha values."""
    paint, saved = _Paint(), list[_Paint]()
    for operator in operators:
        if not isinstance(operator, bytes):
            yield operator
            continue
        found = _STATE.fullmatch(operator)
        state = states.get(found[1].decode(), {}) if found else {}
        if operator == b"q":
            saved.append(paint)
        elif operator == b"Q":
            paint = saved.pop()
        if "CA" in state:
            paint = paint._replace(stroke=state["CA"] > 0)
        if "ca" in state:
            paint = paint._replace(fill=state["ca"] > 0)
            yield _TEXT_MODES[paint.fill]
        elif "CA" in state:
            continue
        else:
            hidden = (operator in _FILLS and not paint.fill) or (operator in _STROKES and not paint.stroke)
            yield _END_PATH if hidden else operator
