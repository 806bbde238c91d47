"""HTML tags in Markdown: where they begin and end (CommonMark 0.31, 4.6 and 6.6), and which of them mean something."""

import re
from dataclasses import dataclass
from html import escape, unescape

from lxml.html import defs

_ATTRIBUTE = r"""\s++([A-Za-z_:][\w.:-]*+)(?:\s*+=\s*+([^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+"""
_TAG = re.compile(rf"<(/?+)([A-Za-z][A-Za-z0-9-]*+)((?:{_ATTRIBUTE})*+)\s*+/?+>", re.ASCII)
_ATTRIBUTES = re.compile(_ATTRIBUTE, re.ASCII)
_COMMENT_START = "<!--"
COMMENT = "!--"
"""The name of comments."""
VOID = frozenset({"br", "img"})
"""Elements without content."""
WRITTEN = frozenset({"strong", "em", "del", "code", "span"})
"""Elements that our own Markdown contains where a mark would not always be read; `span` means nothing."""
INLINE = frozenset({"a", "sub", "sup", "kbd"}) | WRITTEN
"""Elements around words."""
_BLOCK = ("details", "summary")
BEGINS_BLOCK = re.compile(rf"</?(?:{'|'.join(_BLOCK)})(?:[\s/>]|$)|{_COMMENT_START}", re.IGNORECASE)
"""The start of a line that begins a block of HTML, even in a paragraph."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag or comment as the author wrote it."""

    raw: str
    name: str
    """In lower case; COMMENT for a comment."""
    closes: bool
    attributes: dict[str, str]
    """By their names in lower case."""

    @property
    def is_html(self) -> bool:
        """Whether its name is one of HTML: `<host>` and `List<String>` are an author's own words."""
        return self.name in defs.tags


def find_end(text: str, start: int) -> int | None:
    """Return the end of the tag or comment that begins at a `<`; None if none does."""
    if text.startswith(_COMMENT_START, start):
        end = text.find("-->", start + 2)  # `<!-->` is a comment
        return end + 3 if end >= 0 else None
    found = _TAG.match(text, start)
    if found is None or (found[1] and found[3]):  # a closing tag has no attributes
        return None
    return found.end()


def read_tag(raw: str) -> Tag:
    """Return a tag or comment. raw: as written, complete."""
    found = _TAG.match(raw)
    if found is None:
        return Tag(raw, COMMENT, closes=False, attributes={})
    pairs = (match.groups("") for match in _ATTRIBUTES.finditer(found[3]))
    attributes = {name.lower(): unescape(value.strip("\"'")) for name, value in pairs}
    return Tag(raw, found[2].lower(), closes=bool(found[1]), attributes=attributes)


def stands_alone(text: str) -> bool:
    """Return whether a line is one tag that means something: the start of a block of HTML outside a paragraph."""
    end = find_end(text, 0) if text.startswith("<") else None
    return end is not None and not text[end:].strip(" ") and read_tag(text[:end]).name in INLINE | VOID


def mark_tags(text: str) -> str:
    """Return the text of an HTML block as safe HTML: its tags are texts in `span` elements; nothing is Markdown."""
    out = []
    end = 0
    last = text.rfind("-->")
    for found in re.finditer("<", text):
        start = found.start()
        if start < end or (start > last and text.startswith(_COMMENT_START, start)):
            continue
        if stop := find_end(text, start):
            out += [_escape_brackets(text[end:start]), f"<span>{escape(text[start:stop])}</span>"]
            end = stop
    return "".join([*out, _escape_brackets(text[end:])])


def _escape_brackets(text: str) -> str:
    """Return a text whose character references are still read."""
    return text.replace("<", "&lt;").replace(">", "&gt;")
