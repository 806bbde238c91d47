"""Find settings that contradict each other: words that mean the same, names that are taken, repetitions."""

from collections.abc import Iterator, Mapping

from pmexport.document.labels import FALLBACK, labels_for
from pmexport.errors import ThemeError
from pmexport.house_style.config import Config
from pmexport.reading.found_values import shorten
from pmexport.report.vocabulary import normalize_word

Conflict = tuple[tuple[str | int, ...], str, str]
"""The path of a setting, what is wrong with it, and what to do."""


def find_conflicts(config: Config) -> Iterator[Conflict]:
    """Yield the settings that contradict an earlier one."""
    lists = {
        ("sections", "order"): config.sections.order,
        ("sections", "hide"): config.sections.hide,
        ("required", "final"): config.required.final,
        ("formats",): config.formats,
    }
    for path, items in lists.items():
        yield from _find_repeated(path, items)
    for name in ("severities", "phases", "statuses"):
        yield from _find_alike(name, getattr(config, name))
    yield from _find_taken(config)


def _find_repeated(path: tuple[str, ...], items: tuple[str, ...]) -> Iterator[Conflict]:
    for number, item in enumerate(items):
        if item in items[:number]:
            yield (*path, number), f'"{shorten(item)}" is in the list twice.', "Remove one of them."


def _find_alike(table: str, words: Mapping[str, str]) -> Iterator[Conflict]:
    """Yield words that are nothing but punctuation, and those that differ from an earlier one in it or in case only."""
    known: dict[str, str] = {}
    for word in words:
        key = normalize_word(word)
        if not key:  # it would mean what a text that is not given means
            found = f'"{shorten(word)}"' if word.strip() else "an empty text"
            yield (table, word), f"found {found}, expected a word with letters or digits.", ""
        elif key in known:
            message = f'"{shorten(word)}" is the same as "{shorten(known[key])}": case and punctuation do not matter.'
            yield (table, word), message, "Remove one of them."
        known.setdefault(key, word)


def _find_taken(config: Config) -> Iterator[Conflict]:
    """Yield fields of the organisation's own that are called as another field is in the metadata table."""
    try:
        labels = labels_for(config.language or FALLBACK, config.theme_folders, config)
    except ThemeError:  # rendering reports what is wrong with the theme
        return
    taken = {title.casefold(): title for title in labels.metadata.values()} if config.metadata else {}
    for name, title in config.metadata.items():
        if title.casefold() in taken:
            message = f'another field of the metadata table is called "{shorten(title)}".'
            yield ("metadata", name), message, "Choose another name, so that readers can tell them apart."
        taken.setdefault(title.casefold(), title)
