"""Repair the structure tree of a PDF that WeasyPrint made, before it is written.

WeasyPrint tags a table that crosses pages as one table per page, each with its header row as content. It omits the
scope of header cells, and puts blocks next to the label of a list item, where only a body is allowed. Here the parts
of a table are merged, and repeated header rows become artifacts (PDF/UA, ISO 14289-1, 7.1, 7.2, 7.5 and 7.6).

This relies on internals of WeasyPrint 70: a cell's box has its structure element (`mark`), and the boxes of an HTML
element on several pages share that element.
"""

from collections.abc import Iterator
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import TableBox  # type: ignore[import-untyped]

from pmexport.renderers.pdf.contents_list import COLUMNS
from pmexport.renderers.pdf.pdf_objects import get_object, list_pages

SCOPES = {"col": "/Column", "row": "/Row", "rowgroup": "/Row"}
"""Scope attributes by their HTML value (ISO 32000-1, table 349)."""


def repair_tags(document: Any, pdf: pydyf.PDF) -> None:
    """Repair the structure tree of a `weasyprint.Document`'s PDF: a finisher of its `write_pdf`."""
    tree = _Tree(pdf)
    for number, page in enumerate(document.pages):
        for table in _list_tables(page):
            if table.element.get("class") == COLUMNS:
                tree.join_columns(table)
            else:
                tree.add_table(table, number)
    for element in _list_elements(pdf, "/Link"):
        tree.tag_contents_item(element)
    for element in _list_elements(pdf, "/LI"):
        tree.add_body(element)


def _list_tables(page: Any) -> Iterator[Any]:
    return (box for box in page._page_box.descendants() if isinstance(box, TableBox))  # noqa: SLF001


def _list_elements(pdf: pydyf.PDF, kind: str) -> list[Any]:
    return [element for element in pdf.objects if isinstance(element, dict) and element.get("S") == kind]


class _Tree:
    def __init__(self, pdf: pydyf.PDF) -> None:
        self._pdf = pdf
        self._kept: dict[Any, Any] = {}
        """The structure elements of tables, row groups, rows and cells, by their HTML element."""

    def add_table(self, table: Any, page: int) -> None:
        """Keep a page's table, or merge it with its part on an earlier page."""
        for group in table.children:
            for row in group.children:
                if row.children:
                    self._add_row(table, group, row, page)

    def join_columns(self, table: Any) -> None:
        """Replace a table, which only sets a list in columns, by the list: the first column, then the second."""
        cells = [cell.mark for group in table.children for row in group.children for cell in row.children]
        lists = [self._resolve(kid) for cell in cells for kid in cell["K"]]
        row = self._get_parent(cells[0])
        table_part = self._get_parent(self._get_parent(row))
        outside = self._get_parent(table_part)
        whole = self._kept.setdefault(table.element, lists[0])
        if whole is lists[0]:
            outside["K"][outside["K"].index(table_part.reference)] = whole.reference
            whole["P"] = outside.reference
        else:
            self._detach_element(table_part)
        for item in [self._resolve(kid) for part in lists if part is not whole for kid in part["K"]]:
            self._move_element(item, whole)

    def _add_row(self, table: Any, group: Any, row: Any, page: int) -> None:
        row_part = self._get_parent(row.children[0].mark)
        group_part = self._get_parent(row_part)
        table_part = self._get_parent(group_part)
        whole = self._kept.setdefault(table.element, table_part)
        if whole is table_part:
            _set_summary(whole, table.element.get("aria-label", ""))
        else:
            self._detach_element(table_part)
            if group.is_header and not self._holds_link(group_part):
                self._make_artifact(group_part, page)
                return
        kept_group = self._keep_first(group, group_part, whole)
        kept_row = self._keep_first(row, row_part, kept_group)
        for cell in row.children:
            self._add_cell(cell, kept_row)

    def _add_cell(self, cell: Any, row: Any) -> None:
        _set_scope(cell)
        kept = self._keep_first(cell, cell.mark, row)
        if kept is not cell.mark:
            for kid in cell.mark["K"]:
                self._move_element(self._resolve(kid), kept)

    def _keep_first(self, box: Any, part: Any, parent: Any) -> Any:
        """Return the box's structure element: that of an earlier page, or this part, moved to this parent."""
        kept = self._kept.setdefault(box.element, part)
        if kept is part and self._get_parent(part) is not parent:
            self._move_element(part, parent)
        return kept

    def tag_contents_item(self, link: Any) -> None:
        """Tag an item with a link into the document as one of a contents list (ISO 32000-1, table 333)."""
        notes = [self._resolve(kid["Obj"]) for kid in self._list_kids(link) if "Obj" in kid]
        body = self._get_parent(link)
        if body["S"] != "/LBody" or not any("Dest" in note for note in notes):
            return
        item = self._get_parent(body)
        contents = self._get_parent(item)
        body["S"], item["S"], contents["S"] = "/Reference", "/TOCI", "/TOC"
        for kid in list(self._list_kids(body)):
            if kid["S"] in ("/L", "/TOC"):
                body["K"].remove(kid.reference)
                self._move_element(kid, item)

    def add_body(self, item: Any) -> None:
        """Move everything next to the label of a list item into its body."""
        kids = [self._resolve(kid) for kid in item["K"]]
        if all(kid["S"] in ("/Lbl", "/LBody") for kid in kids):
            return
        body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array()})
        self._pdf.add_object(body)
        item["K"] = pydyf.Array()
        for kid in kids:
            if kid["S"] == "/Lbl":
                self._move_element(kid, item)
        self._move_element(body, item)
        for kid in kids:
            if kid["S"] == "/LBody":
                for inner in kid["K"]:
                    self._move_element(self._resolve(inner), body)
            elif kid["S"] != "/Lbl":
                self._move_element(kid, body)

    def _make_artifact(self, element: Any, page: int) -> None:
        """Remove an element's content from the tree, because repeated content is an artifact."""
        numbers = set(self._list_content(element))
        stream = self._resolve(list_pages(self._pdf)[page]["Contents"]).stream
        for index, item in enumerate(stream):
            if isinstance(item, dict) and item.get("MCID") in numbers:
                stream[index - 1 : index + 2] = [b"/Artifact", b"BMC", b""]
        root = self._resolve(self._pdf.catalog["StructTreeRoot"])
        parents = self._resolve(root["ParentTree"])["Nums"][2 * page + 1]
        for number in numbers:
            parents[number] = b"null"

    def _list_content(self, element: Any) -> Iterator[int]:
        """Yield the marked-content numbers under an element."""
        for kid in element["K"]:
            if isinstance(kid, int):
                yield kid
            else:
                yield from self._list_content(self._resolve(kid))

    def _holds_link(self, element: Any) -> bool:
        return element["S"] == "/Link" or any(map(self._holds_link, self._list_kids(element)))

    def _list_kids(self, element: Any) -> Iterator[Any]:
        return (self._resolve(kid) for kid in element["K"] if not isinstance(kid, int))

    def _move_element(self, element: Any, parent: Any) -> None:
        element["P"] = parent.reference
        parent["K"].append(element.reference)

    def _detach_element(self, element: Any) -> None:
        siblings = self._get_parent(element)["K"]
        if element.reference in siblings:
            siblings.remove(element.reference)

    def _get_parent(self, element: Any) -> Any:
        return self._resolve(element["P"])

    def _resolve(self, reference: bytes) -> Any:
        return get_object(self._pdf, reference)


def _set_summary(table: Any, words: str) -> None:
    """Set the summary of a table, for screen readers."""
    if words:
        table["A"] = pydyf.Dictionary({"O": "/Table", "Summary": pydyf.String(words)})


def _set_scope(cell: Any) -> None:
    """Set the scope of a header cell, and remove references to headers, which hold for one page only."""
    attributes = cell.mark["A"]
    attributes.pop("Headers", None)
    cell.mark.pop("ID", None)
    if cell.element_tag == "th":
        attributes["Scope"] = SCOPES[cell.element.get("scope", "col")]
