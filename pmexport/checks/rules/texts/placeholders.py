"""PM001: what the template leaves to be filled in, and was not."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pmexport.checks.rule import Found, Rule, Subject, Written
from pmexport.checks.rules.texts.own_words import Hit, Look, data, in_own_words, is_log, look_for, small

_STARTER_TITLE = re.compile(r"untitled(?: incident)?|(?:incident )?title", re.IGNORECASE)
_LONGEST = 400
_REST = r"\b[^\[\]\n]{0,300}"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Placeholders that are filled in alike."""

    what: str
    help: str
    whole: re.Pattern[str]


def _check(subject: Subject) -> Iterator[Found]:
    title = subject.report.title.strip()
    if _STARTER_TITLE.fullmatch(title):
        message = f'"{title}" is a placeholder title.'
        yield Found("title", message, "Say what happened in one line: Checkout unavailable in the EU region.", 0)
    for written in subject.texts:
        kind = _of_whole(written.text)
        if kind:
            yield _found(written, kind, " ".join(written.text.split()), 0)
        elif not is_log(written):  # which is quoted, and may hold anything
            for hit, place in in_own_words(written, _anywhere):
                yield _found(written, hit.kind, hit.phrase, place)


def is_placeholder(text: str) -> bool:
    """Return whether a text is a placeholder, or holds one."""
    return _of_whole(text) is not None or any(True for _ in _anywhere(text))


def _found(written: Written, kind: _Kind, phrase: str, place: int | None) -> Found:
    return Found(written.path, f'"{phrase}" {kind.what}.', kind.help, place)


def _of_whole(text: str) -> _Kind | None:
    """Return the kind of a text that is a placeholder from end to end."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    named = (kind for kind in _kinds() if kind.whole.fullmatch(small(text)))
    return next((hit.kind for hit in _anywhere(text) if hit.words == text), None) or next(named, None)


def _anywhere(text: str) -> Iterator[Hit[_Kind]]:
    """Yield the placeholders in a text, without those that lie in another."""
    end = 0
    for hit in heapq.merge(*(look(text) for look in _looks()), key=lambda hit: hit.start):
        if hit.start >= end:
            yield hit
            end = hit.start + len(hit.words)


@cache
def _looks() -> tuple[Look[_Kind], Look[_Kind]]:
    """Return what finds those whose case counts, and the others."""
    written = data("placeholders.toml")
    pairs = list(zip(written["kinds"], _kinds(), strict=True))
    cased = ((pattern, kind) for entry, kind in pairs for pattern in entry.get("patterns", []))
    others = [(pattern, kind) for entry, kind in pairs for pattern in entry.get("any_case", [])]
    brackets = [(_bracketed(entry["brackets"]), kind) for entry, kind in pairs if "brackets" in entry]
    after = rf"(?<!\w)(?=[{re.escape(written['begins'])}])"
    return look_for(cased, fold=False), look_for([*others, *brackets], after=after)


@cache
def _kinds() -> tuple[_Kind, ...]:
    kinds = data("placeholders.toml")["kinds"]
    return tuple(_Kind(one["what"], one["help"], re.compile("|".join(one.get("whole", ["(?!)"])))) for one in kinds)


def _bracketed(texts: list[str]) -> str:
    """Return the pattern of these texts in brackets, where those are no link, reference or index."""
    return rf"(?<![\]!\\)])\[\s*(?:{'|'.join(map(_as_pattern, texts))})\s*\](?![\w(\[:])"


def _as_pattern(text: str) -> str:
    pattern = r"\s+".join(map(re.escape, text.split()))
    return pattern.replace(r"\#", r"\d{1,2}").replace(r"\s+…", _REST).replace("…", _REST)


RULE = Rule(
    id="PM001",
    name="placeholder-left-over",
    level="error",
    reason="A placeholder shows that the report is unfinished, and readers cannot know what else is missing.",
    check=_check,
)
