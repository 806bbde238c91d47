"""Read a configuration. Each problem has its file, line and column.

A configuration may come from the same strangers as the report beside it, so it is read within limits, and the paths in
it stay in its folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pmexport import reading
from pmexport.assets.folder import Folder, UnavailableError
from pmexport.document.labels import catalogues, known_languages, spell_tag
from pmexport.errors import InputError, ThemeError
from pmexport.house_style.config import LOGO, Config
from pmexport.house_style.config_conflicts import find_conflicts
from pmexport.house_style.theme_choice import choose_theme
from pmexport.limits import Limits
from pmexport.problems import Place, Problem, suggest_name
from pmexport.reading.encoding import decode
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.parsed_tree import Parsed
from pmexport.reading.paths import write_path
from pmexport.reading.settings_model import EXPECTED_TYPES, list_keys
from pmexport.reading.source_text import MOST, SourceText, report_problems
from pmexport.reading.suggestions import find_part
from pmexport.reading.toml_reader import parse_toml
from pmexport.renderers import registry
from pmexport.report.model import Report, is_language_tag
from pmexport.report.vocabulary import find_meaning
from pmexport.theming import themes

OWN_FILE, SHARED_FILE = "pmexport.toml", "pyproject.toml"
_TABLE = ("tool", "pmexport")
"""Where the settings are in the shared file."""
_LIMITS = Limits(file_bytes=2**20)
_FILE_BYTES = 64 * 2**20
_MOST_MISSING = 10
"""Keys that a message lists."""
_REASONS = {
    "missing": "there is no such file.",
    "outside": "it is outside the folder of this file.",
}

Step = str | int


def read_config(path: Path) -> Config | None:
    """Return the configuration in a file; None if it is a shared file that does not configure pmexport.

    Raises InputError for a file that is missing, not regular, larger than 1 MiB or not valid TOML, and with every
    wrong key, value and path in it.
    """
    data = reading.file_bytes(path, _LIMITS.file_bytes)
    shared = path.name == SHARED_FILE
    if shared and b"pmexport" not in data:
        return None
    name = str(path)
    parsed = parse_toml(SourceText(decode(data, name, _LIMITS), name), _LIMITS)
    table = parsed.value or {}
    for step in _TABLE if shared else ():
        if not isinstance(table, Mapping) or step not in table:
            return None
        table = table[step]
    return _ConfigTable(path, parsed, _TABLE if shared else (), table).read()


class _ConfigTable:
    """The table of a file that has the settings."""

    def __init__(self, path: Path, parsed: Parsed, steps: tuple[str, ...], table: object) -> None:
        self._path, self._parsed, self._steps, self._table = path, parsed, steps, table
        self._included: dict[str, Parsed] = {}
        """The files of words that the table names, by language."""

    def read(self) -> Config:
        """Return the settings. Raises InputError."""
        if not isinstance(self._table, Mapping):
            raise InputError([Problem(f"found {name_value(self._table)}, expected a table.").at(self._locate(()))])
        table = {**self._table, **self._include_labels(self._table.get("labels"))}
        try:
            config = Config.model_validate(table, context=_Installed())
        except ValidationError as error:
            raise report_problems(self._list_wrong(table, error), str(self._path)) from None
        files = self._find_files(config)
        problems = [*self._check_fields(config), *(one for one in files.values() if isinstance(one, Problem))]
        folders = _find_theme_folders(files.get("theme", config.theme))
        problems += islice(self._check_labels(config, folders), MOST)
        problems = problems or [*islice(self._find_conflicts(config), MOST)]
        if problems:
            raise report_problems(problems, str(self._path))
        places = {write_path(path): self._locate(path) for path in _walk_settings(table)}
        found = {key: path for key, path in files.items() if isinstance(path, Path)}
        contents = [reading.file_bytes(found[key], _FILE_BYTES) for key in ("word_template", LOGO) if key in found]
        found |= {f"labels.{name}": Path(parsed.source.file) for name, parsed in self._included.items()}
        config = config.read_from(self._path, places, found, contents, folders)
        self._check_tokens(config)
        return config

    def _list_wrong(self, table: dict[str, Any], error: ValidationError) -> list[Problem]:
        """Return what is wrong with the values, and with the files that the other settings name."""
        details = error.errors(include_url=False)
        wrong = {one["loc"][0] for one in details if one["loc"]}
        others = {key: value for key, value in table.items() if key in ("theme", "word_template") and key not in wrong}
        files = self._find_files(Config.model_validate(others, context=_Installed()))
        missing = (one for one in files.values() if isinstance(one, Problem))
        return [*map(self._explain_error, details), *missing]

    def _check_tokens(self, config: Config) -> None:
        """Raise InputError for wrong tokens. Rendering reports what is wrong with the theme itself."""
        try:
            if config.token_overrides:
                choose_theme(None, config)
        except ThemeError as error:
            own = [one for one in error.problems if one.file == str(self._path)]
            if own:
                raise InputError(replace(one, path=f"tokens.{one.path}") for one in own) from None

    def _include_labels(self, labels: object) -> dict[str, object]:
        """Return the words of documents with those in files that the table names, which are read within limits."""
        if not isinstance(labels, Mapping):
            return {}
        for language, value in labels.items():
            if isinstance(value, str):
                path = self._find_file(("labels", language), value)
                if isinstance(path, Problem):
                    raise InputError([path])
                name = str(path)
                source = SourceText(decode(reading.file_bytes(path, _LIMITS.file_bytes), name, _LIMITS), name)
                self._included[language] = parse_toml(source, _LIMITS)
        return {"labels": {**labels, **{name: parsed.value or {} for name, parsed in self._included.items()}}}

    def _find_conflicts(self, config: Config) -> Iterator[Problem]:
        for path, message, help_ in find_conflicts(config):
            yield Problem(message, write_path(path), help=help_).at(self._locate(path, key=isinstance(path[-1], str)))

    def _check_labels(self, config: Config, folders: tuple[Path, ...]) -> Iterator[Problem]:
        """Yield what is wrong with words of documents, each at its place. folders: those of the theme, with words."""
        for language, words in config.labels.items():
            for path, message, help_ in _check_catalogue(language, words, folders, config.labels):
                here = ("labels", language, *path)
                yield Problem(message, write_path(here), help=help_).at(self._locate(here, key=True))

    def _explain_error(self, details: ErrorDetails) -> Problem:
        path = details["loc"]
        is_key = details["type"] == "extra_forbidden" or path[-1:] == ("[key]",)
        path = path[:-1] if path[-1:] == ("[key]",) else path
        message, help_ = _word_error(details, path, is_key=is_key)
        return Problem(message, write_path(path), help=help_).at(self._locate(path, key=is_key))

    def _locate(self, path: tuple[Step, ...], *, key: bool = False) -> Place:
        parsed, steps = self._parsed, (*self._steps, *path)
        if path[:1] == ("labels",) and path[1:2] and path[1] in self._included and path[2:]:
            parsed, steps = self._included[str(path[1])], path[2:]
        extent = parsed.extent.find(steps)[0]
        return parsed.source.place(extent.key if key and extent.key is not None else extent.start)

    def _check_fields(self, config: Config) -> Iterator[Problem]:
        """Yield the required fields that no report can have."""
        for number, name in enumerate(config.required.final):
            known, path = _list_alike(name, config), ("required", "final", number)
            if name not in known:
                help_ = suggest_name(name, known, "Declare a field of your own under [metadata].")
                message = f'found "{shorten(name)}", expected a field of reports.'
                yield Problem(message, write_path(path), help=help_).at(self._locate(path))

    def _find_files(self, config: Config) -> dict[str, Path | Problem]:
        """Return the folder of the theme and the Word template, each by its key, or what is wrong with it."""
        files: dict[str, Path | Problem] = {}
        if config.theme and ("/" in config.theme or "\\" in config.theme):
            files["theme"] = self._find_file(("theme",), config.theme, is_folder=True)
        elif config.theme and config.theme not in themes.theme_names():
            message, help_ = _explain_theme(config.theme)
            files["theme"] = Problem(message, "theme", help=help_).at(self._locate(("theme",)))
        if config.word_template:
            files["word_template"] = self._find_file(("word_template",), config.word_template)
        logo = config.tokens.get("logo")
        if isinstance(logo, str) and logo:
            path = self._find_file(("tokens", "logo"), logo)
            files |= {LOGO: path} if isinstance(path, Path) else {}  # otherwise, it is one of the theme's
        return files

    def _find_file(self, key: tuple[str, ...], name: str, *, is_folder: bool = False) -> Path | Problem:
        """Return the path of a file or folder below that of the configuration, without links; or what is wrong."""
        try:
            found = Folder(self._path.parent).find_path(name)
        except UnavailableError as error:
            reason = _REASONS.get(error.code, _REASONS["missing"])
        else:
            if (found / themes.TOKENS).is_file() if is_folder else found.is_file():
                return found
            missing = f"it is no theme: {themes.TOKENS} is missing." if found.is_dir() else "it is not a folder."
            reason = missing if is_folder else "it is not a file."
        return Problem(f'"{shorten(name)}" cannot be used: {reason}', write_path(key)).at(self._locate(key))


def _list_alike(name: str, config: Config) -> list[str]:
    """Return the fields that a required one can be: at the top level, or in the same part of a report."""
    known, (head, _, rest) = [*Report.model_fields, *config.metadata], name.partition(".")
    part = find_part((head,)) if rest else None
    return [f"{head}.{key}" for key in part.model_fields] if part else known


def _find_theme_folders(theme: Path | Problem | str | None) -> tuple[Path, ...]:
    """Return the folders of a theme with words of its own; none of one that is wrong, which rendering reports."""
    try:
        folders = themes.find_theme(theme).folders if isinstance(theme, Path) else ()
    except ThemeError:
        return ()
    return folders if any((folder / catalogues.FOLDER).is_dir() for folder in folders) else ()


def _check_catalogue(
    language: str, words: Mapping[str, Any], folders: tuple[Path, ...], own: catalogues.Catalogues
) -> Iterator[catalogues.Finding]:
    if help_ := _explain_language(language):
        yield (), f'found "{shorten(language)}", expected a language tag.', help_
        return
    found = False
    for finding in catalogues.check_values(words):
        found = True
        yield finding
    is_new = language not in known_languages(folders) and not catalogues.find_base(language, folders, own)
    missing = [] if found or not is_new else [".".join(path) for path, *_ in catalogues.list_missing(words)]
    if missing:
        more = f" and {len(missing) - _MOST_MISSING} more" if len(missing) > _MOST_MISSING else ""
        listed = ", ".join(missing[:_MOST_MISSING])
        message = f'"{language}" is a new language, which needs every key. Missing: {listed}{more}.'
        yield (), message, f"Languages: {', '.join(known_languages(folders))}."


def _explain_language(tag: str) -> str:
    """Return what to write instead of something that is no language tag as catalogues have them; empty if it is one."""
    spelt = spell_tag(tag)
    near = next((name for name in known_languages() if name.lower() == spelt.lower()), find_meaning("languages", tag))
    near = near or (spelt if is_language_tag(spelt) else "")
    if near == tag:
        return ""
    return f"Did you mean {near}?" if near else f"Languages: {', '.join(known_languages())}."


def _explain_theme(name: str) -> tuple[str, str]:
    """Return the message and the help for a theme that is not built in."""
    if name in themes.REPLACED:
        return f'the theme "{name}" is now a token.', themes.REPLACED[name]
    known = themes.theme_names()
    help_ = suggest_name(name, known, f"Built-in themes: {', '.join(known)}.")
    return f'found "{shorten(name)}", expected a built-in theme or a folder.', f"{help_} A folder begins with ./"


class _Installed:
    """The names that depend on what is installed, looked up when the file names one."""

    @cached_property
    def formats(self) -> list[str]:
        """The formats."""
        return registry.format_names()

    @cached_property
    def rules(self) -> list[str]:
        """The ids of rules."""
        from pmexport.checks.rule_registry import list_rules  # noqa: PLC0415 - imports Markdown

        return [rule.id for rule in list_rules()]


def _walk_settings(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the values in a table, those in tables inside it included."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _walk_settings(value, (*path, key))
        else:
            yield (*path, key)


def _word_error(details: ErrorDetails, path: tuple[Step, ...], *, is_key: bool) -> tuple[str, str]:
    """Return the message and the help for an error of Pydantic."""
    context = details.get("ctx", {})
    if details["type"] == "extra_forbidden":
        known, key = list_keys(Config, path[:-1]), str(path[-1])
        hint = suggest_name(key, known, f"Known keys: {', '.join(known)}.")
        return f'found the unknown key "{shorten(key)}".', hint
    expected = EXPECTED_TYPES.get(details["type"]) or context.get("expected") or "another value"
    found = f'"{shorten(str(path[-1]))}"' if is_key else name_value(details["input"])
    return f"found {found}, expected {expected}.", str(context.get("help", ""))
