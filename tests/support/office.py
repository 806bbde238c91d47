"""Edits a Word file in LibreOffice as a person would, and prints the result as JSON.

    python office.py SOFFICE PROFILE FILE

Run by a Python that has LibreOffice's `uno`; pmexport's own Python may lack it, so this is never imported.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.text.ControlCharacter import PARAGRAPH_BREAK  # type: ignore[import-not-found]

COLOR = 0xC71585


def edit(document: Any, services: Any) -> dict[str, Any]:
    """Change a style, add an item and a row, update the table of contents, and return the result."""
    document.StyleFamilies.getByName("ParagraphStyles").getByName("Heading 1").CharColor = COLOR
    _add_item(document, "Second")
    _add_row(document, services)
    document.DocumentIndexes.getByIndex(0).update()
    return {
        "headings": [(p.String, p.CharColor == COLOR) for p in _paragraphs(document) if p.ParaStyleName == "Heading 1"],
        "items": [
            (p.String, p.ListLabelString, p.ParaStyleName) for p in _paragraphs(document) if p.NumberingStyleName
        ],
        "rows": _rows(_table(document)),
        "contents": document.DocumentIndexes.getByIndex(0).Anchor.String.splitlines(),
        "pages": [
            (p.String, _page(document, p)) for p in _paragraphs(document) if p.ParaStyleName.startswith("Heading")
        ],
    }


def _paragraphs(document: Any) -> list[Any]:
    listed = document.Text.createEnumeration()
    found = []
    while listed.hasMoreElements():
        element = listed.nextElement()
        if element.supportsService("com.sun.star.text.Paragraph"):
            found.append(element)
    return found


def _add_item(document: Any, after: str) -> None:
    """Press Enter at the end of an item, and type."""
    item = next(p for p in _paragraphs(document) if p.String == after)
    cursor = document.Text.createTextCursorByRange(item.End)
    document.Text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)
    document.Text.insertString(cursor, "Added", False)


def _table(document: Any) -> Any:
    """Return the table with a cell containing `Last`."""
    tables = document.TextTables
    every = (tables.getByIndex(number) for number in range(tables.Count))
    return next(table for table in every if any("Last" in row for row in table.DataArray))


def _add_row(document: Any, services: Any) -> None:
    """Choose "insert row below" in the last row."""
    table = _table(document)
    controller = document.CurrentController
    controller.select(table.getCellByName(table.CellNames[-1]))
    services.createInstance("com.sun.star.frame.DispatchHelper").executeDispatch(
        controller.Frame, ".uno:InsertRowsAfter", "", 0, ()
    )
    for name in table.CellNames[-len(table.Columns) :]:
        table.getCellByName(name).String = "Added"


def _rows(table: Any) -> list[list[tuple[str, str, int, int]]]:
    """Return each cell's text, paragraph style, bottom border colour and bottom border distance."""
    width = len(table.Columns)
    cells = [table.getCellByName(name) for name in table.CellNames]
    seen = [
        (
            cell.String,
            cell.createEnumeration().nextElement().ParaStyleName,
            cell.BottomBorder.Color,
            cell.BottomBorderDistance,
        )
        for cell in cells
    ]
    return [seen[first : first + width] for first in range(0, len(seen), width)]


def _page(document: Any, paragraph: Any) -> int:
    cursor = document.CurrentController.ViewCursor
    cursor.gotoRange(paragraph.Start, False)
    page: int = cursor.Page
    return page


def _connect(pipe: str, office: subprocess.Popen[bytes]) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while office.poll() is None:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("LibreOffice exited before a connection was made")


def main(soffice: str, profile: str, path: str, *, change: Callable[[Any, Any], Any] = edit) -> None:
    """Start LibreOffice with its own profile, change the file, and print the result."""
    pipe = f"pmexport{os.getpid()}"
    options = ["--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
    command = [soffice, f"-env:UserInstallation={Path(profile).as_uri()}", *options]
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        context = _connect(pipe, office)
        services = context.ServiceManager
        desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        hidden = PropertyValue(Name="Hidden", Value=True)
        document = desktop.loadComponentFromURL(Path(path).as_uri(), "_blank", 0, (hidden,))
        sys.stdout.write(json.dumps(change(document, services)))
        document.close(True)
        desktop.terminate()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGTERM)  # it is a script that starts others
        office.wait()


if __name__ == "__main__":
    main(*sys.argv[1:4])
