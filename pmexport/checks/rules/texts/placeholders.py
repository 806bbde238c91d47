"""PM001: placeholders of the template that were not filled in."""

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pmexport.checks.rule import Found, Subject, Written
from pmexport.checks.rules.texts.own_words import (
    Match,
    Search,
    compile_search,
    drop_nested,
    fold_case,
    is_log,
    read_data,
    search_own_words,
)
from pmexport.report.vocabulary import find_meaning

_STARTER_TITLE = re.compile(r"untitled(?: incident)?|(?:incident )?title", re.IGNORECASE)
_STATE_PATH = re.compile(r"action_items\[\d+\]\.status")
_MAX_LENGTH = 400
_REST = r"\b[^\[\]\n]{0,300}"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Placeholders that are filled in alike."""

    what: str
    help: str
    whole: re.Pattern[str]


def find_placeholders(subject: Subject) -> Iterator[Found]:
    title = subject.report.title.strip()
    if _STARTER_TITLE.fullmatch(title):
        help_ = "Say what happened in one line: Checkout unavailable in the EU region."
        yield Found("title", f'"{title}" is a placeholder title.', help_, 0)
    for written in subject.texts:
        if _is_state(written):
            continue
        kind = _classify_whole(written.text)
        if kind:
            yield _report_placeholder(written, kind, " ".join(written.text.split()), 0)
        elif not is_log(written):  # a log is quoted and may contain anything
            for match, offset in search_own_words(written, _search_placeholders):
                yield _report_placeholder(written, match.kind, match.phrase, offset)


def _is_state(written: Written) -> bool:
    """Return whether a text is the state that its field asks for, such as `To do` and `WIP`."""
    if written.path == "status":
        return find_meaning("stages", written.text) is not None
    return _STATE_PATH.fullmatch(written.path) is not None and find_meaning("action_states", written.text) is not None


def is_placeholder(text: str) -> bool:
    """Return whether a text is or contains a placeholder."""
    return _classify_whole(text) is not None or any(True for _ in _search_placeholders(text))


def _report_placeholder(written: Written, kind: _Kind, phrase: str, offset: int | None) -> Found:
    return Found(written.path, f'"{phrase}" {kind.what}.', kind.help, offset)


def _classify_whole(text: str) -> _Kind | None:
    """Return the kind of a text that is a placeholder from start to end."""
    text = text.strip()
    if len(text) > _MAX_LENGTH:
        return None
    by_pattern = (match.kind for match in _search_placeholders(text) if match.words == text)
    by_whole = (kind for kind in _read_kinds() if kind.whole.fullmatch(fold_case(text)))
    return next(by_pattern, None) or next(by_whole, None)


def _search_placeholders(text: str) -> Iterator[Match[_Kind]]:
    """Yield the placeholders in a text, without those inside another."""
    return drop_nested(heapq.merge(*(search(text) for search in _compile_searches()), key=lambda match: match.start))


@cache
def _compile_searches() -> tuple[Search[_Kind], Search[_Kind]]:
    """Return the case-sensitive search, and the one that ignores case."""
    written = read_data("placeholders.toml")
    pairs = list(zip(written["kinds"], _read_kinds(), strict=True))
    cased = ((pattern, kind) for entry, kind in pairs for pattern in entry.get("patterns", []))
    others = [(pattern, kind) for entry, kind in pairs for pattern in entry.get("any_case", [])]
    brackets = [(_compile_brackets(entry["brackets"]), kind) for entry, kind in pairs if "brackets" in entry]
    after = rf"(?<!\w)(?=[{re.escape(written['begins'])}])"
    return compile_search(cased, fold=False), compile_search([*others, *brackets], after=after)


@cache
def _read_kinds() -> tuple[_Kind, ...]:
    kinds = read_data("placeholders.toml")["kinds"]
    return tuple(_Kind(one["what"], one["help"], re.compile("|".join(one.get("whole", ["(?!)"])))) for one in kinds)


def _compile_brackets(texts: list[str]) -> str:
    """Return a pattern for these texts in brackets that are not a link, a reference or an index."""
    return rf"(?<![\]!\\)])\[\s*(?:{'|'.join(map(_compile_text, texts))})\s*\](?![\w(\[:])"


def _compile_text(text: str) -> str:
    pattern = r"\s+".join(map(re.escape, text.split()))
    return pattern.replace(r"\#", r"\d{1,2}").replace(r"\s+…", _REST).replace("…", _REST)
