"""The first file of a user's theme: every token, with what it means and the default theme's value, as comments."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from pmexport.theming.themes import default_theme
from pmexport.theming.tokens import Tokens

_HEAD = """\
# {summary}. `pmexport theme check {folder}` says what is wrong with it.
# To change a token, remove the `# ` before it and before the [table] above it. What stays a comment is inherited.
inherit = "default"
summary = {quoted}
"""
_WIDTH = 114
"""Characters of a line of a comment."""


def write_starter(summary: str, folder: str) -> str:
    """Return the text of a new theme's file. folder: its path, for a command in it."""
    head = _HEAD.format(summary=summary, folder=folder, quoted=json.dumps(summary, ensure_ascii=False))
    return "\n".join([head, *_write_table(Tokens, default_theme().tokens, "", skip=("summary",)), ""])


def _write_table(model: type[BaseModel], values: BaseModel, name: str, skip: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the lines of a table: its values, then the tables in it."""
    tables = []
    for key, field in model.model_fields.items():
        value = getattr(values, key)
        if key in skip:
            continue
        if isinstance(value, BaseModel) and not _is_inline(value):
            tables.append((key, value))
            continue
        yield from _comment_lines(field.description or "")
        yield f"# {key} = {_write_value(value)}"
    for key, value in tables:
        path = f"{name}.{key}" if name else key
        yield ""
        yield from _comment_lines(" ".join((type(value).__doc__ or "").split()))
        if any(not isinstance(one, BaseModel) or _is_inline(one) for _, one in value):
            yield f"# [{path}]"
        yield from _write_table(type(value), value, path)


def _is_inline(value: BaseModel) -> bool:
    """Return whether a table is written on one line: a tone, which is two colours."""
    return set(type(value).model_fields) == {"ink", "wash"}


def _comment_lines(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="## ", subsequent_indent="## ", break_long_words=False)


def _write_value(value: Any) -> str:
    if isinstance(value, BaseModel):
        return _write_value(dict(value))
    if isinstance(value, Mapping):
        entries = ", ".join(f"{_write_key(key)} = {_write_value(one)}" for key, one in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_write_value, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _write_key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key)
