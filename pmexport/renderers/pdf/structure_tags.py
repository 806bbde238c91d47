"""Mends the structure tree of a PDF that WeasyPrint made, before it is written out.

WeasyPrint tags a table that crosses pages as one table per page, each with the repeated head as content; it leaves out
the scope of header cells; and it puts blocks beside the label of a list item, where only a body may stand. Here the
parts of a table become one and its repeated heads artifacts, as PDF/UA asks (ISO 14289-1, 7.1, 7.2, 7.5 and 7.6).

This leans on what WeasyPrint 70 does inside: the box of a cell carries its structure element (`mark`), and the boxes
into which pages divide an HTML element share that element.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import TableBox  # type: ignore[import-untyped]

SCOPES = {"col": "/Column", "row": "/Row", "rowgroup": "/Row"}
"""Structure attributes by the HTML ones (ISO 32000-1, table 349)."""


def mend(document: Any, pdf: pydyf.PDF) -> None:
    """Mend the structure tree of this PDF, made of this `weasyprint.Document`: a finisher of its `write_pdf`."""
    tree = _Tree(pdf)
    for number, page in enumerate(document.pages):
        for table in _tables(page):
            tree.add(table, number)
    for element in _elements(pdf, "/Link"):
        tree.enter(element)
    for element in _elements(pdf, "/LI"):
        tree.give_body(element)


def _tables(page: Any) -> Iterator[Any]:
    return (box for box in page._page_box.descendants() if isinstance(box, TableBox))  # noqa: SLF001


def _elements(pdf: pydyf.PDF, kind: str) -> list[Any]:
    return [element for element in pdf.objects if isinstance(element, dict) and element.get("S") == kind]


class _Tree:
    def __init__(self, pdf: pydyf.PDF) -> None:
        self._pdf = pdf
        self._kept: dict[Any, Any] = {}
        """The structure elements of tables, row groups, rows and cells, by the HTML element that they stand for."""

    def add(self, table: Any, page: int) -> None:
        """Keep the table of a page, or join it with its part on an earlier page."""
        for group in table.children:
            for row in group.children:
                if row.children:
                    self._add_row(table, group, row, page)

    def _add_row(self, table: Any, group: Any, row: Any, page: int) -> None:
        row_part = self._parent(row.children[0].mark)
        group_part = self._parent(row_part)
        table_part = self._parent(group_part)
        whole = self._kept.setdefault(table.element, table_part)
        if whole is table_part:
            _summarise(whole, table.element.get("aria-label", ""))
        else:
            self._detach(table_part)
            if group.is_header and not self._holds_link(group_part):
                self._make_artifact(group_part, page)
                return
        kept_group = self._keep(group, group_part, whole)
        kept_row = self._keep(row, row_part, kept_group)
        for cell in row.children:
            self._add_cell(cell, kept_row)

    def _add_cell(self, cell: Any, row: Any) -> None:
        _set_scope(cell)
        kept = self._keep(cell, cell.mark, row)
        if kept is not cell.mark:
            for kid in cell.mark["K"]:
                self._move(self._at(kid), kept)

    def _keep(self, box: Any, part: Any, parent: Any) -> Any:
        """Return the element that stands for this box: that of an earlier page, else this part, under this parent."""
        kept = self._kept.setdefault(box.element, part)
        if kept is part and self._parent(part) is not parent:
            self._move(part, parent)
        return kept

    def enter(self, link: Any) -> None:
        """Make an item with a link into the document one of a contents list (ISO 32000-1, table 333)."""
        notes = [self._at(kid["Obj"]) for kid in self._elements_in(link) if "Obj" in kid]
        body = self._parent(link)
        if body["S"] != "/LBody" or not any("Dest" in note for note in notes):
            return
        item = self._parent(body)
        contents = self._parent(item)
        body["S"], item["S"], contents["S"] = "/Reference", "/TOCI", "/TOC"
        whole = self._parent(contents)
        if whole["S"] in ("/L", "/TOC"):  # of which this is a column
            whole["S"] = "/TOC"
            contents["K"].remove(item.reference)
            self._move(item, whole)
            if not contents["K"]:
                self._detach(contents)
        for kid in list(self._elements_in(body)):
            if kid["S"] in ("/L", "/TOC"):
                body["K"].remove(kid.reference)
                self._move(kid, item)

    def give_body(self, item: Any) -> None:
        """Put all that stands beside the label of a list item into its body."""
        kids = [self._at(kid) for kid in item["K"]]
        if all(kid["S"] in ("/Lbl", "/LBody") for kid in kids):
            return
        body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array()})
        self._pdf.add_object(body)
        item["K"] = pydyf.Array()
        for kid in kids:
            if kid["S"] == "/Lbl":
                self._move(kid, item)
        self._move(body, item)
        for kid in kids:
            if kid["S"] == "/LBody":
                for inner in kid["K"]:
                    self._move(self._at(inner), body)
            elif kid["S"] != "/Lbl":
                self._move(kid, body)

    def _make_artifact(self, element: Any, page: int) -> None:
        """Take an element's content out of the tree: what repeats on a page is not content."""
        numbers = set(self._content(element))
        page_object = self._pdf.objects[self._pdf.pages["Kids"][3 * page]]
        stream = self._at(page_object["Contents"]).stream
        for index, item in enumerate(stream):
            if isinstance(item, dict) and item.get("MCID") in numbers:
                stream[index - 1 : index + 2] = [b"/Artifact", b"BMC", b""]
        root = self._at(self._pdf.catalog["StructTreeRoot"])
        parents = self._at(root["ParentTree"])["Nums"][2 * page + 1]
        for number in numbers:
            parents[number] = b"null"

    def _content(self, element: Any) -> Iterator[int]:
        """Yield the numbers of the marked content under an element."""
        for kid in element["K"]:
            if isinstance(kid, int):
                yield kid
            else:
                yield from self._content(self._at(kid))

    def _holds_link(self, element: Any) -> bool:
        return element["S"] == "/Link" or any(map(self._holds_link, self._elements_in(element)))

    def _elements_in(self, element: Any) -> Iterator[Any]:
        return (self._at(kid) for kid in element["K"] if not isinstance(kid, int))

    def _move(self, element: Any, parent: Any) -> None:
        element["P"] = parent.reference
        parent["K"].append(element.reference)

    def _detach(self, element: Any) -> None:
        siblings = self._parent(element)["K"]
        if element.reference in siblings:
            siblings.remove(element.reference)

    def _parent(self, element: Any) -> Any:
        return self._at(element["P"])

    def _at(self, reference: bytes) -> Any:
        return self._pdf.objects[int(reference.split()[0])]


def _summarise(table: Any, words: str) -> None:
    """Say what the table holds, for those who hear it."""
    if words:
        table["A"] = pydyf.Dictionary({"O": "/Table", "Summary": pydyf.String(words)})


def _set_scope(cell: Any) -> None:
    """Say of a header cell what it heads, in place of the ids of headers, which are those of one page."""
    attributes = cell.mark["A"]
    attributes.pop("Headers", None)
    cell.mark.pop("ID", None)
    if cell.element_tag == "th":
        attributes["Scope"] = SCOPES[cell.element.get("scope", "col")]
