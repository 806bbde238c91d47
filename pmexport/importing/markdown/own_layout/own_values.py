"""Texts that pmexport wrote as Markdown, as the values that they were."""

from __future__ import annotations

import re

from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.importing.markdown.inline_text import parse
from pmexport.report.moments import parse_time

STRONG = re.compile(r"^(?:\*\*(?P<marks>.+?)\*\*|<strong>(?P<tags>.+?)</strong>)")
_LINK_AT_END = re.compile(r"(?:^|\s)<(?P<address>(?:https?://|mailto:)?[^\s<>]+)>$")
_PAIRS = (("(", ")"), ("\N{FULLWIDTH LEFT PARENTHESIS}", "\N{FULLWIDTH RIGHT PARENTHESIS}"))
_GUARD = "\N{ZERO WIDTH SPACE}"
"""Put around a text that is parsed, so that its first characters begin no block and its spaces stay."""


def plain_value(markdown: str) -> str:
    """Return a plain text that pmexport wrote as Markdown."""
    guarded = parse(f"{_GUARD}{markdown}{_GUARD}")
    words = "".join(nodes.text_of(block.inlines) for block in guarded if isinstance(block, nodes.Paragraph))
    return one_line(words.removeprefix(_GUARD).removesuffix(_GUARD))


def title_text(line: str) -> str:
    return plain_value(line.lstrip("#").removeprefix(" "))


def split_written(text: str, separator: str) -> list[str]:
    """Return the names that separators outside parentheses separate."""
    names: list[str] = []
    for piece in text.split(separator):
        if names and any(names[-1].count(opening) > names[-1].count(closing) for opening, closing in _PAIRS):
            names[-1] += f"{separator}{piece}"
        else:
            names.append(piece)
    return names if all(name == name.strip(" ") != "" for name in names) else [text]


def unbold(cell: str) -> str:
    found = STRONG.fullmatch(cell)
    return (found["marks"] or found["tags"]) if found else cell


def is_strong(text: str) -> bool:
    """Return whether a text is bold as a whole, also if an address in it contains marks."""
    match parse(text):
        case (nodes.Paragraph((nodes.Strong(),)),):
            return True
    return False


def is_paragraph(text: str) -> bool:
    match parse(text):
        case (nodes.Paragraph(),):
            return True
    return False


def plain_time(text: str) -> str:
    """Return a time with ordinary spaces; another text as it is."""
    return text.replace("\N{NO-BREAK SPACE}", " ") if parse_time(text) else text


def split_link(text: str) -> tuple[str, str]:
    """Return a text without the address that ends it, and the address."""
    found = _LINK_AT_END.search(text)
    if found is None or not found["address"] or not is_paragraph(text):
        return text, ""
    return text[: found.start()], found["address"]


def read_addresses(markdown: str) -> str:
    """Return tickets as they were written: a key that is a link stands for its address."""
    out = ""
    for block in parse(f"{_GUARD}{markdown}{_GUARD}"):
        for inline in block.inlines if isinstance(block, nodes.Paragraph) else ():
            out += inline.target if isinstance(inline, nodes.Link) else nodes.text_of((inline,))
    return one_line(out.removeprefix(_GUARD).removesuffix(_GUARD))
