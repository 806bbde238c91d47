"""Reviews a Word file in LibreOffice as a colleague would, and saves it as a Word file beside it.

    python office_review.py SOFFICE PROFILE FILE

Run like `office.py`.
"""

from __future__ import annotations

import sys
from typing import Any

import uno  # type: ignore[import-not-found]  # noqa: F401 - makes the next imports work
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK  # type: ignore[import-not-found]
from office import _paragraphs, main


def review(document: Any, services: Any) -> None:
    """Add a paragraph, an item, a section, a row and a comment, track changes, and save the file."""
    _insert_after(document, "A release doubled", "A new paragraph.")
    _insert_after(document, "3 are reserved", "4 are new.")
    _insert_after(document, "Customers who did not", "Press", "Heading 1")
    _insert_after(document, "Press", "Nobody called.", "Text body")
    _add_row(document, services)
    _comment(document, "Customers who did not", "Is this true?", "Bo Chen")
    document.RecordChanges = True
    _insert_after(document, "The status page carried", "A tracked paragraph.")
    found = _find(document, "Customers in the EU region")
    found.String = ""
    saved = PropertyValue(Name="FilterName", Value="MS Word 2007 XML")
    document.storeToURL(document.URL.replace(".docx", "-reviewed.docx"), (saved,))


def _find(document: Any, start: str) -> Any:
    return next(paragraph for paragraph in _paragraphs(document) if paragraph.String.startswith(start))


def _insert_after(document: Any, start: str, text: str, style: str = "") -> None:
    """Press Enter at the end of a paragraph, and type."""
    cursor = document.Text.createTextCursorByRange(_find(document, start).End)
    document.Text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)
    document.Text.insertString(cursor, text, False)
    if style:
        _find(document, text).ParaStyleName = style


def _add_row(document: Any, services: Any) -> None:
    """Choose "insert row below" in a row of the timeline, and type into its cells."""
    tables = [document.TextTables.getByIndex(number) for number in range(document.TextTables.Count)]
    table = next(one for one in tables if any("Takes command." in cell for row in one.DataArray for cell in row))
    number = next(index for index, row in enumerate(table.DataArray) if "Takes command." in row[1])
    document.CurrentController.select(table.getCellByName(f"A{number + 1}"))
    helper = services.createInstance("com.sun.star.frame.DispatchHelper")
    helper.executeDispatch(document.CurrentController.Frame, ".uno:InsertRowsAfter", "", 0, ())
    table.getCellByName(f"A{number + 2}").String = "14:13"
    table.getCellByName(f"B{number + 2}").String = "Somebody looked."


def _comment(document: Any, start: str, text: str, author: str) -> None:
    comment = document.createInstance("com.sun.star.text.textfield.Annotation")
    comment.Content, comment.Author = text, author
    document.Text.insertTextContent(_find(document, start).End, comment, False)


if __name__ == "__main__":
    main(*sys.argv[1:4], change=review)
