"""Korean words, which are separated by spaces, are not divided at the end of a line, as `word-break: keep-all` has it.

WeasyPrint 70 does not know `keep-all`. Characters between the syllables that forbid a break would be in the text that
readers copy and search. So each word is in an element of its own, with the space after it: a space alone is not drawn.
"""

import re
from xml.etree.ElementTree import Element

MAX_WORD = 14
"""Maximum characters of a word that is not divided: longer ones do not fit into narrow columns."""
CLASS = "whole_word"
_WORD = re.compile(rf"(?<!\S)(?=\S{{0,{MAX_WORD}}}[\uac00-\ud7a3])\S{{2,{MAX_WORD}}}(?: |(?!\S))")
_APART = frozenset({"pre", "code"})
"""Elements whose texts break as they are written."""
_DRAWN = frozenset({"band", "key", "classification", "tlp"})
"""Classes of elements whose own elements have places, and whose texts do not break."""


def keep_words(root: Element) -> None:
    """Put each Korean word of an element into an element of its own."""
    if root.tag in _APART or _DRAWN.intersection(root.get("class", "").split()):
        return
    for index in range(len(root) - 1, -1, -1):
        keep_words(root[index])
        root[index].tail, words = _divide_text(root[index].tail or "")
        root[index + 1 : index + 1] = words
    root.text, words = _divide_text(root.text or "")
    root[:0] = words


def _divide_text(text: str) -> tuple[str, list[Element]]:
    """Return the text before the first word, and the words as elements, each with the text after it."""
    words = list(_WORD.finditer(text))
    starts = [*(word.start() for word in words), len(text)]
    made = [_make_word(word[0], text[word.end() : end]) for word, end in zip(words, starts[1:], strict=True)]
    return text[: starts[0]], made


def _make_word(word: str, after: str) -> Element:
    element = Element("span", {"class": CLASS})
    element.text, element.tail = word, after
    return element
