"""Paths into a report, as users read and write them: `timeline[3].time`, `impact.Refunds issued`, `impact["a.b"]`."""

import json
import re

from pmexport.reading.found_values import shorten

Path = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_MAX_READ = 50
"""Steps of a path that is read."""
_MAX_WRITTEN = 8
"""Steps of a path that is written."""
_PLAIN = re.compile(r'[^.\[\]"\s]([^.\[\]"]*[^.\[\]"\s])?')
_PART = re.compile(
    rf'(?P<dot>\.?)(?P<plain>{_PLAIN.pattern})|\[(?P<index>[0-9]{{1,9}})\]|\[(?P<quoted>"(?:[^"\\]|\\["\\])*")\]'
)


def write_path(path: Path) -> str:
    """Return a path as text; a very long one is shortened."""
    text = "".join(map(_write_step, path[:_MAX_WRITTEN])) + ("…" if len(path) > _MAX_WRITTEN else "")
    return text.removeprefix(".")


def read_path(text: str) -> Path | None:
    """Return the path that a text contains; None if it is not a path or has more than fifty steps."""
    path: list[str | int] = []
    at = 0
    while at < len(text) and len(path) < _MAX_READ:
        match = _PART.match(text, at)
        if match is None or (match["plain"] and bool(match["dot"]) != bool(at)):
            return None
        path.append(_read_step(match))
        at = match.end()
    return tuple(path) if path and at == len(text) else None


def is_under(path: Path, others: set[Path]) -> bool:
    """Return whether a path is one of the others or leads through one of them."""
    return any(path[:length] in others for length in range(1, len(path) + 1))


def _write_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    key = shorten(step)
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"


def _read_step(match: re.Match[str]) -> str | int:
    if match["index"]:
        return int(match["index"])
    return match["plain"] or re.sub(r"\\(.)", r"\1", match["quoted"][1:-1], flags=re.DOTALL)
