"""Names as machines write them in running text: addresses, paths, identifiers. They are never hyphenated."""

import re

_SIGN = re.compile(r"[\w)][/\\_@:=.~+&#|?][\w/\\(]|[a-z][A-Z][a-z]|[A-Za-z]\d|\d[A-Za-z]")
_NAME = re.compile(rf"(?<!\S)(?=\S*[A-Za-z]{{6}})\S*?(?:{_SIGN.pattern})\S*")
"""A word with a sign inside that prose does not have, and letters enough that it might be hyphenated."""


def split_names(text: str) -> list[str]:
    """Return the parts of a text: at odd indexes the names, at even ones the words between them."""
    if not _SIGN.search(text):
        return [text]
    parts, end = [], 0
    for name in _NAME.finditer(text):
        parts += [text[end : name.start()], name[0]]
        end = name.end()
    return [*parts, text[end:]]
