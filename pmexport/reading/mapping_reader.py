"""Read Python values: those of a caller, and those that the parsers of other formats return."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import chain

from pydantic import BaseModel

from pmexport.limits import Limits
from pmexport.reading.parsed_tree import Parsed, Tree
from pmexport.reading.paths import Path
from pmexport.reading.source_text import SourceText

_SCALARS = (str, int, float, Decimal, dt.date, dt.time, type(None))


def parse_value(
    value: object,
    limits: Limits,
    source: SourceText | None = None,
    locate: Callable[[Path], int | None] = lambda _path: None,
) -> Parsed:
    """Return a copy of a caller's mappings, lists and scalars.

    source, locate: the text that the value comes from, and where a path is in it.
    Raises InputError for a value that exceeds a limit or contains itself.
    """
    tree = Tree(limits, source or SourceText(""), locate)
    todo: list[tuple[int, Iterator[object]]] = [(0, iter([value]))]
    outer: set[int] = set()
    while todo:
        for given in todo[-1][1]:
            item = given if isinstance(given, str | dict | list) else _open_part(given)
            if isinstance(item, Mapping | list | tuple):
                if id(item) in outer:
                    tree.fail(None, "found a value that contains itself.")
                tree.open_value({} if isinstance(item, Mapping) else [])
                todo.append((id(item), _list_parts(item)))
                outer.add(id(item))
                break
            tree.add_scalar(_check_scalar(tree, item))
        else:
            outer.discard(todo.pop()[0])
            if todo:
                tree.close_value()
    return tree.parsed()


def _open_part(value: object) -> object:
    """Return a part of a report as the mapping of its fields, and anything else as it is."""
    return dict(value) if isinstance(value, BaseModel) else value


def _list_parts(value: Mapping[object, object] | list[object] | tuple[object, ...]) -> Iterator[object]:
    return chain.from_iterable(value.items()) if isinstance(value, Mapping) else iter(value)


def _check_scalar(tree: Tree, value: object) -> object:
    if isinstance(value, str):
        return value if type(value) is str else str.__str__(value)
    if not isinstance(value, _SCALARS) and not tree.wants_key:
        tree.add_problem(None, f"found a value of the type {type(value).__name__}, expected a string.")
    return value
