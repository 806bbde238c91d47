"""Sections with a structure of their own: impact, five whys, logs, figures and related incidents."""

from __future__ import annotations

import re
from typing import Any

from pmexport.document import nodes
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.fact_sections import are_facts, find_pairs, line_pairs, table_rows, take_pairs
from pmexport.importing.markdown.inline_text import escape_start, has_words, heading_text, parse, plain
from pmexport.importing.markdown.outline import Part
from pmexport.importing.markdown.pages import Content, Page, join_texts
from pmexport.importing.markdown.report_builder import ReportBuilder
from pmexport.importing.markdown.text_sections import EMPTY, embolden_headings

_FENCE_LINE = re.compile(r"^\s*(?P<mark>`{3,}|~{3,})\s*(?P<language>[\w+#.-]*)")
_IMAGE = re.compile(r'^!\[(?P<alt>(?:[^\]\\]|\\.)*)\]\((?P<src>[^\s()]+|<[^<>]*>)(?:\s+"(?P<title>[^"]*)")?\)$')
_QUESTION = re.compile(r"[^?\n\N{FULLWIDTH QUESTION MARK}]*[?\N{FULLWIDTH QUESTION MARK}]")
_ASKS = re.compile(r"(?:\d+[.)]\s*)?[*_]*[^?]+[?\N{FULLWIDTH QUESTION MARK}][*_]*")
_LONGEST_METRIC = 160
_PAIR = 2
_LONGEST_CELL = 1500
"""Characters of a text that fit into the table of key facts."""


# ---- impact


def read_impact(builder: ReportBuilder, part: Part) -> list[Content]:
    """Take the metrics of a section on the impact; return what is text."""
    rest = []
    for content in part.contents:
        blocks = [block for block in content.blocks if not _take_metrics(builder, content.page, block)]
        if blocks:
            rest.append(Content(content.page, blocks))
    return rest


def _take_metrics(builder: ReportBuilder, page: Page, block: SourceBlock) -> bool:
    pairs = find_pairs(builder, page, block) if block.kind == "table" else line_pairs(page, block)
    if not pairs or any(len(plain(value)) > _LONGEST_METRIC for _, value, _ in pairs):
        return False
    if block.kind != "table" and len(pairs) < 2 and not _is_known_metric(builder, pairs[0][0]):
        return False
    if len({label for label, _, _ in pairs}) < len(pairs) or not all(label for label, _, _ in pairs):
        return False
    if block.kind == "table" and len(table_rows(page, block)[0]) > _PAIR and not are_facts(builder, pairs):
        return False
    if block.kind == "table":
        page.sources.ledger.mark(page.start + block.first, page.start + block.first + 1, "taken", "impact")
    take_pairs(builder, page, pairs, default="impact.")
    page.mark(block, "left_out", reason=EMPTY)  # its other rows
    return True


def _is_known_metric(builder: ReportBuilder, label: str) -> bool:
    return (builder.words.find_label(label) or "").startswith("impact.")


def fits_cell(contents: list[Content]) -> bool:
    """Return whether a text fits into a cell of the table of key facts."""
    kinds = {block.kind for content in contents for block in content.blocks}
    length = sum(len(content.page.source(content.blocks)) for content in contents)
    return not kinds & {"table", "fence", "code", "html"} and length <= _LONGEST_CELL


# ---- five whys


def read_whys(builder: ReportBuilder, part: Part) -> bool:
    """Take a chain of questions and answers; return whether the whole section is one."""
    blocks = [(content.page, block) for content in part.contents for block in content.blocks]
    if blocks and all(block.kind == "paragraph" for _, block in blocks):
        return _read_asked(builder, blocks)
    if not blocks or any(block.kind != "list" for _, block in blocks):
        return False
    items = [(page, item) for page, block in blocks for item in block.items]
    inners = [page.item_page(item) for page, item in items]
    if not all(inner.blocks and inner.blocks[0].kind == "paragraph" for inner in inners):
        return False
    for (page, item), inner in zip(items, inners, strict=True):
        path = f"five_whys[{builder.next_index('five_whys')}]"
        page.mark(item, "taken", path)
        builder.add_items("five_whys", [_read_why(builder, inner, path)])
    return True


def _read_asked(builder: ReportBuilder, blocks: list[tuple[Page, SourceBlock]]) -> bool:
    """Take questions whose answers are on the lines below them; return whether the paragraphs consist of these."""
    whys: list[dict[str, str]] = []
    for page, block in blocks:
        for line in (written.strip().removeprefix("→").strip() for written in page.block_lines(block)):
            if _ASKS.fullmatch(line):
                whys.append({"why": _split_question(line)[0], "because": ""})
            elif whys:
                whys[-1]["because"] = f"{whys[-1]['because']}\n{line}".strip()
            else:
                return False
    if not whys or not all(why["because"] for why in whys):
        return False
    for page, block in blocks:
        page.mark(block, "taken", "five_whys")
    answered = [{**why, "because": _strip_because(builder, why["because"])} for why in whys]
    builder.add_items("five_whys", answered)
    return True


def _read_why(builder: ReportBuilder, inner: Page, path: str) -> dict[str, Any]:
    first, others = inner.source(inner.blocks[:1]), inner.blocks[1:]
    question, answer = _split_question(first)
    if not others:
        return {"why": question, **({"because": _strip_because(builder, answer)} if answer else {})}
    below = inner.sources.define_used(_unlist(inner, others), path)
    return {"why": question, "because": _strip_because(builder, join_texts([answer, _strip_because(builder, below)]))}


def _unlist(inner: Page, blocks: list[SourceBlock]) -> str:
    """Return the text of an answer: of a list of one item, the item."""
    if len(blocks) == 1 and blocks[0].kind == "list" and len(blocks[0].items) == 1:
        page = inner.item_page(blocks[0].items[0])
        return page.source(page.blocks)
    return inner.source(blocks)


def _split_question(text: str) -> tuple[str, str]:
    """Return a question without its bold marks, and the answer after it."""
    bold = re.match(r"^(\*\*|__)(?P<inner>.+?)\1[ \t]*(?P<rest>.*)$", text, re.DOTALL)
    if bold and "**" not in bold["inner"]:
        return bold["inner"].strip(), bold["rest"].strip()
    found = _QUESTION.match(text)
    if found and found.end() < len(text) and text.count("?") == 1:
        return found[0], text[found.end() :].strip(" \n-\N{EN DASH}\N{EM DASH}>→")
    return text, ""


def _strip_because(builder: ReportBuilder, text: str) -> str:
    """Return an answer without the word that leads it: the document writes it again."""
    found = re.match(
        r"^(?:\*\*|__|\*|_)?(?P<word>[^\W\d_]+)\s*[:\N{FULLWIDTH COLON}]\s*(?:\*\*|__|\*|_)?\s*(?P<rest>\S.*)$",
        text,
        re.DOTALL,
    )
    if found and found["word"].casefold() in builder.words.answers:
        return escape_start(found["rest"])
    return text


# ---- logs


def read_logs(builder: ReportBuilder, part: Part, *, titled: bool) -> list[tuple[Page, list[SourceBlock]]]:
    """Take the code of a section as logs, each with the line above it as its title; return what is not a log.

    titled: whether the heading says more than that there are logs.
    """
    rest: list[tuple[Page, list[SourceBlock]]] = []
    title = part.title if titled and part.title else ""
    for content in part.contents:
        page, pending = content.page, list[SourceBlock]()
        for block in content.blocks:
            if block.kind in ("fence", "code", "quote"):
                title = _take_log(builder, page, block, pending, title)
                pending = []
            else:
                pending.append(block)
        if pending:
            rest.append((page, pending))
    return rest


def _take_log(builder: ReportBuilder, page: Page, block: SourceBlock, above: list[SourceBlock], title: str) -> str:
    path = f"logs[{builder.next_index('logs')}]"
    caption = ": ".join(filter(None, [title, *(_caption_text(page, one) for one in above)]))
    lines = page.block_lines(block)
    found = _FENCE_LINE.match(lines[0]) if block.kind == "fence" else None
    body = code_lines(lines) if found else [line.removeprefix("    ") for line in lines]
    if block.kind == "quote":
        body = [re.sub(r"^\s{0,3}> ?", "", line) for line in lines]
    log = {"title": caption, "language": found["language"] if found else "", "text": "\n".join(body)}
    shown = {key: value for key, value in log.items() if value.strip()}
    for one in (*above, block):
        page.mark(one, *(("taken", path) if shown else ("left_out", "", EMPTY)))
    builder.add_items("logs", [shown] if shown else [])
    return ""


def code_lines(lines: list[str]) -> list[str]:
    """Return the lines of code in a fence, which need not be closed."""
    found = _FENCE_LINE.match(lines[0])
    mark = found["mark"] if found else "```"
    is_closed = len(lines) > 1 and re.fullmatch(rf"\s*{mark}{mark[0]}*\s*", lines[-1])
    return lines[1 : -1 if is_closed else None]


def _caption_text(page: Page, block: SourceBlock) -> str:
    if block.kind == "heading":
        return heading_text(page.lines[block.first])
    return plain(page.source([block]))


# ---- figures


def read_figures(builder: ReportBuilder, part: Part) -> bool:
    """Take a section whose paragraphs are one image each as figures; return whether it is one."""
    blocks = [(content.page, block) for content in part.contents for block in content.blocks]
    found = [(page, block, _find_image(page, block)) for page, block in blocks]
    if not all(image for _, _, image in found):
        return False
    for page, block, image in found:
        page.mark(block, "taken", f"figures[{builder.next_index('figures')}]")
        builder.add_items("figures", [image])
    return True


def _find_image(page: Page, block: SourceBlock) -> dict[str, str] | None:
    found = _IMAGE.fullmatch(page.source([block]).strip()) if block.kind == "paragraph" else None
    if found is None:
        return None
    figure = {"src": found["src"].strip("<>"), "alt": plain(found["alt"]), "caption": found["title"] or ""}
    return {key: value for key, value in figure.items() if value}


# ---- related incidents


def read_related(builder: ReportBuilder, part: Part) -> bool:
    """Take a list of related incidents; return whether the whole section is one."""
    blocks = [(content.page, block) for content in part.contents for block in content.blocks]
    if not blocks or any(block.kind != "list" for _, block in blocks):
        return False
    for page, block in blocks:
        for item in block.items:
            inner = page.item_page(item)
            path = f"related_incidents[{builder.next_index('related_incidents')}]"
            text = inner.source(inner.blocks)
            page.mark(item, *(("taken", path) if has_words(text) else ("left_out", "", EMPTY)))
            if has_words(text):
                builder.add_items("related_incidents", [_read_incident(inner, path)])
    return True


def _read_incident(inner: Page, path: str) -> dict[str, str]:
    first, others = inner.blocks[0], inner.blocks[1:]
    match parse(inner.sources.define_used(inner.source([first]), path)):
        case (nodes.Paragraph((nodes.Link(target, children),)),):
            text = embolden_headings(Content(inner, others), path) if others else ""
            return {**split_name(nodes.text_of(children)), "link": target, **({"text": text} if text else {})}
    return {"text": embolden_headings(Content(inner, inner.blocks), path)}


def split_name(name: str) -> dict[str, str]:
    """Return the id and the title of an incident from its name."""
    id_, between, title = name.partition(" \N{MIDDLE DOT} ")
    if between and id_ and title:
        return {"id": id_, "title": title}
    return {"title": name}
