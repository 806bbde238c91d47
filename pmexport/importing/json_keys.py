"""Keys: a value of JSON whose keys are each accounted for."""

from __future__ import annotations

from collections.abc import Iterator
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
        self._file = file
        self._path = path
        self._insides: dict[str, Keys] = {}
        self._done: set[str] = set()
        if not isinstance(value, dict):
            self._note_scalars(value, path, "not_understood", "", "Expected a mapping.")

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def peek(self, key: str) -> Any:
        """Return the value of a key without accounting for it."""
        return self._value.get(key)

    def take(self, key: str, field: str, remark: str = "") -> str | None:
        """Return the text of a key, which goes to this path of the report. A remark asks the author to look at it.

        Booleans are texts as well. None if the key is missing, empty, or not a scalar; then it is left to `note_rest`.
        """
        value = self._value.get(key)
        text = str(value).lower() if isinstance(value, bool) else value
        if not isinstance(text, str) or not text.strip():
            return None
        self._finish(key, "taken", field, remark)
        return text

    def take_all(self, key: str, field: str) -> Any:
        """Return the value of a key, with everything in it; all of it goes to this path of the report."""
        self._finish(key, "taken", field, "")
        return self._value.get(key)

    def inside(self, key: str) -> Keys:
        """Return the mapping at a key; an empty one if there is none."""
        if key not in self._insides:
            value = self._value.get(key)
            self._done |= {key} if isinstance(value, dict) else set()
            mapping = value if isinstance(value, dict) else {}
            self._insides[key] = Keys(mapping, self._draft, self._file, self._join(key))
        return self._insides[key]

    def each(self, key: str) -> list[Keys]:
        """Return the mappings in the list at a key; none if it is not a list. Other items are not understood."""
        value = self._value.get(key)
        if not isinstance(value, list):
            return []
        paths = [f"{self._join(key)}[{number}]" for number in range(len(value))]
        if key not in self._done:
            self._done.add(key)
            items = zip(paths, value, strict=True)
            self._insides |= {path: Keys(item, self._draft, self._file, path) for path, item in items}
        return [self._insides[path] for path in paths]

    def leave(self, *keys: str, because: str) -> None:
        """Leave out these keys, with everything in them, by a rule that this sentence states."""
        for key in keys:
            self._finish(key, "left_out", "", because)

    def note_rest(self, because: str = _NO_FIELD) -> None:
        """Note every key that is not accounted for, here and in the mappings inside, as not understood."""
        for key in self._value:
            if key not in self._done:
                self._finish(key, "not_understood", "", because)
        for inside in self._insides.values():
            inside.note_rest(because)

    def _finish(self, key: str, bin_: Bin, field: str, reason: str) -> None:
        if key not in self._done:
            self._done.add(key)
            self._note_scalars(self._value.get(key), self._join(key), bin_, field, reason)

    def _note_scalars(self, value: Any, path: str, bin_: Bin, field: str, reason: str) -> None:
        notes = (
            Note(bin_, self._file, key=at, field=field, text=str(scalar), reason=reason)
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
