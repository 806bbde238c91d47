"""The model of the file: what an organisation sets about its documents, and the defaults of what renders them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationInfo

from pmexport.checks.levels import SETTINGS, Levels, Setting
from pmexport.checks.suppression import suggest_rule
from pmexport.errors import InputError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Place, Problem
from pmexport.report.digest import shorten_digest
from pmexport.report.house_style import HouseStyle, Settings, refuse
from pmexport.report.moments import read_date

LOGO = "tokens.logo"
"""The key of a logo's file that is in the folder of the configuration."""
LIMITS = tuple(field.name for field in fields(Limits))


def _check_format(name: str, info: ValidationInfo) -> str:
    if info.context is not None and name not in info.context.formats:
        known = info.context.formats
        raise refuse(f"a format: {', '.join(known)}", known, name)
    return name


def _read_day(value: object) -> dt.date:
    day = value if isinstance(value, dt.date) else read_date(value) if isinstance(value, str) else None
    if day is None or isinstance(day, dt.datetime):
        raise refuse("a date, such as 2026-04-01")
    return day


def _check_limit(name: str) -> str:
    if name not in LIMITS:
        raise refuse(f"a limit: {', '.join(LIMITS)}", LIMITS, name)
    return name


def _check_rule(rule_id: str, info: ValidationInfo) -> str:
    if info.context is not None and rule_id not in info.context.rules:
        raise refuse("the id of a rule", help_=suggest_rule(rule_id, info.context.rules))
    return rule_id


def _check_level(level: object) -> object:
    if level not in SETTINGS:
        raise refuse("error, warning, note or off", SETTINGS, level if isinstance(level, str) else "")
    return level


def _check_addresses(text: str) -> str:
    from pmexport.renderers.mail import addresses  # noqa: PLC0415 - only if the file sets some

    if not addresses.are_addresses(text):
        raise refuse(addresses.EXPECTED)
    return text


Addresses = Annotated[str, AfterValidator(_check_addresses)]
RuleId = Annotated[str, AfterValidator(_check_rule)]
Level = Annotated[Setting, BeforeValidator(_check_level)]


class MailSettings(Settings):
    """The addresses of mail drafts. The options of the command come first."""

    to: Addresses | None = None
    """The addresses to which mail drafts go, separated by commas."""
    cc: Addresses | None = None
    """The addresses to which a copy goes."""
    sender: Addresses | None = None
    """The address from which mail drafts come."""
    reply_to: Addresses | None = None
    """The address to which answers go."""


class Config(HouseStyle):
    """Everything that the file sets. Each key is optional; the command line and the report come first."""

    theme: str | None = None
    """The theme: the name of a built-in one, or a folder beside the file, such as `./acme`."""
    word_template: str | None = None
    """The company's Word template, a .docx or .dotx file in the folder of the file."""
    formats: tuple[Annotated[str, AfterValidator(_check_format)], ...] = ()
    """The formats to write if the command names none. Default: pdf."""
    as_of: Annotated[dt.date | None, BeforeValidator(_read_day)] = None
    """The reference date for overdue action items."""
    typography: Literal["plain", "smart"] | None = None
    """`smart`: the quotes and dashes of the document's language. `plain`: as written. Default: the theme's."""
    mail: MailSettings = MailSettings()
    tokens: dict[str, Any] = Field(default_factory=dict)
    """Tokens that replace the theme's, such as `[tokens.colors] accent = "#0b6e4f"`."""
    limits: dict[Annotated[str, AfterValidator(_check_limit)], Annotated[int, Field(strict=True, ge=1)]] = Field(
        default_factory=dict
    )
    """Bounds on what is read for a report, such as `log_lines = 1000`."""
    checks: dict[RuleId, Level] = Field(default_factory=dict)
    """The levels of rules, by id: error, warning, note or off."""

    _path: Path | None = PrivateAttr(default=None)
    _files: Mapping[str, Path] = PrivateAttr(default_factory=dict)
    _places: Mapping[str, Place] = PrivateAttr(default_factory=dict)
    _digest: str = PrivateAttr(default="")

    @property
    def path(self) -> Path | None:
        """The file; None if there is none."""
        return self._path

    @property
    def places(self) -> Mapping[str, Place]:
        """The place of each setting in the file, by its path, such as `sections.order`."""
        return self._places

    def read_from(
        self,
        path: Path,
        places: Mapping[str, Place],
        files: Mapping[str, Path],
        contents: Sequence[bytes],
        theme_folders: tuple[Path, ...] = (),
    ) -> Config:
        """Return the same settings, read from a file.

        files: the paths of the theme's folder, the Word template, the logo and the words of languages, by their keys.
        contents: those of the Word template and the logo.
        theme_folders: those of the theme if it has words of its own.
        """
        config = self.model_copy()
        content = [self.content(), *contents]
        config._path, config._places, config._files = path, places, files  # noqa: SLF001 - our own
        config._theme_folders = theme_folders  # noqa: SLF001 - our own
        config._digest = "" if content == [PLAIN_CONTENT] else shorten_digest(content)  # noqa: SLF001 - our own
        return config

    def content(self) -> bytes:
        """Return what reaches documents of any format, as canonical JSON."""
        values = self.model_dump(mode="json", include=set(HouseStyle.model_fields))
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    @property
    def digest(self) -> str:
        """The short digest of the house style, which documents record; empty if the file sets nothing about them."""
        return self._digest

    @property
    def key(self) -> str:
        """The digest of all settings that documents and findings depend on."""
        return sha256(self.model_dump_json().encode() + self._digest.encode()).hexdigest()

    @property
    def theme_source(self) -> str | Path | None:
        """The theme as `find_theme` takes it: a name, or the path of a folder."""
        return self._files.get("theme", self.theme)

    @property
    def template_path(self) -> Path | None:
        """The path of the Word template."""
        return self._files.get("word_template")

    @property
    def logo_path(self) -> Path | None:
        """The path of the logo if it is in the folder of the file, otherwise the theme has it."""
        return self._files.get(LOGO)

    @property
    def other_paths(self) -> list[Path]:
        """The paths of the logo and of files with the words of languages."""
        return [*([self.logo_path] if self.logo_path else []), *self.label_paths]

    @property
    def label_paths(self) -> list[Path]:
        """The paths of files with the words of languages."""
        return [path for key, path in self._files.items() if key.startswith("labels.")]

    @property
    def token_overrides(self) -> dict[str, Any]:
        """The tokens that replace those of the theme."""
        return dict(self.tokens) | ({"typography": self.typography} if self.typography else {})

    def override_limits(self, given: Mapping[str, int]) -> Config:
        """Return the same settings with other values of some limits, which are not those of the file."""
        config = self.model_copy(update={"limits": {**self.limits, **given}})
        places = {key: place for key, place in self._places.items() if key.removeprefix("limits.") not in given}
        config._places = places  # noqa: SLF001 - our own
        return config

    def resolve_limits(self, given: Limits | None) -> Limits:
        """Return the given limits, otherwise the default ones with those of the file. Raises InputError for others."""
        if given is None:
            return replace(DEFAULT, **self.limits)
        if not isinstance(given, Limits):
            raise _refuse_type("limits", given, "Pass Limits(…), such as Limits(log_lines=1000).")
        return given

    def resolve_levels(self, given: Levels | None) -> Levels:
        """Return the levels of rules in the file, and before them the given ones."""
        return {**self.checks, **(given or {})}

    def find_raised(self) -> dict[str, int]:
        """Return the limits that the file sets higher than the default ones."""
        own = asdict(DEFAULT)
        return {name: value for name, value in self.limits.items() if value > own[name]}


NO_CONFIG = Config()
"""The configuration of an organisation that has no file."""
PLAIN_CONTENT = NO_CONFIG.content()


def require_config(given: object) -> Config:
    """Return the configuration that a caller gave, otherwise none. Raises InputError for a value of another type."""
    if given is None:
        return NO_CONFIG
    if not isinstance(given, Config):
        raise _refuse_type("config", given, 'Pass load_config("pmexport.toml").')
    return given


def _refuse_type(name: str, given: object, help_: str) -> InputError:
    return InputError([Problem(f"{name} is a value of the type {type(given).__name__}.", help=help_)])
