"""Find what a page shows that a standard forbids: each with its cause and its place in the report.

This relies on internals of WeasyPrint 70: boxes have a computed style, and replaced boxes have their image.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

import pydyf  # type: ignore[import-untyped]
from PIL import Image as Pillow
from weasyprint.images import RasterImage  # type: ignore[import-untyped]

from pmexport.document.nodes import Document, Image, Section, sections_of, walk_nodes
from pmexport.problems import Problem
from pmexport.renderers.pdf.missing_glyphs import EMOJI
from pmexport.renderers.pdf.pdf_objects import get_object, list_pages
from pmexport.renderers.pdf.standards import DEFAULT, Standard

_COLORS = ("color", "background_color", *(f"border_{side}_color" for side in ("top", "right", "bottom", "left")))
_LONGEST = 8191
"""Items of an array in PDF 1.4 (ISO 19005-1, 6.1.12)."""
_QUOTED = 30
"""Characters of a long text by which its place is found."""
_BREAKS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060"))
"""What is added to texts to break their lines."""
_OPAQUE = 255
"""The alpha value of a pixel that hides everything below."""
_INKS = "device-cmyk"
_RGB = "Use RGB colours in the theme."
_SOLID = "Use a solid colour in the theme's style sheet."
_SAVE = "Save the image without transparency, or choose a-2u, a-2a, a-3u or a-3a."


def find_faults(layout: Any, body: Element, document: Document, standard: Standard) -> list[Problem]:
    """Return what a laid out page shows that a standard forbids: each cause once for each section.

    layout: a `weasyprint.Document`. body: of its page.
    """
    places = _Places(body, document)
    boxes = [box for page in layout.pages for box in page._page_box.descendants()]  # noqa: SLF001
    faults: dict[tuple[str, str, str], Problem] = {}
    for fault in (fault for box in boxes for fault in _inspect_box(box, standard, places)):
        faults.setdefault((fault.path, fault.help, fault.quoted), fault)
    return list(faults.values())


def find_hidden_faults(pdf: pydyf.PDF, text: str, standard: Standard) -> list[Problem]:
    """Return what PDF/A-1 forbids in a PDF that WeasyPrint made and that no box has. text: of the document."""
    faults = []
    if _is_translucent(pdf):
        message = f"the theme paints something translucent, which {standard.title} forbids."
        faults.append(Problem(message, help="Choose a-2u, a-2a, a-3u or a-3a, or another theme."))
    if _has_transparent_images(pdf):  # those of the report are found before, by their boxes
        emoji = EMOJI.search(text)
        what = f"the emoji U+{ord(emoji[0]):04X} is drawn" if emoji else "the theme is drawn"
        message = f"{what} with transparent images, which {standard.title} forbids."
        faults.append(Problem(message, help="Choose a-2u, a-2a, a-3u or a-3a.", quoted=emoji[0] if emoji else ""))
    if _has_long_lists(pdf):
        message = f"the report is too long for {standard.title}: its file would need lists of over {_LONGEST:,} items."
        faults.append(Problem(message, help="Choose a-2u, a-2a, a-3u or a-3a."))
    return faults


def find_long_texts(pdf: pydyf.PDF, standard: Standard) -> list[Problem]:
    """Return the addresses, descriptions and titles in a PDF that are longer than PDF/A allows, each once."""
    most = standard.longest_string
    if most is None:
        return []
    longest = {text: size for text in _walk_strings([*pdf.objects, pdf.info]) if (size := len(_encode(text))) > most}
    return [
        Problem(
            f"an address, a description or a title has {size:,} bytes; {standard.title} allows {most:,}.",
            help="Shorten it.",
            quoted=text.translate(_BREAKS)[:_QUOTED],
        )
        for text, size in longest.items()
    ]


def _walk_strings(root: Any) -> Iterator[str]:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, pydyf.String):
            yield value.string if isinstance(value.string, str) else value.string.decode("latin-1")
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _encode(text: str) -> bytes:
    """Return the bytes of a string in a PDF, without its delimiters."""
    return text.encode() if text.isascii() else b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass")


def _has_long_lists(pdf: pydyf.PDF) -> bool:
    lists = (value for part in pdf.objects if isinstance(part, dict) for value in part.values())
    return any(isinstance(value, list) and len(value) > _LONGEST for value in (*pdf.objects, *lists))


def _is_translucent(pdf: pydyf.PDF) -> bool:
    states = (state for part in pdf.objects if isinstance(part, dict) for state in part.get("ExtGState", {}).values())
    return any("SMask" in state or any(0 < state.get(key, 1) < 1 for key in ("ca", "CA")) for state in states)


def _has_transparent_images(pdf: pydyf.PDF) -> bool:
    streams = [get_object(pdf, page["Contents"]) for page in list_pages(pdf)]
    images = {image["image"].id: image["image"] for stream in streams for image in stream._images.values()}  # noqa: SLF001
    return any(map(is_transparent, images.values()))


class _Places:
    """Names the places of elements in the report."""

    def __init__(self, body: Element, document: Document) -> None:
        self._sections = {section.id: section for section in sections_of(document)}
        self._parents = {kid: parent for parent in body.iter() for kid in parent}

    def find(self, element: Element) -> str:
        """Return the path of the section that contains an element; empty if it is in none."""
        section = self._find_section(element)
        if section is None:
            return ""
        number = section.id.removeprefix("custom-")
        return f"sections[{int(number) - 1}]" if number != section.id else section.id

    def name_image(self, element: Element) -> str:
        """Return the name of an image: its file, else its alternative text. Others may have the same one."""
        alt, section = element.get("alt", ""), self._find_section(element)
        images = (node for node in walk_nodes(section.blocks if section else ()) if isinstance(node, Image))
        names = [image.source for image in images if image.alt == alt]
        shown = [one for one in self._parents if one.tag == "img" and one.get("alt") == alt]
        alike = [one for one in shown if section is self._find_section(one)]
        return (names[alike.index(element)] if len(names) == len(alike) else next(iter(names), "")) or alt

    def _find_section(self, element: Element | None) -> Section | None:
        while element is not None:
            if element.tag == "section" and element.get("id") in self._sections:
                return self._sections[element.get("id", "")]
            element = self._parents.get(element)
        return None


def _inspect_box(box: Any, standard: Standard, places: _Places) -> Iterator[Problem]:
    if box.element is None:
        return
    if box.style["opacity"] < 1:
        help_ = "Use a translucent colour instead of `opacity`."
        yield _explain(box, places, f"has `opacity`, which {DEFAULT.title} forbids", help_)
    if standard.archival:
        yield from _inspect_colors(box, standard, places)


def _inspect_colors(box: Any, standard: Standard, places: _Places) -> Iterator[Problem]:
    layers = box.background.layers if getattr(box, "background", None) else ()
    colors, image = list(_list_colors(box, layers)), getattr(box, "replacement", None)
    if any(color.space == _INKS for color in colors) or any(_mode(one) == "CMYK" for one in (image, *layers)):
        yield _explain(box, places, f"has colours as inks (CMYK), which {standard.title} forbids here", _RGB)
    if not standard.opaque:
        return
    if any(0 < color.alpha < 1 for color in colors):
        yield _explain(box, places, f"has a translucent colour, which {standard.title} forbids", _SOLID)
    if any(isinstance(layer.image, RasterImage) and is_transparent(layer.image) for layer in layers):
        yield _explain(box, places, f"has a transparent background, which {standard.title} forbids", _SAVE)
    if isinstance(image, RasterImage) and is_transparent(image):
        yield _explain_image(box.element, standard, places)


def _mode(image: Any) -> str:
    """Return Pillow's name for the colours of an image, or of a background layer; empty for a gradient."""
    return getattr(getattr(image, "image", image), "mode", "")


def _list_colors(box: Any, layers: Iterable[Any]) -> Iterator[Any]:
    """Yield a box's colours, and those of the gradients in its background."""
    colors = (box.style[name] for name in _COLORS)
    gradients = (color for layer in layers for color in getattr(layer.image, "colors", ()))
    yield from (color for color in (*colors, *gradients) if hasattr(color, "alpha"))


def is_transparent(image: Any) -> bool:
    """Return whether any pixel of a `RasterImage` is transparent."""
    if image.mode not in ("RGBA", "LA"):
        return False
    with Pillow.open(BytesIO(image.image_data.data)) as opened:
        least, _ = opened.convert("RGBA").getchannel("A").getextrema()
    return least != _OPAQUE


def _explain(box: Any, places: _Places, what: str, help_: str) -> Problem:
    name = ".".join((box.element_tag or box.element.tag, *box.element.get("class", "").split()))
    return Problem(f"the theme's `{name}` {what}.", places.find(box.element), help=help_)


def _explain_image(element: Element, standard: Standard, places: _Places) -> Problem:
    path, name = places.find(element), places.name_image(element)
    whose = f"the image {name!r}" if path else f"the theme's image {name!r}"
    return Problem(
        f"{whose} is transparent, which {standard.title} forbids.",
        path,
        help=_SAVE,
        quoted=name if path else "",
    )
