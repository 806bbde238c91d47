"""Paths into a report, as users read and write them: `timeline[3].time`, `impact.Refunds issued`, `impact["a.b"]`."""

from __future__ import annotations

import json
import re

from pmexport.reading.found_values import shorten
from pmexport.reading.parsed_tree import Path

_LONGEST = 50
"""Steps of a path that is read."""
_SHOWN = 8
"""Steps of a path that is written."""
_PLAIN = re.compile(r'[^.\[\]"\s]([^.\[\]"]*[^.\[\]"\s])?')
_PART = re.compile(
    rf'(?P<dot>\.?)(?P<plain>{_PLAIN.pattern})|\[(?P<index>[0-9]{{1,9}})\]|\[(?P<quoted>"(?:[^"\\]|\\["\\])*")\]'
)


def write(path: Path) -> str:
    """Return a path as a text, shortened where it is very long."""
    text = "".join(map(_write_part, path[:_SHOWN])) + ("…" if len(path) > _SHOWN else "")
    return text.removeprefix(".")


def read(text: str) -> Path | None:
    """Return the path that a text holds; None where it holds none, or more than fifty steps."""
    path: list[str | int] = []
    at = 0
    while at < len(text) and len(path) < _LONGEST:
        match = _PART.match(text, at)
        if match is None or (match["plain"] and bool(match["dot"]) != bool(at)):
            return None
        path.append(_read_part(match))
        at = match.end()
    return tuple(path) if path and at == len(text) else None


def _write_part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    key = shorten(part)
    return f".{key}" if _PLAIN.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"


def _read_part(match: re.Match[str]) -> str | int:
    if match["index"]:
        return int(match["index"])
    return match["plain"] or re.sub(r"\\(.)", r"\1", match["quoted"][1:-1], flags=re.DOTALL)
