"""The contents list in a PDF, if the report is long enough for one."""

from xml.etree.ElementTree import Element, SubElement

from pmexport.document.nodes import Document
from pmexport.renderers.shared.contents_place import find_following

COLUMNS = "contents"
"""The class of the table whose cells are the columns of the list; CSS columns take several times as long."""

_LINE = 44
"""Letters of a line in a column."""


def place_contents(body: Element, document: Document, *, listed: bool) -> None:
    """Move the page's navigation, which becomes the contents list, before the sections it lists, or remove it.

    listed: whether there is a list.
    """
    nav, main = body.find("nav"), body.find("main")
    if nav is None or main is None:
        return
    body.remove(nav)
    following = find_following(document) if listed else None
    places = [index for index, element in enumerate(main) if element.get("id") == following]
    if following is not None and places:
        _divide_list(nav)
        main.insert(places[0], nav)


def _divide_list(nav: Element) -> None:
    """Divide the list into two columns of about as many lines."""
    whole = nav.find("ol")
    if whole is None:
        return
    entries = list(whole)
    lines = [sum(1 + len("".join(link.itertext())) // _LINE for link in entry.iter("a")) for entry in entries]
    first = next(count for count in range(len(lines) + 1) if 2 * sum(lines[:count]) >= sum(lines))
    columns = Element("table", {"class": COLUMNS})
    row = SubElement(columns, "tr")
    for part in (entries[:first], entries[first:]):
        SubElement(SubElement(row, "td"), "ol").extend(part)
    nav[list(nav).index(whole)] = columns
