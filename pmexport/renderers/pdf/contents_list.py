"""The contents list in a PDF, if the report is long enough for one."""

from xml.etree.ElementTree import Element

from pmexport.renderers.shared.contents_place import find_following

LONG = 18_000
"""Characters of a report of about six pages."""
BLOCK = 60
"""Characters that would fit into the space that a paragraph, an item or a row leaves empty."""


def place_contents(body: Element) -> None:
    """Move the page's navigation, which becomes the contents list, before the sections it lists, or remove it."""
    nav, main = body.find("nav"), body.find("main")
    if nav is None or main is None:
        return
    body.remove(nav)
    sections = {section.get("id", ""): section for section in main.findall("section")}
    following = find_following(list(sections))
    if following is not None and _estimate_length(main) > LONG:
        main.insert(list(main).index(sections[following]), nav)


def _estimate_length(main: Element) -> int:
    blocks = sum(element.tag in ("p", "li", "tr") for element in main.iter())
    return len("".join(main.itertext())) + BLOCK * blocks
