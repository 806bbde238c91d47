"""Read JSON (RFC 8259, plus NaN and Infinity). Numbers keep the author's characters."""

import json
import re
from typing import NoReturn

from pmexport.limits import Limits
from pmexport.reading.found_values import character_name, shorten
from pmexport.reading.parsed_tree import REMOVE_FENCE, Parsed, Tree
from pmexport.reading.source_text import SourceText
from pmexport.reading.typing_slips import SMART_QUOTES, STRAIGHT_QUOTES

_INNER = r"""[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"""
_TOKEN = re.compile(
    r"[ \t\n]*+(?:"
    rf"""(?P<mark>[{{}}\[\]:,])|(?P<text>"{_INNER}")|(?P<word>[^\s{{}}\[\]:,"]++)|(?P<end>\Z)|(?P<bad>.))""",
    re.DOTALL,
)
_BEGUN = re.compile(f'"{_INNER}')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|NaN|-?Infinity")
_WORDS = {"true": True, "false": False, "null": None}

_VALUE = frozenset({"{", "[", "text", "word"})
_ALLOWED = {
    "a value": _VALUE,
    "a value or ]": _VALUE | {"]"},
    "a key in double quotes": {"text"},
    "a key in double quotes or }": {"text", "}"},
    "a colon": {":"},
    "a comma or }": {",", "}"},
    "a comma or ]": {",", "]"},
    "the end of the file": {"end"},
}
_QUOTES = "Put it in double quotes."
_HINTS = {"'": "Replace the single quotes around it with double quotes."}
_HINTS |= dict.fromkeys(("/", "#"), "Remove the comment: JSON has none.") | {"`": REMOVE_FENCE}
_HINTS |= {"True": "Write true.", "False": "Write false.", "None": "Write null."}


def parse_json(source: SourceText, limits: Limits) -> Parsed:
    """Return the content of a JSON text. Raises InputError for the first syntax error, and beyond a limit."""
    text = source.text
    tree = Tree(limits, source)
    expected = "a value"
    if not text.strip():
        return tree.parsed()
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        token, start = match[kind], match.start(kind)
        kind = token if kind == "mark" else kind
        if kind == "bad":
            _fail_text(tree, text, start)
        if kind not in _ALLOWED[expected]:
            _fail_token(tree, token, start, expected)
        if kind == "end":
            break
        expected = _take_token(tree, kind, token, start)
    return tree.parsed()


def _take_token(tree: Tree, kind: str, token: str, start: int) -> str:
    """Add a token to the tree, and return what is expected next."""
    match kind:
        case "{":
            tree.open_value({}, start)
            return "a key in double quotes or }"
        case "[":
            tree.open_value([], start)
            return "a value or ]"
        case ":":
            return "a value"
        case ",":
            return "a key in double quotes" if tree.wants_key else "a value"
        case "}" | "]":
            tree.close_value()
        case "text":
            tree.add_scalar(json.loads(token) if "\\" in token else token[1:-1], start)
        case _:
            tree.add_scalar(_read_word(tree, token, start), start)
    return _expect_next(tree)


def _expect_next(tree: Tree) -> str:
    if not tree.depth:
        return "the end of the file"
    if isinstance(tree.top.value, list):
        return "a comma or ]"
    return "a comma or }" if tree.wants_key else "a colon"


def _read_word(tree: Tree, token: str, start: int) -> object:
    if token in _WORDS:
        return _WORDS[token]
    if not _NUMBER.fullmatch(token):
        _fail_token(tree, token, start, "a value")
    return token


def _fail_token(tree: Tree, token: str, start: int, expected: str) -> NoReturn:
    found = "a string" if token.startswith('"') else f'"{shorten(token)}"' if token else "the end of the file"
    tree.fail(start, f"found {found}, expected {expected}.", _suggest_fix(token, expected))


def _suggest_fix(token: str, expected: str) -> str:
    if token in ("}", "]") and " or " not in expected:
        return "Remove the comma before it."
    if token[:1] in SMART_QUOTES:
        return STRAIGHT_QUOTES
    known = _HINTS.get(token) or _HINTS.get(token[:1])
    quotable = token.strip("{}[]:,") and expected.startswith(("a value", "a key"))
    return known or (_QUOTES if quotable else "")


def _fail_text(tree: Tree, text: str, start: int) -> NoReturn:
    begun = _BEGUN.match(text, start)
    if begun is None:
        tree.fail(start, f"found {character_name(text[start])}, which JSON does not allow here.")
    match text[begun.end() : begun.end() + 1]:
        case "" | "\n":
            tree.fail(start, "found a string without a closing quote on its line.", r"Write a line break as \n.")
        case "\\":
            tree.fail(begun.end(), "found an invalid JSON escape.", r"Write a backslash as \\.")
        case character:
            hint = f"Write it as \\u{ord(character):04x}."
            tree.fail(begun.end(), f"found {character_name(character)}, which JSON does not allow in a string.", hint)
