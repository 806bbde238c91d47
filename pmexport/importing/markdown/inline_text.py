"""The plain text of Markdown, for fields that are not Markdown, and small Markdown texts taken apart."""

from __future__ import annotations

import re
from functools import cache

from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.document.labels import FALLBACK, labels_for
from pmexport.document.markdown.parser import Parser
from pmexport.document.nodes import Blocks, Inline, Inlines
from pmexport.limits import LimitError

_LABEL = re.compile(
    r"^(?P<mark>\*\*|__)(?P<label>[^\n]{1,70}?)(?P<inner>[:\N{FULLWIDTH COLON}]?)\s*(?P=mark)"
    r"(?P<outer>\s*[:\N{FULLWIDTH COLON}])?[ \t]*(?P<rest>.*)$",
    re.DOTALL,
)
_PLAIN_LABEL = re.compile(
    r"^(?P<label>[^\W_][^\n:*`\[\]|<>]{0,40}?)[ \t]*[:\N{FULLWIDTH COLON}](?!//)(?:[ \t]+|$)(?P<rest>.*)$", re.DOTALL
)
_BLOCK_START = re.compile(
    r"^(\s*)(?:(\d{1,9})(?=[.)](?:\s|$))|(?=(?:[-+*]|#{1,6})(?:\s|$)|>|[-=]+\s*$|`{3,}[^`\n]*(?:\n|$)|~~~))"
)
ADDRESS = re.compile(r"((?:https?://|www\.)[^\s<>\[\]`\\|]+)")
"""An address in a plain text."""
_ACTIVE = re.compile(
    r"[`*~]|\\(?=[!-/:-@\[-`{-~]|$)|(?<![^\W_])_|_(?![^\W_])|<(?=\S)|&(?=#?\w+;)|\](?=[(\[:]|$)|^\[|\[(?=\^)"
    r"|(?<=\s)#(?=#*$)"
)
"""What is a mark of Markdown in the middle of a line, or at the end of a heading."""
BREAK_TAG = re.compile(r"(?<!\s)\s*<br\s*/?>\s*", re.IGNORECASE)
"""A line break that is written as a tag. (Patterns that begin with spaces begin at the first one, or they are slow.)"""
BREAK = re.compile(rf"{BREAK_TAG.pattern}|\\\n|(?<! )  +\n", re.IGNORECASE)
"""A line break that is written."""


@cache
def _parser() -> Parser:
    return Parser(lambda _source, alt, _path: nodes.Text(alt), labels_for(FALLBACK))


def parse(markdown: str) -> Blocks:
    """Return the blocks of a Markdown text; images are their alternative texts."""
    try:
        return _parser().blocks(markdown, 1)
    except LimitError:
        return (nodes.Paragraph((nodes.Text(one_line(markdown)),)),)


def plain(markdown: str) -> str:
    """Return the text of paragraphs of Markdown on one line; empty if it shows only spaces.

    An address that is hidden follows its words.
    """
    text = one_line(" ".join(map(_plain_block, parse(markdown))))
    return text if text.strip() else ""


def _plain_block(block: nodes.Block) -> str:
    match block:
        case nodes.Paragraph(inlines) | nodes.Heading(_, inlines):
            return _plain_inlines(inlines)
        case nodes.List(items):
            return ", ".join(" ".join(map(_plain_block, item.blocks)) for item in items)
        case nodes.Quote(blocks) | nodes.Details(_, blocks):
            return " ".join(map(_plain_block, blocks))
        case nodes.CodeBlock(text):
            return text
        case nodes.Figure(image):
            return image.alt
    return ""


def _plain_inlines(inlines: Inlines) -> str:
    return "".join(map(_plain_inline, inlines))


def _plain_inline(inline: Inline) -> str:
    match inline:
        case nodes.Link(target, children):
            words = nodes.text_of(children)
            address = target.removeprefix("mailto:")
            return words if words in (target, address, target.partition("//")[2]) else f"{words} ({address})"
        case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children) | nodes.Marked(children):
            return _plain_inlines(children)
        case nodes.LineBreak():
            return " "
    return nodes.text_of((inline,))


def heading_text(line: str) -> str:
    """Return the text of a heading: its words without marks and addresses."""
    source = re.sub(r"^\s{0,3}#{1,6}[ \t]*|(?<![ \t])[ \t]+#+[ \t]*$", "", line.strip())
    return one_line(" ".join(_shown_words(block) for block in parse(escape_start(source))))


def _shown_words(block: nodes.Block) -> str:
    match block:
        case nodes.Paragraph(inlines) | nodes.Heading(_, inlines):
            return nodes.text_of(inlines)
    return _plain_block(block)


def split_label(text: str) -> tuple[str, str] | None:
    """Return the bold label that a text begins with, and the rest; None unless a colon or the end follows it."""
    found = _LABEL.match(text)
    if found is None or not (found["inner"] or found["outer"] or not found["rest"].strip()):
        return None
    return plain(found["label"]), found["rest"]


def split_plain_label(text: str) -> tuple[str, str] | None:
    """Return the label before the colon of a line, bold or not, and the rest; None if there is none."""
    bold = split_label(text)
    if bold:
        return bold if _LABEL.match(text) and (bold[1] or text.rstrip(" *_").endswith(":")) else None
    found = _PLAIN_LABEL.match(text)
    return (found["label"].strip(), found["rest"]) if found else None


def escape_start(text: str) -> str:
    """Return a text from inside a line, such as a cell, so that its beginning begins no block."""
    return _BLOCK_START.sub(lambda found: f"{found[1]}{found[2] or ''}\\", text, count=1)


def escape_inline(text: str, *, cell: bool = False) -> str:
    """Return plain text of one line as Markdown for the middle of a line. cell: whether | would end a cell."""
    parts = ADDRESS.split(text)
    escaped = [part if number % 2 else _ACTIVE.sub(r"\\\g<0>", part) for number, part in enumerate(parts)]
    return "".join(escaped).replace("|", "\\|") if cell else "".join(escaped)


def has_words(text: str) -> bool:
    """Return whether a text shows anything but signs."""
    return re.search(r"[^\W_]", text) is not None
