"""Keys: a value of JSON whose keys are each accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from pmexport.importing.draft import Draft
from pmexport.importing.notes import Bin, Note

_NO_FIELD = "pmexport does not know this key."


class Keys:
    """A mapping of a JSON source. Every scalar in it gets one note: taken, left out, or not understood.

        keys = Keys(source.json(), draft, source.name)
        draft.fields["title"] = keys.take("name", field="title")
        for item in keys.each("follow_ups"):
            ...
        keys.leave("id", because="It is of use to machines only.")
        keys.note_rest()

    A key that is missing or null is None, and needs no note.
    """

    def __init__(self, value: Any, draft: Draft, file: str = "", path: str = "") -> None:
        """Take a value of JSON. Of anything but a mapping, there is nothing to take."""
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        self._draft = draft
        self.file = file
        """The name of the file."""
        self._path = path
        self._insides: dict[str, Keys] = {}
        self._done: set[str] = set()
        if not isinstance(value, dict):
            self._note_scalars(value, path, "not_understood", "", "Expected a mapping.")

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    @property
    def name(self) -> str:
        """The key whose value this is; that of the list if it is an item of one."""
        return self._path.rpartition(".")[2].partition("[")[0]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._value))

    def peek(self, key: str) -> Any:
        """Return the value of a key without accounting for it."""
        return self._value.get(key)

    def text(self, key: str) -> str:
        """Return the text of a key without accounting for it; empty if it is missing or not a text."""
        value = self._value.get(key)
        return value if isinstance(value, str) else ""

    def take(self, key: str, field: str, remark: str = "") -> str | None:
        """Return the text of a key, which goes to this path of the report. A remark asks the author to look at it.

        None if the key is missing, empty, or not a text; then it is left to `note_rest`.
        """
        text = self.text(key)
        if not text.strip():
            return None
        self._finish(key, "taken", field, remark)
        return text

    def take_all(self, key: str, field: str, remark: str = "") -> Any:
        """Return the value of a key, with everything in it; all of it goes to this path of the report."""
        self._finish(key, "taken", field, remark)
        return self._value.get(key)

    def move(self, key: str, field: str, remark: str = "") -> None:
        """Note that the text of a key is in a section of its own, at this path. A value of another type is not."""
        if self.text(key).strip():
            self._finish(key, "own_section", field, remark)

    def split(self, key: str, notes: Iterable[Note]) -> None:
        """Note what became of the parts of a text that has several, such as a document with headings."""
        if key not in self:
            return
        self._done.add(key)
        self._draft.notes += [replace(note, file=self.file, key=self._join(key)) for note in notes]

    def rest(self) -> Iterator[tuple[Keys, str]]:
        """Yield the keys that are not accounted for, here and in all mappings inside, each with its mapping.

        Account for them while you go: the keys in a mapping are yielded after it.
        """
        for key, value in self._value.items():
            if key not in self._done:
                yield self, key
            if key not in self._done and isinstance(value, dict):
                self.inside(key)
            elif key not in self._done and isinstance(value, list) and any(isinstance(one, dict) for one in value):
                self.each(key)
        for inside in list(self._insides.values()):
            yield from inside.rest()

    def inside(self, key: str) -> Keys:
        """Return the mapping at a key; an empty one if there is none."""
        if key not in self._insides:
            value = self._value.get(key)
            self._done |= {key} if isinstance(value, dict) else set()
            mapping = value if isinstance(value, dict) else {}
            self._insides[key] = Keys(mapping, self._draft, self.file, self._join(key))
        return self._insides[key]

    def each(self, key: str) -> list[Keys]:
        """Return the mappings in the list at a key; none if it is no list, or taken. Other items are not understood."""
        value = self._value.get(key)
        if not isinstance(value, list):
            return []
        paths = [f"{self._join(key)}[{number}]" for number in range(len(value))]
        if key not in self._done:
            self._done.add(key)
            items = zip(paths, value, strict=True)
            self._insides |= {path: Keys(item, self._draft, self.file, path) for path, item in items}
        return [self._insides[path] for path in paths if path in self._insides]

    def leave(self, *keys: str, because: str, hidden: bool = False) -> None:
        """Leave out these keys, with everything in them, by a rule that this sentence states.

        hidden: whether the notes do not repeat the values.
        """
        for key in keys:
            self._finish(key, "left_out", "", because, hidden=hidden)

    def miss(self, key: str, because: str) -> None:
        """Note that a key, with everything in it, is not understood, for a reason that this sentence states."""
        self._finish(key, "not_understood", "", because)

    def leave_rest(self, because: str) -> None:
        """Leave out every key that is not accounted for, here and in the mappings inside; the notes hide the values."""
        self._finish_rest("left_out", because, hidden=True)

    def note_rest(self, because: str = _NO_FIELD) -> None:
        """Note every key that is not accounted for, here and in the mappings inside, as not understood."""
        self._finish_rest("not_understood", because)

    def _finish_rest(self, bin_: Bin, because: str, *, hidden: bool = False) -> None:
        for key in self._value:
            if key not in self._done:
                self._finish(key, bin_, "", because, hidden=hidden)
        for inside in self._insides.values():
            inside._finish_rest(bin_, because, hidden=hidden)  # noqa: SLF001 - our own

    def _finish(self, key: str, bin_: Bin, field: str, reason: str, *, hidden: bool = False) -> None:
        if key not in self._done:
            self._done.add(key)
            self._note_scalars(self._value.get(key), self._join(key), bin_, field, reason, hidden=hidden)

    def _note_scalars(self, value: Any, path: str, bin_: Bin, field: str, reason: str, *, hidden: bool = False) -> None:
        notes = (
            Note(bin_, self.file, key=at, field=field, text="" if hidden else str(scalar), reason=reason)
            for at, scalar in _walk_scalars(value, path)
        )
        self._draft.notes += notes

    def _join(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def _walk_scalars(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the scalars in a value that are not empty, each with its path."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from _walk_scalars(inside, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            yield from _walk_scalars(inside, f"{path}[{number}]")
    elif value not in (None, ""):
        yield path, value
