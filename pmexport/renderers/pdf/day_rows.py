"""Repeat a group's title, such as the day of a timeline, where its rows continue on another page.

WeasyPrint repeats the header of a table, which is the same on every page. Here the header also holds a copy of each
group's title, and each page is laid out with the one that it needs. In the tags, repeated headers are artifacts.

This relies on internals of WeasyPrint 70: `table_layout` lays out the part of a table that is on one page, and its skip
stack says where that part begins: the index of the group, and in it that of the row.
"""

from copy import deepcopy
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.layout import block  # type: ignore[import-untyped]

_GROUP = "data-group"
_lay_out_table = block.table_layout


def repeat_group_titles(body: Element) -> None:
    """Add a copy of each group's title to the header of its table."""
    for table in body.iter("table"):
        head = table.find("thead")
        for number, group in enumerate(table.iterfind("tbody")):
            title = next((row for row in group.iterfind("tr") if "group" in row.get("class", "").split()), None)
            if head is not None and title is not None:
                copy = deepcopy(title)
                copy.set(_GROUP, str(number))
                group.set(_GROUP, str(number))
                head.append(copy)


def _lay_out_part(context: Any, table: Any, bottom_space: Any, skip_stack: Any, *rest: Any) -> Any:
    """Lay out the part of a table that is on one page, with a header that names the group that continues."""
    if table.children and table.children[0].is_header:
        whole = getattr(table, "whole_header", table.children[0])
        table.whole_header = whole
        number = _find_continued(table, skip_stack)
        rows = [row for row in whole.children if _number_of(row) in (None, number)]
        if len(rows) < len(whole.children) or whole is not table.children[0]:
            table.children = (whole.copy_with_children(rows), *table.children[1:])
    return _lay_out_table(context, table, bottom_space, skip_stack, *rest)


def _find_continued(table: Any, skip_stack: Any) -> str | None:
    """Return the number of the group in which the part begins; None if it begins with a whole group."""
    if not skip_stack:
        return None
    ((index, rows),) = skip_stack.items()
    return _number_of(table.children[index]) if rows and next(iter(rows)) > 0 else None


def _number_of(box: Any) -> str | None:
    return None if box.element is None else box.element.get(_GROUP)


block.table_layout = _lay_out_part
