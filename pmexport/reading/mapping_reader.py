"""Values of Python: what a caller has at hand, and what the parsers of other formats return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain

from pmexport.limits import Limits
from pmexport.reading.parsed_tree import Parsed, Tree

_SCALARS = (str, int, float, Decimal, dt.date, dt.time, type(None))


def parse(value: object, limits: Limits) -> Parsed:
    """Return mappings, lists and scalars, copied from those of a caller.

    Raises UnreadableError for what is beyond the limits, or contains itself.
    """
    tree = Tree(limits)
    todo: list[tuple[int, Iterator[object]]] = [(0, iter([value]))]
    outer: set[int] = set()
    while todo:
        for item in todo[-1][1]:
            if isinstance(item, Mapping | list | tuple):
                if id(item) in outer:
                    tree.fail(None, "found a value that contains itself.")
                tree.open({} if isinstance(item, Mapping) else [])
                todo.append((id(item), _parts(item)))
                outer.add(id(item))
                break
            tree.scalar(_scalar(tree, item))
        else:
            outer.discard(todo.pop()[0])
            if todo:
                tree.close()
    return tree.parsed()


def _parts(value: Mapping[object, object] | list[object] | tuple[object, ...]) -> Iterator[object]:
    return chain.from_iterable(value.items()) if isinstance(value, Mapping) else iter(value)


def _scalar(tree: Tree, value: object) -> object:
    if isinstance(value, str):
        return value if type(value) is str else str.__str__(value)
    if not isinstance(value, _SCALARS) and not tree.wants_key:
        tree.fault(None, f"found a value of the type {type(value).__name__}, expected a text.")
    return value
