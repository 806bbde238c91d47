"""Write a report's fields as YAML to keep: block texts, values as written, and comments above what they concern."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pmexport.problems import UNSAFE, show_name
from pmexport.reading.parsed_tree import replace_surrogates

_STEP = "  "
_PLAIN = re.compile(r"[^\W_](?:[^\n\t:#]|:(?=\S)|(?<=\S)#)*")
"""A text that YAML reads as written without quotes. One that begins with a sign is quoted."""
_WORDS_OF_YAML = ("null", "y", "n", "yes", "no", "on", "off", "true", "false")
"""Other programs read these as something else than text."""
_LONGEST_KEY = 1000
"""Characters of a key on the line of its value (YAML 1.2, 8.2.2)."""
_ESCAPED = re.compile(f"[^\t\n -~\xa0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|{UNSAFE.pattern}")
"""Characters that YAML does not allow or changes, and those that could hide others (YAML 1.2, 5.1)."""

Comments = dict[str, list[str]]


def write_yaml(fields: Mapping[str, Any], comments: Iterable[tuple[str, str]] = ()) -> str:
    """Return the fields as YAML that reads as the same fields.

    comments: sentences, each with the path of the part that it is written above; for no known path, at the top.
    """
    by_path: Comments = {}
    known = set(_list_paths(fields, ""))
    for path, text in comments:
        by_path.setdefault(path if path in known else "", []).append(text)
    lines = [*_write_comments(by_path, "", ""), *_write_mapping(fields, "", "", by_path)]
    return "\n".join([*lines, ""])


def _list_paths(value: Any, path: str) -> Iterator[str]:
    yield path
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _list_paths(inside, _join(path, str(key)))
    elif isinstance(value, list | tuple):
        for number, inside in enumerate(value):
            yield from _list_paths(inside, f"{path}[{number}]")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _write_comments(comments: Comments, path: str, indent: str) -> Iterator[str]:
    return (f"{indent}# {show_name(text)}" for text in dict.fromkeys(comments.get(path, ())))


def _write_mapping(value: Mapping[str, Any], indent: str, path: str, comments: Comments) -> Iterator[str]:
    for key, inside in value.items():
        if not _is_empty(inside):
            at = _join(path, str(key))
            yield from _write_comments(comments, at, indent)
            name = _write_line(_as_text(key))
            long = len(name) > _LONGEST_KEY
            yield from (f"{indent}? {name}",) if long else ()
            yield from _write_value(f"{indent}:" if long else f"{indent}{name}:", inside, indent, at, comments)


def _write_value(head: str, value: Any, indent: str, path: str, comments: Comments) -> Iterator[str]:
    """Yield the lines of a value that begins after a key or a dash."""
    if isinstance(value, Mapping):
        yield head
        yield from _write_mapping(value, indent + _STEP, path, comments)
    elif isinstance(value, list | tuple):
        yield head
        yield from _write_list(value, indent + _STEP, path, comments)
    else:
        yield from _write_text(head, _as_text(value), indent + _STEP)


def _write_list(items: Iterable[Any], indent: str, path: str, comments: Comments) -> Iterator[str]:
    for number, item in enumerate(items):
        at = f"{path}[{number}]"
        if item is None or item == []:
            continue
        yield from _write_comments(comments, at, indent)
        if item == {}:
            yield f"{indent}- {{}}"
        elif isinstance(item, Mapping):
            yield from _hang_lines(_write_mapping(item, indent + _STEP, at, comments), indent)
        else:
            yield from _write_value(f"{indent}-", item, indent, at, comments)


def _hang_lines(lines: Iterable[str], indent: str) -> Iterator[str]:
    """Yield the lines of a mapping, the first that is not a comment after the dash of its item."""
    begun = False
    for line in lines:
        comment = line.lstrip().startswith("#")
        rest = line[len(indent) + len(_STEP) :]
        yield line if begun else f"{indent}{rest}" if comment else f"{indent}- {rest}"
        begun = begun or not comment


def _write_text(head: str, text: str, indent: str) -> Iterator[str]:
    """Yield a text: a block if it has several lines, otherwise on the line of its key."""
    if "\n" not in text or not _fits_block(text):
        yield f"{head} {_write_line(text)}"
        return
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    chomping = "-" if ends == 0 else "" if ends == 1 else "+"
    hint = str(len(_STEP)) if body.startswith((" ", "\t", "\n")) else ""
    yield f"{head} |{hint}{chomping}"
    yield from (f"{indent}{line}" if line else "" for line in body.split("\n"))
    yield from [""] * (ends - 1)


def _fits_block(text: str) -> bool:
    return bool(text.strip()) and not _ESCAPED.search(text)


def _write_line(text: str) -> str:
    """Return a text on one line, in quotes unless YAML reads it as written."""
    plain = _PLAIN.fullmatch(text) and text[-1] not in " :" and text.lower() not in _WORDS_OF_YAML
    if plain and _fits_block(text):
        return text
    return _ESCAPED.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else replace_surrogates(str(value))


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping | list | tuple) and not value)
