"""Action items: a table, a list with or without checkboxes, or a heading for each item or each kind."""

from __future__ import annotations

import re
from typing import Any

from pmexport.document import nodes
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.fact_sections import row_line, table_rows
from pmexport.importing.markdown.heading_words import normalize, strip_remark
from pmexport.importing.markdown.inline_text import BREAK_TAG, escape_start, has_words, heading_text, parse, plain
from pmexport.importing.markdown.outline import Part
from pmexport.importing.markdown.pages import Content, Page, join_texts
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.importing.markdown.text_sections import EMPTY, bold_words
from pmexport.report.vocabulary import find_meaning

_BOX = re.compile(r"^\[(?P<mark>[xX ])\][ \t]+(?=\S)|^(?P<sign>[☐☑✅✔✓❌])\N{VARIATION SELECTOR-16}?[ \t]*(?=\S)")
_EMPTY_BOX = re.compile(r"^\[[xX ]?\]\s*$")
_LABELLED = re.compile(
    r"(?P<before>[(\[,;.|\N{EN DASH}\N{EM DASH}-]|^|\s)\s{0,3}\*{0,2}"
    r"(?P<label>owner|assignee|assigned to|dri|due|due date|deadline|priority|status)"
    r"\s*:\**\s*\**(?P<value>[^,;|()\n\[\]]{1,60}?)\**(?P<after>[)\],;|]|\.?$)",
    re.IGNORECASE,
)
_LABELS = {"assigned to": "owner", "assignee": "owner", "dri": "owner", "due": "deadline", "due date": "deadline"}
_LAST_LINK = re.compile(
    r"(?<![\s(\[,:\N{EN DASH}\N{EM DASH}-])[\s(\[,:\N{EN DASH}\N{EM DASH}-]*\[(?P<words>[^\[\]]{1,60})\]\((?P<target>https?://[^\s()]+)\)[)\].]*\s*$"
)
_TICKET = re.compile(r"(?:[\w./-]*#\d+|[A-Z][A-Z0-9]{1,9}-\d+|!\d+|(?:PR|MR|issue|ticket)\s*#?\d+)", re.IGNORECASE)
_BETWEEN_TICKETS = re.compile(rf",\s+|{BREAK_TAG.pattern}|(?<!\s)\s+(?=\[|https?://)", re.IGNORECASE)


class ActionReader:
    """Reads the blocks of a section of actions one after the other."""

    def __init__(self, builder: ReportBuilder, kind: str = "", status: str = "") -> None:
        """kind, status: those that the heading of the section gives all its items."""
        self._builder = builder
        self._outer = (kind, status)
        self._kind, self._status = kind, status
        self._kind_level = 0
        self.items: list[dict[str, Any]] = []
        self.rest: list[tuple[Page, SourceBlock]] = []
        """What is not an item: text between lists."""
        self._first = builder.next_index("action_items")

    @property
    def _path(self) -> str:
        return f"action_items[{self._first + len(self.items)}]"

    def read(self, content: Content) -> None:
        """Read the blocks of a content."""
        page, blocks = content.page, content.blocks
        number = 0
        while number < len(blocks):
            block = blocks[number]
            if block.kind == "heading":
                number = self._read_heading(page, blocks, number)
                continue
            if block.kind == "list":
                self._read_list(page, block)
            elif block.kind != "table" or not self._read_table(page, block):
                self.rest.append((page, block))
            number += 1

    def _read_heading(self, page: Page, blocks: list[SourceBlock], number: int) -> int:
        """Read a heading and, if it is an item, its body; return the index of the next block."""
        text = heading_text(page.lines[blocks[number].first])
        end = next((at for at in range(number + 1, len(blocks)) if blocks[at].kind == "heading"), len(blocks))
        end = next((at for at in range(number + 1, end) if blocks[at].kind == "table"), end)
        body = blocks[number + 1 : end]
        known = self._builder.words.find_type(text)
        if known or not body or any(block.kind in ("list", "table") for block in body[:1]) or _lists_only(body[1:]):
            self._begin_kind(page, blocks[number], text, known)
            return number + 1
        if blocks[number].level <= self._kind_level:
            self._kind, self._status = self._outer
        page.mark(blocks[number], "taken", self._path)
        details = Content(page, body).text(self._path)
        self._add({"action": bold_words(page.lines[blocks[number].first]), "details": details})
        return end

    def _begin_kind(self, page: Page, block: SourceBlock, text: str, known: str | None) -> None:
        bare, remark = strip_remark(text)
        done = find_meaning("action_states", remark) == "done" if remark else False
        self._kind_level = block.level
        self._kind = known or (bare if done else text)
        self._status = remark if done else ""
        page.mark(block, "taken", f"{self._path}.type")

    def _add(self, fields: dict[str, Any]) -> None:
        given = {"type": self._kind, "status": self._status}
        item = {key: value for key, value in {**given, **{k: v for k, v in fields.items() if v}}.items() if value}
        order = ("id", "action", "details", "owner", "priority", "deadline", "status", "type", "ticket")
        self.items.append({key: item[key] for key in order if key in item})

    # ---- lists

    def _read_list(self, page: Page, block: SourceBlock) -> None:
        for item in block.items:
            inner = page.item_page(item)
            text = inner.source(inner.blocks)
            if not has_words(text) or _EMPTY_BOX.match(text.strip()):
                page.mark(item, "left_out", reason=EMPTY)
                continue
            page.mark(item, "taken", self._path)
            self._add(self._read_item(inner))

    def _read_item(self, inner: Page) -> dict[str, Any]:
        first, *others = inner.blocks
        lead = inner.source([first]) if first.kind == "paragraph" else ""
        others = others if lead else inner.blocks
        box = _BOX.match(lead)
        fields: dict[str, Any] = {}
        if box:
            fields["status"] = "Open" if (box["mark"] or box["sign"]) in (" ", "☐", "❌") else "Done"
            lead = lead[box.end() :]
        lead, found = _take_labelled(lead)
        lead, ticket = _take_ticket(lead)
        details = Content(inner, others).text(self._path) if others else ""
        lead = inner.sources.define_used(escape_start(lead), self._path) if lead else ""
        if not lead:
            return {**fields, **found, "action": details, "ticket": ticket}
        return {**fields, **found, "action": lead, "details": details, "ticket": ticket}

    # ---- tables

    def _read_table(self, page: Page, block: SourceBlock) -> bool:
        rows = table_rows(page, block)
        words = self._builder.words
        keys: list[str] = []
        for cell in rows[0]:
            key = words.find_column(words.actions, plain(cell)) or ""
            keys.append(key if key not in keys else "")
        if "action" not in keys:
            if "details" not in keys:
                return False
            keys[keys.index("details")] = "action"
        start = page.start + block.first
        page.sources.ledger.mark(start, start + 1, "taken", "action_items")
        for number, cells in enumerate(rows[1:], start=1):
            line = start + row_line(number)
            if any(map(has_words, cells)):
                page.sources.ledger.mark(line, line, "taken", self._path)
                self._add(_read_cells(page, keys, rows[0], cells, self._path))
            else:
                page.sources.ledger.mark(line, line, "left_out", reason=EMPTY)
        return True


def _lists_only(blocks: list[SourceBlock]) -> bool:
    return bool(blocks) and any(block.kind == "list" for block in blocks)


def _read_cells(page: Page, keys: list[str], header: list[str], cells: list[str], path: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    more = []
    for key, title, cell in zip(keys, header, cells, strict=True):
        if not cell:
            continue
        if key in ("action", "details"):
            fields[key] = page.sources.define_used(escape_start(cell), path)
        elif key == "ticket":
            fields |= _read_tickets(page.sources.define_used(cell, path))
        elif key:
            fields[key] = plain(cell)
        else:
            more.append(f"**{title}:** {cell}" if title else escape_start(cell))
    if more:
        fields["details"] = join_texts([fields.get("details", ""), *more])
    return _split_action(fields)


def _split_action(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an item; one without an action has what it consists of as its action."""
    if "action" not in fields and "details" in fields:
        fields["action"] = fields.pop("details")
    return fields


def _read_tickets(cell: str) -> dict[str, Any]:
    """Return the tickets in a cell, and the state that is written beside them, as in `n/a DONE`."""
    text = plain(cell)
    before, _, word = text.rpartition(" ")
    state = find_meaning("action_states", word)
    if state and word.isupper():
        rest = re.sub(rf"\**{word}\**\s*$", "", cell).strip()
        return {"status": word.capitalize(), **({"ticket": _list_tickets(rest)} if before.strip() else {})}
    return {"ticket": _list_tickets(cell)}


def _list_tickets(cell: str) -> list[str]:
    pieces = _BETWEEN_TICKETS.split(cell)
    return [_read_ticket(piece) for piece in pieces if plain(piece)]


def _read_ticket(piece: str) -> str:
    match parse(piece):
        case (nodes.Paragraph((nodes.Link(target, children),)),):
            words = nodes.text_of(children)
            return target if _is_in(words, target) else f"{words} ({target})"
    return plain(piece)


def _is_in(words: str, target: str) -> bool:
    """Return whether an address shows all the words of its link."""
    have = re.findall(r"[^\W_]+", target.casefold())
    return all(word in have for word in re.findall(r"[^\W_]+", words.casefold()))


def _take_labelled(text: str) -> tuple[str, dict[str, str]]:
    """Return a text without the owner, deadline and so on that labels in it name, and these."""
    fields: dict[str, str] = {}
    for found in reversed(list(_LABELLED.finditer(text))):
        key = _LABELS.get(found["label"].casefold(), found["label"].casefold())
        value = plain(found["value"]).strip(" .")
        at_end = not has_words(text[found.end() :])
        if value and key not in fields and at_end:
            fields[key] = value
            text = (
                f"{text[: found.start()].rstrip(' ,;|(-' + chr(8211) + chr(8212))}{text[found.end() :].lstrip(' ,;|)')}"
            )
    return text.strip(), fields


def _take_ticket(text: str) -> tuple[str, list[str]]:
    """Return a text without the link to a ticket that it ends with, and the ticket."""
    found = _LAST_LINK.search(text)
    if found is None or not _TICKET.fullmatch(found["words"].strip()) or not _is_in(found["words"], found["target"]):
        return text, []
    rest = text[: found.start()].rstrip()
    return (rest, [found["target"]]) if has_words(rest) else (text, [])


def read_actions(builder: ReportBuilder, part: Part, *, several: bool) -> ActionReader:
    """Return the reader of a section of actions, after reading. several: whether the file has other such sections."""
    bare, remark = strip_remark(part.title)
    done = bool(remark) and find_meaning("action_states", remark) == "done"
    kind = (bare if done else part.title) if several and normalize(bare) in builder.words.kinds else ""
    reader = ActionReader(builder, kind, remark if done else "")
    for content in part.contents:
        reader.read(content)
    return reader
