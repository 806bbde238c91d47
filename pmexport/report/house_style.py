"""What an organisation sets for all of its reports: words, order, and fields of its own. It never changes a report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, cast, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PrivateAttr
from pydantic_core import PydanticCustomError

from pmexport.problems import suggest_name
from pmexport.report.field_types import PRIVATE_KEYS, to_text
from pmexport.report.model import Language, Milestone, Report, Stage, State, find_milestone, stage_of
from pmexport.report.sections import SectionEntry, section_keys
from pmexport.report.vocabulary import Tone, find_meaning, match_word, normalize_word

_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def refuse(expected: str, known: Collection[str] = (), written: str = "", help_: str = "") -> PydanticCustomError:
    """Return the error for a value that is not what is expected. known: all that are, to suggest the nearest one."""
    help_ = suggest_name(written, known, help_)
    return PydanticCustomError("house_style", "not allowed", {"expected": expected, "help": help_})


def _check_text(value: object) -> str:
    """Return a text that is to be printed. Raises PydanticCustomError for anything else."""
    text = to_text(value) if isinstance(value, str) else None
    if text is None:
        raise refuse("a string")
    text = " ".join(text.split())
    if not all(map(_is_printed, text)) or not any(map(str.isprintable, text)):
        raise refuse("a string that can be printed")
    return text


def _is_printed(character: str) -> bool:
    """Return whether a document can contain a character. Those that change the direction of text cannot be in words."""
    is_character = ord(character) & 0xFFFE != 0xFFFE  # the others stand for no character
    return is_character and unicodedata.category(character) not in ("Cc", "Co", "Cs") and character not in _DIRECTIONS


def _check_section(key: str) -> str:
    if key not in section_keys():
        raise refuse("the key of a section: " + ", ".join(section_keys()), section_keys(), key)
    return key


def _check_field(name: str) -> str:
    if name in Report.model_fields:
        raise refuse("a key that reports do not have yet")
    if not _FIELD_NAME.fullmatch(name) or re.search(PRIVATE_KEYS, name):
        raise refuse("a key of small letters, digits and _, such as cost_center")
    return name


def _one_of(*choices: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in choices:
            raise refuse(f"{', '.join(choices[:-1])} or {choices[-1]}", choices, value)
        return value

    return AfterValidator(check)


def _check_words(value: object) -> object:
    if not isinstance(value, dict):
        raise refuse("a table of words, or the path of a file with them")
    return value


Words = Annotated[str, BeforeValidator(_check_text)]
"""Words that a document shows, on one line."""
SectionKey = Annotated[str, AfterValidator(_check_section)]
FieldName = Annotated[str, AfterValidator(_check_field)]


class Settings(BaseModel):
    """A table of the file. Unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SectionSettings(Settings):
    """Which sections a document has, in which order, and what they are called."""

    order: tuple[SectionKey, ...] = ()
    """The sections that come first. The others follow in the template's order. A section inside another one, such as
    `root_cause`, is moved inside it."""
    hide: tuple[SectionKey, ...] = ()
    """Sections that no document shows. A note names those that a report fills."""
    titles: dict[SectionKey, Words] = {}
    """The headings of sections, by key."""

    def arrange(self, entries: tuple[SectionEntry, ...]) -> tuple[SectionEntry, ...]:
        """Return the sections in their order, the hidden ones included."""
        place = {key: number for number, key in enumerate(self.order)}
        ordered = sorted(entries, key=lambda entry: place.get(entry.key, len(place)))
        return tuple(SectionEntry(one.key, one.fields, self.arrange(one.inside)) for one in ordered)


class Wording(Settings):
    """The words that every document has."""

    kind: Words = ""
    """The name of the kind of document, below the title. Default: `Post-Mortem / Root Cause Analysis Report`."""
    footer: Words = ""
    """The words at the end of a document, instead of those about blamelessness."""
    footer_below: Words = ""
    """A paragraph below the words at the end."""


def _check_required(path: str) -> str:
    """Return a path of the report. Those of fields of the organisation's own are checked with the whole style."""
    if not re.fullmatch(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?", path):
        raise refuse("a field of reports, such as services or impact.revenue")
    return path


class Required(Settings):
    """What the gate asks for."""

    final: tuple[Annotated[str, AfterValidator(_check_required)], ...] = ()
    """Fields that a final report must fill: `services`, `impact.revenue`, or a field of your own."""


class HouseStyle(Settings):
    """What an organisation sets about the content of its documents. The defaults are those of pmexport."""

    language: Language = None
    """The language of documents whose report does not state one."""
    sections: SectionSettings = SectionSettings()
    document: Wording = Wording()
    metadata: dict[FieldName, Words] = {}
    """Fields of your own that reports may set at the top level, each with its name in the metadata table."""
    severities: dict[str, Annotated[str, _one_of(*get_args(Tone))]] = {}
    """Your severities, the worst first, each with its tone: critical, warning, caution, info, good or neutral."""
    phases: dict[str, Annotated[str, _one_of(*get_args(Milestone))]] = {}
    """Your phases of the timeline, each with the milestone that it is."""
    statuses: dict[str, Annotated[str, _one_of(*get_args(State), *get_args(Stage))]] = {}
    """Your statuses of action items, each with its state: open, done or dropped. Also statuses of reports: draft,
    in_review or final."""
    required: Required = Required()
    labels: dict[str, Annotated[dict[str, Any], BeforeValidator(_check_words)]] = {}
    """Words of documents, by language, such as `[labels.de.sections] lessons = "Was bleibt"`; or the path of a file of
    them, such as `it = "words/it.toml"`. The keys are those of the built-in catalogues."""

    _theme_folders: tuple[Path, ...] = PrivateAttr(default=())

    @property
    def theme_folders(self) -> tuple[Path, ...]:
        """The folders of the organisation's theme if it has words of its own, by which its documents are recognised."""
        return self._theme_folders

    @cached_property
    def common_words(self) -> dict[str, Any]:
        """The words for documents in any language, as a part of a catalogue. Those in `labels` come before them."""
        words = {"kind": self.document.kind, "footer": self.document.footer, "sections": self.sections.titles}
        return {key: value for key, value in words.items() if value}

    def language_of(self, report: Report) -> str:
        """Return the language of a report's document."""
        return report.language or self.language or "en"

    def milestone_of(self, phase: str | None) -> Milestone | None:
        """Return the milestone that a timeline phase maps to; None if it maps to none."""
        own = match_word(self._phases, phase or "")
        return cast("Milestone | None", own) or find_milestone(phase)

    def state_of(self, status: str | None) -> State:
        """Return the state that an action item's status means; unknown words mean that it is open."""
        return self.known_state(status or "") or "open"

    def known_state(self, status: str) -> State | None:
        """Return the state that an action item's status means; None for an unknown word."""
        own = match_word(self._states, status)
        return cast("State | None", own or find_meaning("action_states", status))

    def stage_of(self, status: str) -> Stage | None:
        """Return the stage that a report's status means; None for an unknown word."""
        return cast("Stage | None", match_word(self.stages, status)) or stage_of(status)

    @cached_property
    def stages(self) -> dict[str, str]:
        """The organisation's words for the stages of reports, as they are looked up."""
        return self._select_statuses(get_args(Stage))

    @cached_property
    def _states(self) -> dict[str, str]:
        return self._select_statuses(get_args(State))

    def _select_statuses(self, meanings: tuple[str, ...]) -> dict[str, str]:
        return normalize_words({word: meaning for word, meaning in self.statuses.items() if meaning in meanings})

    def tone_of(self, severity: str) -> Tone | None:
        """Return the tone of one of the organisation's severities; None for any other."""
        return cast("Tone | None", match_word(self._severities, severity))

    @cached_property
    def _phases(self) -> dict[str, str]:
        return normalize_words(self.phases)

    @cached_property
    def _severities(self) -> dict[str, str]:
        return normalize_words(self.severities)


def normalize_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return words as they are looked up, each with its meaning."""
    return {normalize_word(word): meaning for word, meaning in words.items()}


PLAIN = HouseStyle()
"""The house style of an organisation that sets nothing."""
