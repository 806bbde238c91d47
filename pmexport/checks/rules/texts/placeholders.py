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
    blank_marks,
    compile_search,
    drop_nested,
    fold_case,
    has_match,
    is_log,
    read_data,
    search_own_words,
)
from pmexport.report.house_style import HouseStyle

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
    for written in subject.select_texts(_may_contain):
        if _is_state(written, subject.style):
            continue
        whole = _match_whole(written.text)
        if whole:
            yield _report_placeholder(written, whole, whole.start)
        elif not is_log(written):  # a log is quoted and may contain anything
            for match, offset in search_own_words(written, _search_placeholders):
                yield _report_placeholder(written, match, offset)


def _may_contain(text: str) -> bool:
    """Return whether a text may be or contain a placeholder; a fast test that few texts pass."""
    bare = text.strip()
    if len(bare) <= _MAX_LENGTH and _compile_whole().fullmatch(fold_case(bare)):
        return True
    return any(has_match(search, one) for one in {bare, blank_marks(text)} for search in _compile_searches())


def _is_state(written: Written, style: HouseStyle) -> bool:
    """Return whether a text is the state that its field asks for, such as `To do` and `WIP`."""
    if written.path == "status":
        return style.stage_of(written.text) is not None
    return _STATE_PATH.fullmatch(written.path) is not None and style.known_state(written.text) is not None


def is_placeholder(text: str) -> bool:
    """Return whether a text is or contains a placeholder."""
    return _match_whole(text) is not None or any(True for _ in _search_placeholders(text))


def _report_placeholder(written: Written, match: Match[_Kind], offset: int | None) -> Found:
    quoted = f'"{match.phrase}"'
    return Found(written.path, f"{quoted} {match.kind.what}.", match.kind.help.replace("{phrase}", quoted), offset)


def _match_whole(text: str) -> Match[_Kind] | None:
    """Return the phrase to quote if a whole text is a placeholder; None if it is not."""
    bare = text.strip()
    if len(bare) > _MAX_LENGTH:
        return None
    kinds = (match.kind for match in _search_placeholders(bare) if match.words == bare)
    kind = next(kinds, None)
    if kind:
        return Match(kind, text, 0)
    found = ((kind, kind.whole.fullmatch(fold_case(bare))) for kind in _read_kinds())
    return next((_cut_phrase(text, kind, match) for kind, match in found if match), None)


def _cut_phrase(text: str, kind: _Kind, match: re.Match[str]) -> Match[_Kind]:
    """Return the phrase to quote from a matching text: its group `phrase` if there is one, otherwise all."""
    if not match.groupdict().get("phrase"):
        return Match(kind, text, 0)
    indent = len(text) - len(text.lstrip())
    start, end = (indent + at for at in match.span("phrase"))
    return Match(kind, text[start:end], start)


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
def _compile_whole() -> re.Pattern[str]:
    """Return the patterns of complete texts as one."""
    return re.compile("|".join(f"(?:{kind.whole.pattern})" for kind in _read_kinds()))


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
