"""The contents list on paper: where a report is long enough to need one, after what stands first."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from pmexport.renderers.shared.contents_place import precedes

LONG = 18_000
"""Characters of a report that fills some six pages."""
BLOCK = 60
"""Characters that would have fitted into the room that a paragraph, an item or a row leaves empty."""


def place(body: Element) -> None:
    """Put the page's navigation, which becomes the list, before the sections that it helps to find; or take it away."""
    nav, main = body.find("nav"), body.find("main")
    if nav is None or main is None:
        return
    body.remove(nav)
    sections = {section.get("id", ""): section for section in main.findall("section")}
    following = precedes(list(sections))
    if following is not None and _length(main) > LONG:
        main.insert(list(main).index(sections[following]), nav)


def _length(main: Element) -> int:
    blocks = sum(element.tag in ("p", "li", "tr") for element in main.iter())
    return len("".join(main.itertext())) + BLOCK * blocks
