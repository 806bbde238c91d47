"""The numbered list of the five whys."""

from __future__ import annotations

from pmexport.document.markdown.source_blocks import SourceBlock
from pmexport.importing.markdown.own_layout.own_page import OwnPage
from pmexport.importing.markdown.own_layout.own_values import STRONG, is_strong
from pmexport.importing.markdown.pages import Page


def read_whys(own: OwnPage, blocks: list[SourceBlock]) -> bool:
    """Read the five whys if they have our form; return whether they have."""
    if len(blocks) != 1 or blocks[0].kind != "list" or not blocks[0].is_ordered:
        return False
    whys = []
    word = own.labels.word("because").partition("{")[0]
    for number, item in enumerate(blocks[0].items):
        inner = own.page.item_page(item)
        path = own.item_path("five_whys", number)
        own.page.mark(item, "taken", path)
        whys.append(_read_why(inner, word, path))
    own.builder.add_items("five_whys", whys)
    return True


def _read_why(inner: Page, word: str, path: str) -> dict[str, str]:
    blocks = inner.blocks
    answered = bool(blocks) and blocks[-1].kind == "list" and not blocks[-1].is_ordered and len(blocks[-1].items) == 1
    question = inner.source(blocks[:-1] if answered else blocks)
    first = question.partition("\n")[0]
    found = STRONG.fullmatch(first) if is_strong(first) else STRONG.match(question)
    if found and (len(blocks) - answered > 1 or found.end() == len(question) or "\n" in question[found.end() :][:2]):
        question = (found["marks"] or found["tags"]) + question[found.end() :]
    why = {"why": question}  # kept if it is empty: an answer alone would join the next question
    if answered:
        page = inner.item_page(blocks[-1].items[0])
        why["because"] = inner.sources.define_used("\n".join(page.lines).strip("\n").removeprefix(word), path)
    return why
