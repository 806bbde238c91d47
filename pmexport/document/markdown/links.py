"""Addresses in a text, and the links made from them. Only http, https and mailto addresses become links."""

import re
from collections.abc import Iterator

from markdown.util import STX

from pmexport.document import nodes
from pmexport.document.clean_text import clean
from pmexport.document.nodes import Inline, Inlines

TURNS = "\u202a-\u202e\u2066-\u2069"
"""Direction marks, for a regular expression: they could disguise an address as another."""
ADDRESS = re.compile(rf"(?<![\w/])(?:https?://|www\.)(?=[\w\[])[^\s<>|{TURNS}{STX}]+", re.IGNORECASE)
"""A bare address with the punctuation after it (GFM 0.29, 6.9). Jira and Slack write `|` between address and words."""
_MAIL = re.compile(r"(?<![\w.+-])(?:mailto:)?[a-z0-9._+-]+@(?:[a-z0-9_-]|\.(?=[a-z0-9]))+(?!@)", re.IGNORECASE)
_ANY = re.compile(rf"{ADDRESS.pattern}|{_MAIL.pattern}", re.IGNORECASE)
_SAFE = re.compile(rf"(?:https?://|mailto:)[^\s{TURNS}]+", re.IGNORECASE)
_AFTER_ADDRESS = "?!.,:*_~'\";"
_CLOSING = {"]": "[", "}": "{"}


def is_address(target: str) -> bool:
    """Return whether a target may become a link: an address with the scheme http, https or mailto."""
    return _SAFE.fullmatch(target.strip()) is not None


def link(target: str, words: Inlines) -> Inlines:
    """Return a link if the target is an address that may become one, otherwise the words and the target as text.

    References to notes follow the link.
    """
    target = target.strip()
    if is_address(target):
        return (nodes.Link(target, strip_links(words) or (nodes.Text(target),)), *_find_marks(words))
    return (*words, nodes.Text(f" ({target})")) if target and nodes.text_of(words).strip() != target else words


def with_links(text: str) -> Inlines:
    """Return a clean text with its bare addresses as links, like GitHub (GFM 0.29, 6.9)."""
    parts: list[Inline] = []
    end = 0
    for match in _ANY.finditer(text):
        address, target = _read_address(match.group())
        if target:
            parts += _text_piece(text[end : match.start()])
            parts += link(target, (nodes.Text(address),))
            end = match.start() + len(address)
    return (*parts, *_text_piece(text[end:]))


def _read_address(found: str) -> tuple[str, str]:
    """Return an address as it is written, and its target; an empty one if it is not an address after all."""
    if _MAIL.fullmatch(found):
        target = found if found.lower().startswith("mailto:") else f"mailto:{found}"
        return found, target if "." in found.rpartition("@")[2] and found[-1].isalpha() else ""
    address = without_punctuation(found)
    return address, address if "://" in address else f"https://{address}"


def without_punctuation(address: str) -> str:
    """Return an address without the punctuation of the sentence around it, and without a bracket that encloses it."""
    address = address[: _find_enclosing(address)]
    unopened = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in _AFTER_ADDRESS or (address[end - 1] == ")" and unopened > 0)):
        end -= 1
        unopened -= address[end] == ")"
    return address[:end]


def _find_enclosing(address: str) -> int:
    """Return the place of the first square or curly bracket that closes none in the address; otherwise its length."""
    opened = dict.fromkeys(_CLOSING.values(), 0)
    for position, character in enumerate(address):
        if character in opened:
            opened[character] += 1
        elif character in _CLOSING:
            opened[_CLOSING[character]] -= 1
            if opened[_CLOSING[character]] < 0:
                return position
    return len(address)


def _text_piece(text: str) -> Inlines:
    """Return a piece of a text. Direction marks end with it, so that they do not affect the address next to it."""
    return (nodes.Text(piece),) if (piece := clean(text)) else ()


def strip_links(inlines: Inlines) -> Inlines:
    """Return inlines with links replaced by their words, without references to notes: a link cannot contain a link."""
    out: list[Inline] = []
    for inline in inlines:
        match inline:
            case nodes.Link(_, children):
                out += children
            case nodes.NoteMark():
                pass
            case nodes.Marked(children, role):
                out.append(nodes.Marked(strip_links(children), role))
            case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children):
                out.append(type(inline)(strip_links(children)))
            case _:
                out.append(inline)
    return tuple(out)


def _find_marks(inlines: Inlines) -> Iterator[nodes.NoteMark]:
    for inline in inlines:
        match inline:
            case nodes.NoteMark():
                yield inline
            case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children) | nodes.Marked(children):
                yield from _find_marks(children)
            case _:
                pass
