"""Read catalogues: the built-in ones, and those of themes and house styles, which add languages or change words.

A catalogue of a known language, such as `de`, or of a region of it, such as `de-AT`, states only what differs; that of
another language states everything.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeGuard

from pmexport.document.clean_text import clean, clean_characters
from pmexport.document.labels.conventions import find_script
from pmexport.errors import ThemeError
from pmexport.problems import Place, Problem, suggest_name
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.parsed_tree import Parsed
from pmexport.reading.theme_text import parse_text

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
Catalogues = Mapping[str, Mapping[str, Any]]
"""Those of a house style, by language."""
_NONE: Catalogues = {}


def known_languages(folders: tuple[Path, ...] = (), own: Catalogues = _NONE) -> list[str]:
    """Return the languages that have a catalogue: built in, in the folders of a theme, or of a house style (own)."""
    files = (*resources.files(__package__).iterdir(), *(path for folder in folders for path in _list_files(folder)))
    return sorted({*own, *(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))})


def find_language(tag: str, folders: tuple[Path, ...] = (), own: Catalogues = _NONE) -> str | None:
    """Return the language whose catalogue a language tag (BCP 47) gets: `de` for `de-AT`, `zh-Hans` for `zh-CN`.

    None if there is no catalogue of its language in its script.
    """
    return _choose_language(tag, known_languages(folders, own))


def find_primary(tag: str) -> str:
    """Return the language of a tag without script and region: `zh` for `zh-TW`."""
    return tag.lower().partition("-")[0]


def _choose_language(tag: str, known: Iterable[str]) -> str | None:
    names = {name.lower(): name for name in known}
    primary, *others = tag.lower().split("-")
    if tag.lower() in names:
        return names[tag.lower()]
    if primary in names and not any(len(part) == 4 and part.isalpha() for part in others):
        return names[primary]
    wanted = find_script(tag)
    return next((name for name in names.values() if find_script(name) == wanted), None)


def read_catalogue(
    language: str, folders: tuple[Path, ...] = (), own: Catalogues = _NONE, common: Mapping[str, Any] | None = None
) -> Catalogue:
    """Return the catalogue of a known language.

    folders: a theme's, its own first. own, common: the words of a house style, in some languages and in all.
    Raises ThemeError with everything that is wrong in a theme's catalogue, at its place; and if words are missing.
    """
    languages = [language]
    while base := find_base(languages[0], folders, own):
        languages.insert(0, base)
    values: Catalogue = _read_built_in(languages[0]) or {}
    places = []
    for path in (folder / FOLDER / f"{name}.toml" for name in languages for folder in reversed(folders)):
        if path.is_file():
            parsed = parse_text(path)
            _raise_problems(parsed, check_values(parsed.value))
            values = _merge(values, parsed.value)
            places.append(parsed)
    for words in (common, *(own.get(name) for name in languages)):
        values = _merge(values, words)
    if not _read_built_in(languages[0]):
        _raise_problems(places[-1] if places else None, list_missing(values))
    return values


def find_base(language: str, folders: tuple[Path, ...], own: Catalogues) -> str | None:
    """Return the language whose words another one has unless it states its own: `de` for `de-AT`.

    None for one that is built in, or states all of its words.
    """
    if _read_built_in(language):
        return None
    known = (name for name in known_languages(folders, own) if name != language)
    return _choose_language(language, (name for name in known if _read_built_in(name) or len(name) < len(language)))


def english() -> Catalogue:
    """Return the English catalogue, which has every key."""
    return _read_built_in(FALLBACK) or {}


@cache
def _read_built_in(language: str) -> Catalogue | None:
    file = resources.files(__package__).joinpath(f"{language}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else None


def _list_files(folder: Path) -> Iterator[Path]:
    return (folder / FOLDER).glob("*.toml") if (folder / FOLDER).is_dir() else iter(())


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


def _raise_problems(parsed: Parsed | None, findings: Iterator[Finding]) -> None:
    """Raise ThemeError with what was found, at its place in a file, if there is one."""
    problems = []
    for path, message, help_ in findings:
        place = locate_words(parsed, path) if parsed else Place()
        problems.append(Problem(message, ".".join(path), help=help_).at(place))
    if problems:
        raise ThemeError(problems=problems)


def locate_words(parsed: Parsed, path: tuple[str | int, ...]) -> Place:
    """Return the place of a key in a file; of the nearest one above it if the file does not have it."""
    extent, exact = parsed.extent.find(path)
    return parsed.source.place(extent.key if exact and extent.key is not None else extent.start)


def check_values(values: object, known: object = None, path: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield what is wrong with the values that a catalogue states."""
    known = english() if known is None else known
    if not isinstance(known, Mapping):
        yield from _check_text(values, str(known), path)
    elif not isinstance(values, Mapping):
        yield path, f"found {name_value(values)}, expected a table.", ""
    else:
        for key, value in values.items():
            if key in known:
                yield from check_values(value, known[key], (*path, key))
            else:
                help_ = suggest_name(key, known, f"Known keys: {', '.join(known)}.")
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
    elif clean(text) != text or {"\n", "\t"} & set(text):
        yield path, f"found a line break or a control character in {name_value(clean_characters(text))}.", ""
    elif re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        yield path, f'found a brace outside of a placeholder: "{shorten(text)}".', ""
    elif not set(expected) - optional <= set(found) <= set(expected) or len(set(found)) < len(found):
        names = ", ".join(f"{{{name}}}" for name in expected) or "none"
        yield path, f'found other placeholders than those of English: "{shorten(text)}".', f"Placeholders: {names}."


def list_missing(values: Mapping[str, Any]) -> Iterator[Finding]:
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
