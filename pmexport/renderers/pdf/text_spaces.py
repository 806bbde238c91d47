"""Let a line end at the space between a text and the markup that follows.

WeasyPrint 70 breaks a line after its first word if the text fits only without the space at its end; a space in a box of
its own may hang over the end of the line. An element for each space would take a fifth of the time of a long document,
so that the boxes are divided after they were built. This relies on internals of WeasyPrint 70.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint import document as weasyprint_document  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import (  # type: ignore[import-untyped]
    AtomicInlineLevelBox,
    InlineBox,
    LineBox,
    TextBox,
)

_MARK = "data-spaces"
_build_boxes = weasyprint_document.build_formatting_structure


def divide_spaces(root: Element) -> None:
    """Have the spaces of a page divided from its texts. Pages of other programs in this process are left alone."""
    root.set(_MARK, "")


def _build_divided(root: Element, *rest: Any, **options: Any) -> Any:
    boxes = _build_boxes(root, *rest, **options)
    if _MARK in root.attrib:
        for box in list(boxes.descendants()):
            if isinstance(box, LineBox | InlineBox) and len(box.children) > 1:
                box.children = list(_divide_texts(box.children))
    return boxes


def _divide_texts(boxes: list[Any]) -> Iterator[Any]:
    """Yield the boxes of a line; the space between a text and markup is one of them."""
    for box, following in zip(boxes, [*boxes[1:], None], strict=True):
        is_followed = isinstance(following, InlineBox | AtomicInlineLevelBox)
        words = box.text.removesuffix(" ") if isinstance(box, TextBox) and is_followed else ""
        if words and words != box.text:
            yield box.copy_with_text(words)
            yield box.copy_with_text(" ")
        else:
            yield box


weasyprint_document.build_formatting_structure = _build_divided
