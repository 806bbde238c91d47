"""The words of a text in its source: where a character is, and where the author broke lines that YAML has folded."""

import re
from bisect import bisect_right
from collections.abc import Iterator

_WORD = re.compile(r"\S+")
_OPENING = re.compile(r'[|>][-+0-9]*[ \t]*(?:#[^\n]*)?\n|"""|\'\'\'|["\']|')
"""The characters before a text: the first line of a YAML block, a quote, or nothing."""


class WrittenWords:
    """The words of a text, each with its place in the source, up to the first one that is written differently."""

    def __init__(self, source: str, start: int, text: str) -> None:
        """Take the source, where the text begins in it (with its quote), and the text."""
        self._source = source
        self._start = start
        self._text = text
        pairs = list(self._pair_words())
        self._offsets = [offset for offset, _ in pairs]
        self._places = [place for _, place in pairs]

    def _pair_words(self) -> Iterator[tuple[int, int]]:
        opening = _OPENING.match(self._source, self._start)
        words = _WORD.finditer(self._source, opening.end() if opening else self._start)
        for word, written in zip(_WORD.finditer(self._text), words, strict=False):
            yield word.start(), written.start()
            if word.group() != written.group():
                return

    def find(self, offset: int) -> int:
        """Return where a character of the text is in the source; the start of the text if that is not certain."""
        index = bisect_right(self._offsets, offset) - 1
        word = _WORD.match(self._text, self._offsets[index]) if index >= 0 else None
        if word is None or offset >= word.end():
            index += 1
            word = _WORD.match(self._text, self._offsets[index]) if index < len(self._offsets) else None
        if word is None:
            return self._start
        inside, place = max(0, offset - word.start()), self._places[index]
        same = self._source.startswith(word.group()[: inside + 1], place)
        return place + inside if same else self._start


def find_character(source: str, start: int, text: str, offset: int) -> int:
    """Return where a text's character is in its source; the start of the text if it is not written word for word.

    start: where the text begins in the source, with its quote.
    """
    return WrittenWords(source, start, text[: offset + len(_next_word(text, offset))]).find(offset)


def _next_word(text: str, offset: int) -> str:
    word = _WORD.search(text, offset)
    return text[offset : word.end()] if word else ""


def unfold_lines(source: str, start: int, text: str) -> str:
    """Return a text of one line with the line breaks that its author wrote, each in place of a space.

    The text is returned as it is if it is not written word for word. start: see `find_character`.
    """
    opening = _OPENING.match(source, start)
    words = _WORD.finditer(source, opening.end() if opening else start)
    characters, end, end_written = list(text), 0, start
    for word, written in zip(_WORD.finditer(text), words, strict=False):
        if not written.group().startswith(word.group()):
            return text
        if end and "\n" in source[end_written : written.start()] and text[end : word.start()] == " ":
            characters[end] = "\n"
        end, end_written = word.end(), written.start() + len(word.group())
    return "".join(characters)
