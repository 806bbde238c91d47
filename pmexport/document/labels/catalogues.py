"""Read catalogues: the built-in ones, and those in the `labels` folders of themes, which add languages or change words.

A theme's catalogue of a language that is built in states only what differs; that of another language states everything.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeGuard

from pmexport.document.labels.conventions import find_script
from pmexport.errors import InputError, ThemeError
from pmexport.limits import DEFAULT
from pmexport.problems import Problem
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.parsed_tree import Parsed
from pmexport.reading.source_text import SourceText
from pmexport.reading.toml_reader import parse_toml

FALLBACK = "en"
FOLDER = "labels"
"""The folder in a theme."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_COUNTED = "{count}"
"""The placeholder by which a plural form is chosen. A phrase with it may be a table of forms by plural category."""
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_CHOICES = {"unit": ("long", "short"), "unit_space": ("", " ")}
"""The values of settings that are not words."""

Catalogue = dict[str, Any]


def known_languages(folders: tuple[Path, ...] = ()) -> list[str]:
    """Return the languages that have a catalogue, built in or in the folders of a theme."""
    files = (*resources.files(__package__).iterdir(), *(path for folder in folders for path in _list_files(folder)))
    return sorted({file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")})


def find_language(tag: str, folders: tuple[Path, ...] = ()) -> str | None:
    """Return the language whose catalogue a language tag (BCP 47) gets: `de` for `de-AT`, `zh-Hans` for `zh-CN`.

    None if there is no catalogue of its language in its script.
    """
    names = {name.lower(): name for name in known_languages(folders)}
    primary, *others = tag.lower().split("-")
    if tag.lower() in names:
        return names[tag.lower()]
    if primary in names and not any(len(part) == 4 and part.isalpha() for part in others):
        return names[primary]
    wanted = find_script(tag)
    return next((name for name in names.values() if find_script(name) == wanted), None)


def read_catalogue(language: str, folders: tuple[Path, ...] = ()) -> Catalogue:
    """Return the catalogue of a known language. folders: a theme's, its own first.

    Raises ThemeError with everything that is wrong in a theme's catalogue, at its place.
    """
    built_in = _read_built_in(language)
    values: Catalogue = built_in or {}
    places = []
    for folder in reversed(folders):
        if (path := folder / FOLDER / f"{language}.toml").is_file():
            parsed = _parse_file(path)
            _raise_problems(parsed, _check_values(parsed.value))
            values = _merge(values, parsed.value)
            places.append(parsed)
    if not built_in and places:
        _raise_problems(places[-1], _list_missing(values))
    return values


def english() -> Catalogue:
    """Return the English catalogue, which has every key."""
    return _read_built_in(FALLBACK) or {}


@cache
def _read_built_in(language: str) -> Catalogue | None:
    file = resources.files(__package__).joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else None


def _list_files(folder: Path) -> Iterator[Path]:
    return (folder / FOLDER).glob("*.toml") if (folder / FOLDER).is_dir() else iter(())


def _parse_file(path: Path) -> Parsed:
    try:
        return parse_toml(SourceText(path.read_text("utf-8").removeprefix("\N{BYTE ORDER MARK}"), str(path)), DEFAULT)
    except InputError as error:
        raise ThemeError(problems=error.problems) from None
    except (OSError, ValueError) as error:
        raise ThemeError(problems=[Problem(f"the file cannot be read: {error}.", file=str(path))]) from error


def _merge(under: Mapping[str, Any], over: Any) -> Catalogue:
    """Return values with others over them. A text replaces plural forms, and the reverse."""
    if not isinstance(over, Mapping):
        return dict(under)
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        is_table = isinstance(value, Mapping) and not is_plural(value)
        both[key] = _merge(old, value) if isinstance(old, Mapping) and is_table else value
    return both


# ---- what is wrong

Finding = tuple[tuple[str, ...], str, str]
"""A path, a message and the help."""


def _raise_problems(parsed: Parsed, findings: Iterator[Finding]) -> None:
    problems = []
    for path, message, help_ in findings:
        extent, exact = parsed.extent.find(path)
        start = extent.key if exact and extent.key is not None else extent.start
        problems.append(Problem(message, ".".join(path), help=help_).at(parsed.source.place(start)))
    if problems:
        raise ThemeError(problems=problems)


def _check_values(values: object, known: object = None, path: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield what is wrong with the values that a catalogue states."""
    known = english() if known is None else known
    if not isinstance(known, Mapping):
        yield from _check_text(values, str(known), path)
    elif not isinstance(values, Mapping):
        yield path, f"found {name_value(values)}, expected a table.", ""
    else:
        for key, value in values.items():
            if key in known:
                yield from _check_values(value, known[key], (*path, key))
            else:
                near = difflib.get_close_matches(key, known, n=1)
                help_ = f"Did you mean {near[0]}?" if near else f"Known keys: {', '.join(known)}."
                yield (*path, key), f'found the unknown key "{shorten(key)}".', help_


def _check_text(value: object, known: str, path: tuple[str, ...]) -> Iterator[Finding]:
    if path[0] == "formats" and path[-1] in _CHOICES:
        if value not in _CHOICES[path[-1]]:
            yield path, f"found {name_value(value)}, expected {' or '.join(map(repr, _CHOICES[path[-1]]))}.", ""
    elif isinstance(value, str):
        yield from _check_placeholders(value, known, path)
    elif has_plurals(path, known) and is_plural(value):
        for form in value.values():
            yield from _check_placeholders(form, known, path)
    else:
        forms = ", or a table of texts by plural category, with `other`" if has_plurals(path, known) else ""
        yield path, f"found {name_value(value)}, expected a text{forms}.", ""


def _check_placeholders(text: str, known: str, path: tuple[str, ...]) -> Iterator[Finding]:
    """Yield whether placeholders are missing or unknown. A plural form need not state the number: `one item`."""
    found, expected = _PLACEHOLDER.findall(text), _PLACEHOLDER.findall(known)
    optional = {"count"} if has_plurals(path, known) else set()
    if not text.strip() and known.strip():
        yield path, "found an empty text.", ""
    elif not set(expected) - optional <= set(found) <= set(expected) or len(set(found)) < len(found):
        names = ", ".join(f"{{{name}}}" for name in expected) or "none"
        yield path, f'found other placeholders than those of English: "{shorten(text)}".', f"Placeholders: {names}."


def _list_missing(values: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the keys that a catalogue of a new language lacks, each with its place: where its table is."""
    for path, text in walk_texts(english()):
        here: Any = values
        for key in path:
            here = here.get(key) if isinstance(here, Mapping) else None
        if here is None:
            message = f"the key {'.'.join(path)} is missing."
            yield path, message, f"English: {shorten(str(text))}" if text else ""


def has_plurals(path: tuple[str, ...], english: str) -> bool:
    """Return whether a text may be a table of plural forms."""
    return path[0] == "phrases" and _COUNTED in english


def is_plural(value: object) -> TypeGuard[Mapping[str, str]]:
    """Return whether a value is a table of texts by plural category."""
    return (
        isinstance(value, Mapping)
        and "other" in value
        and set(value) <= set(_CATEGORIES)
        and all(isinstance(form, str) for form in value.values())
    )


def walk_texts(values: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the texts of a catalogue, or their plural forms, by their paths."""
    for key, value in values.items():
        if isinstance(value, Mapping) and not is_plural(value):
            yield from walk_texts(value, (*path, key))
        else:
            yield (*path, key), value
