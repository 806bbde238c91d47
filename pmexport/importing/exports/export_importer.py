"""What importers of exports have in common: several JSON files, each of a known kind, are one report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from pmexport.errors import InputError
from pmexport.importing.draft import Draft
from pmexport.importing.exports.export import Export, Rules
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.json_keys import Keys
from pmexport.importing.sources import SourceFile
from pmexport.problems import Problem

Kinds = Mapping[str, Callable[[Any], bool]]
"""The kinds of files of a format, in the order in which they are read, each with how its content is recognised."""
_NAMES_SHOWN = 8
_LIST = ""
"""The key of a file that is a list."""


class ExportImporter(ABC):
    """Reads the files of one format."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    takes: ClassVar[str]
    kinds: ClassVar[Kinds]
    certain: ClassVar[frozenset[str]]
    """The kinds that no other format has."""
    rules: ClassVar[Rules] = {}

    def recognizes(self, sources: Sequence[SourceFile]) -> bool:
        """Return whether every file is of a kind that the format has, and one of a kind that only it has."""
        kinds = [self._find_kind(source) for source in sources]
        return None not in kinds and not self.certain.isdisjoint(kinds)

    def read(self, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
        """Return the draft of the report that the files are about. Raises InputError."""
        export = Export(options, self.name)
        found = [(self._require_kind(source), source) for source in sources]
        for kind in self.kinds:
            for source in (source for named, source in found if named == kind):
                value = source.json()
                self.take(kind, export, export.open({_LIST: value} if isinstance(value, list) else value, source.name))
        return self.finish(export)

    @abstractmethod
    def take(self, kind: str, export: Export, keys: Keys) -> None:
        """Take what a file of this kind says. Raises InputError if it is about several incidents."""

    def finish(self, export: Export) -> Draft:
        """Return the draft when all files are taken."""
        return export.finish(self.rules)

    def _find_kind(self, source: SourceFile) -> str | None:
        try:
            value = source.json()
        except InputError:
            return None
        return next((kind for kind, is_kind in self.kinds.items() if is_kind(value)), None)

    def _require_kind(self, source: SourceFile) -> str:
        source.json()
        kind = self._find_kind(source)
        if kind is None:
            source.fail(f"it is not an export of the format {self.name}.", f"The format takes: {self.takes}.")
        return kind


def has_keys(value: Any, *keys: str) -> bool:
    """Return whether a value is a mapping with these keys."""
    return isinstance(value, dict) and all(key in value for key in keys)


def has_items(value: Any, *keys: str) -> bool:
    """Return whether a value is a list of mappings, the first of which has these keys."""
    return isinstance(value, list) and bool(value) and has_keys(value[0], *keys)


def get_inside(value: Any, *path: str) -> Any:
    """Return what is at a path of keys; None if there is nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def first_item(value: Any, *envelopes: str) -> Any:
    """Return the item that a file is about, or the first of several, as it is, in a list or below a key."""
    name = next((key for key in envelopes if get_inside(value, key) is not None), None)
    inside = value if name is None else value[name]
    return next(iter(inside), None) if isinstance(inside, list) else inside


def all_items(keys: Keys, *envelopes: str) -> list[Keys]:
    """Return the items in a file, which are where `first_item` finds the first one."""
    name = next((key for key in (_LIST, *envelopes) if key in keys), None)
    if name is None:
        return [keys]
    return keys.each(name) if isinstance(keys.peek(name), list) else [keys.inside(name)]


def only_item(keys: Keys, *envelopes: str, name: str, key: str = "id") -> Keys:
    """Return the only item in a file. Raises InputError if there are several, whose names and ids it lists."""
    items = all_items(keys, *envelopes)
    if len(items) > 1:
        listed = "; ".join(f"{item.peek(key)} {item.peek(name)}" for item in items[:_NAMES_SHOWN])
        more = "; \N{HORIZONTAL ELLIPSIS}" if len(items) > _NAMES_SHOWN else ""
        message = f"it has {len(items)} incidents: {listed}{more}."
        raise InputError([Problem(message, file=keys.file, help="Leave only one of them in the file.")])
    return items[0]
