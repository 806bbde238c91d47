"""Logs, figures and related incidents."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from pmexport.document import nodes
from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.inline_text import parse
from pmexport.importing.markdown.own_layout.label_patterns import phrase_pattern, unnamed
from pmexport.importing.markdown.own_layout.own_page import OwnPage
from pmexport.importing.markdown.own_layout.own_values import plain_value
from pmexport.importing.markdown.pages import Page
from pmexport.importing.markdown.structured_sections import code_lines, split_name


def read_logs(own: OwnPage, blocks: list[SourceBlock]) -> bool:
    """Read the logs if they have our form; return whether they have."""
    kinds = [block.kind for block in blocks]
    if "fence" not in kinds or any(kind not in ("fence", "paragraph") for kind in kinds):
        return False
    logs: list[dict[str, str]] = []
    pending: dict[str, str] | None = None
    """A log whose code comes next."""
    for block in blocks:
        text = own.source(block)
        own.page.mark(block, "taken", own.item_path("logs", max(0, len(logs) - (pending is None))))
        if block.kind == "fence":
            language, code = _code(own, block)
            if pending is None and logs and logs[-1].get("text", "").endswith("]\n"):
                logs[-1]["text"] += code
                continue
            log = pending if pending is not None else {}
            logs += [] if pending is not None else [log]
            log |= {**({"language": language} if language else {}), "text": code}
            pending = None
        elif _is_cut(own, text) and logs and "text" in logs[-1]:
            logs[-1]["text"] += f"\n[{plain_value(text)}]\n"
        else:
            title, numbered = _drop_number(own, "log", text)
            logs.append({"title": plain_value(title)} if title else {})
            pending = logs[-1] if numbered else None
    own.builder.add_items("logs", [log for log in logs if log])
    return True


def _is_cut(own: OwnPage, text: str) -> bool:
    phrases = (own.labels.word(name) for name in ("log_cut", "log_cut_errors"))
    return any(re.fullmatch(phrase_pattern(phrase), plain_value(text)) for phrase in phrases)


def _drop_number(own: OwnPage, kind: str, text: str) -> tuple[str, bool]:
    """Return a caption without the number of its log or figure, and whether it had one."""
    words = re.escape(own.labels.word(f"{kind}_number")).replace(r"\{number\}", r"\d+")
    found = re.match(rf"\*\*{words}\*\*(?: |$)", text)
    return (text[found.end() :], True) if found else (text, False)


def _code(own: OwnPage, block: SourceBlock) -> tuple[str, str]:
    lines = own.page.block_lines(block)
    return lines[0].lstrip("`~ "), "\n".join(code_lines(lines))


def read_figures(own: OwnPage, blocks: list[SourceBlock]) -> bool:
    """Read the figures if they have our form; return whether they have."""
    figures: list[dict[str, Any]] = []
    for block in blocks:
        text = own.source(block)
        figure = _find_figure(own, text) if block.kind == "paragraph" else None
        if figure is None and (not figures or block.kind == "heading"):
            figure = {}
        if figure is not None:
            figures.append(figure)
        own.page.mark(block, "taken", own.item_path("figures", len(figures) - 1))
        if not figure:
            before, caption = figures[-1].get("caption"), _drop_number(own, "figure", text)[0]
            figures[-1] |= {"caption": f"{before}\n\n{text}" if before else caption} if caption else {}
    own.builder.add_items("figures", figures)
    return True


def _find_figure(own: OwnPage, text: str) -> dict[str, str] | None:
    """Return the figure that a paragraph is: an image, a link, or the remark that its file is missing."""
    image = re.fullmatch(r"!\[(?P<alt>(?:[^\]\\]|\\.)*)\]\((?P<src>[^()\s]+)\)", text)
    if image:
        return {"src": unquote(image["src"]), "alt": plain_value(image["alt"])}
    match parse(text):
        case (nodes.Paragraph((nodes.Link(target, children),)),):
            words = nodes.text_of(children)
            return {"src": target, **({"alt": words} if words != target else {})}
    shown = plain_value(text)
    for reason in own.labels.reasons.values():
        pattern = phrase_pattern(own.labels.word("image_missing"), reason=unnamed(phrase_pattern(reason)))
        if found := re.fullmatch(rf"{pattern}(?: (?P<alt>.+))?", shown):
            return {"src": found["source"], **({"alt": found["alt"]} if found["alt"] else {})}
    return None


def read_related(own: OwnPage, blocks: list[SourceBlock]) -> bool:
    """Read the related incidents if they have our form; return whether they have."""
    if len(blocks) != 1 or blocks[0].kind != "list":
        return False
    incidents: list[dict[str, str]] = []
    for item in blocks[0].items:
        inner = own.page.item_page(item)
        own.page.mark(item, "taken", own.item_path("related_incidents", len(incidents)))
        incidents.append(_read_incident(inner))
    own.builder.add_items("related_incidents", incidents)
    return True


def _read_incident(inner: Page) -> dict[str, str]:
    blocks = inner.blocks
    head, rest = inner.source(blocks[:1]), inner.source(blocks[1:])
    more = {"text": rest} if rest else {}
    match parse(head):
        case (nodes.Paragraph((nodes.Link(target, children),)),):
            words = nodes.text_of(children)
            return {**({} if words == target else split_name(words)), "link": target, **more}
    name = split_name(plain_value(head))
    if "id" in name and blocks and blocks[0].kind == "paragraph":
        return {**name, **more}
    return {"text": inner.source(blocks)}
