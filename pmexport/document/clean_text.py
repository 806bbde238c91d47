"""Clean text: the author's text without characters that are not text or would affect their surroundings."""

import re

_ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # ECMA-48: control sequences, such as colours
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\x9d\r\n]*(?:\x07|\x1b\\|\x9c)"  # commands to the terminal, such as links
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0xF0000, 0x10000)
)
_CONTROL = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_NONCHARACTERS}\U000e0000-\U000e007f]")
_UNSHOWN = re.compile("[\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SPACES = re.compile(r"[ \t\n]+")

_EMBEDDING = "\u202a\u202b\u202d\u202e"
_ISOLATE = "\u2066\u2067\u2068"
_END_EMBEDDING = "\u202c"
_END_ISOLATE = "\u2069"
_BIDI = re.compile(f"[{_EMBEDDING}{_ISOLATE}{_END_EMBEDDING}{_END_ISOLATE}]")


def clean(text: str) -> str:
    """Return a text of several lines without control characters, terminal colours and unpaired direction marks.

    Characters that no font can show (private use, lone surrogates) become U+FFFD. Directional overrides and embeddings
    end with their line, so that they cannot reorder what follows (UAX 9; CVE-2021-42574).
    """
    return text if _is_clean(text) else close_marks(clean_characters(text))


def _is_clean(text: str) -> bool:
    """Return whether a text is clean at first sight, as most are."""
    return text.isascii() and text.isprintable()


def clean_characters(text: str) -> str:
    """Return a clean text whose direction marks may be unpaired: a piece of a longer text."""
    if _is_clean(text):
        return text
    text = _CONTROL.sub("", _LINE_END.sub("\n", _ANSI.sub("", text)))
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", text)


def close_marks(text: str) -> str:
    """Return a text each of whose lines closes its direction marks."""
    if text.isascii() or not _BIDI.search(text):
        return text
    return "\n".join(map(_close_marks, text.split("\n")))


def has_unshown(text: str) -> bool:
    """Return whether a text contains characters that are shown as U+FFFD, or were replaced by it when reading."""
    return not text.isascii() and ("\N{REPLACEMENT CHARACTER}" in text or _UNSHOWN.search(text) is not None)


def one_line(text: str) -> str:
    """Return a clean text on one line: runs of spaces, tabs and line breaks become one space."""
    return _SPACES.sub(" ", clean(text)).strip(" ")


def _close_marks(line: str) -> str:
    """Return a line with its direction marks closed, and without closing marks that close nothing."""
    out: list[str] = []
    open_marks: list[str] = []
    for char in line:
        if char in _EMBEDDING:
            open_marks.append(_END_EMBEDDING)
        elif char in _ISOLATE:
            open_marks.append(_END_ISOLATE)
        elif char in (_END_EMBEDDING, _END_ISOLATE):
            if not open_marks or open_marks[-1] != char:
                continue
            open_marks.pop()
        out.append(char)
    return "".join([*out, *reversed(open_marks)])
