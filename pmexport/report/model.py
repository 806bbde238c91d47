"""The report: the author's input, validated and typed. The single source of every document.

It follows the post-mortem template heading by heading, with additions that real post-mortems need. Only `title` is
required. Texts stay as written; `facts` derives the rest.
"""

from __future__ import annotations

import ast
import difflib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Protocol,
    Required,
    Self,
    TypedDict,
    Unpack,
    cast,
)

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ModelSchema, WithDefaultSchema

from pmexport._version import FORMAT_VERSION
from pmexport.problems import Place, Problem, Source, find_nearest
from pmexport.report.edited_source import EditedSource, find_kept
from pmexport.report.examples import add_examples
from pmexport.report.field_types import (
    PRIVATE_KEYS,
    AlsoListed,
    DateText,
    Listed,
    Markdown,
    Part,
    RequiredMarkdown,
    RequiredText,
    Scalar,
    Text,
    allow_keys,
    none_if_empty,
)
from pmexport.report.moments import find_position, read_date
from pmexport.report.sections import section_keys
from pmexport.report.vocabulary import find_meaning, known_words, match_word
from pmexport.report.zones import read_zone, suggest_zones

Stage = Literal["draft", "in_review", "final"]
"""The stage of a report."""

Milestone = Literal["impact_started", "detected", "acknowledged", "mitigated", "resolved", "closed"]
"""The moments between which response times are measured, in their usual order."""

State = Literal["open", "done", "dropped"]
"""The states of an action item."""

_NOT_THE_INCIDENT = (
    "`status` describes the report, not the incident: write draft, in_review or final. "
    "Put the incident's times under `milestones`."
)


def stage_of(status: str) -> Stage | None:
    """Return the stage that a status names; None if it names none."""
    return cast("Stage | None", find_meaning("stages", status))


@lru_cache(maxsize=1000)
def find_milestone(phase: str | None) -> Milestone | None:
    """Return the milestone that a timeline phase maps to; None if it maps to none."""
    return cast("Milestone | None", find_meaning("milestones", phase)) if phase else None


def _check_status(status: str | None, info: ValidationInfo) -> str | None:
    own = info.context.stages if info.context else {}
    if status is None or match_word(own, status) or stage_of(status):
        return status
    near = difflib.get_close_matches(status.casefold(), known_words("stages"), n=1, cutoff=0.7)
    context = {"expected": "draft, in_review or final", "near": known_words("stages")[near[0]] if near else ""}
    if find_meaning("incident_states", status):
        context |= {"near": "", "help": _NOT_THE_INCIDENT}
    raise PydanticCustomError("status", "expected {expected}", context)


def _check_timezone(name: str | None) -> str | None:
    try:
        read_zone(name)
    except ValueError as error:
        expected = "an IANA time zone, such as Europe/Paris, an offset, such as UTC+2, or unknown"
        context = {"expected": expected, "near": suggest_zones(name or "")}
        raise PydanticCustomError("timezone", "expected {expected}", context) from error
    return name


def _check_language(tag: str | None) -> str | None:
    if tag is None or is_language_tag(tag):
        return tag
    context = {"expected": "a language tag, such as en or pt-BR", "near": find_meaning("languages", tag)}
    raise PydanticCustomError("language", "expected {expected}", context)


def is_language_tag(tag: str) -> bool:
    """Return whether a text has the form of a language tag (BCP 47). No longer language code is registered."""
    return re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*", tag.strip()) is not None


def _check_section(key: str | None) -> str | None:
    if key is None or key in section_keys():
        return key
    expected = "the key of a section: " + ", ".join(section_keys())
    near = find_nearest(key, section_keys())
    raise PydanticCustomError("section", "expected {expected}", {"expected": expected, "near": near})


_STATUS_SCHEMA = {"anyOf": [{"enum": ["draft", "in_review", "final"]}, {"type": ["string", "null"]}]}
_METRIC_SCHEMA: JsonSchemaValue = {
    "type": ["string", "number", "boolean", "null"],
    "description": "A metric of your own.",
}
_SECTION_SCHEMA = {"enum": [*section_keys(), None]}

Status = Annotated[Text, AfterValidator(_check_status), WithJsonSchema(_STATUS_SCHEMA)]
Zone = Annotated[Text, AfterValidator(_check_timezone)]
Language = Annotated[Text, AfterValidator(_check_language)]
Section = Annotated[Text, AfterValidator(_check_section), WithJsonSchema(_SECTION_SCHEMA)]


class Person(Part):
    """A person, or a role without a name. A plain string is taken as the name."""

    main_field: ClassVar[str | None] = "name"

    name: Text = None
    """The person's name."""
    role: Text = None
    """The role in the incident: Database on-call."""
    team: Text = None
    """The person's team."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[PersonFields]) -> None: ...


class TimelineEntry(Part):
    """One event of the timeline. A plain string is taken as the event; a time at its beginning is the entry's time."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra=allow_keys(r"^\W*\d|^[A-Z][a-z]{2,8},? \d"))
    main_field: ClassVar[str | None] = "event"

    time: Text = None
    """The time: `2026-03-14 14:02`, `14:02` (on the previous entry's date), `2:02 PM`, ISO 8601, or a date. An offset
    may follow: `14:02 UTC`, `14:02 UTC+2`. Anything else is shown as written and is not used in computations."""
    end: Text = None
    """The end of an event with a duration, in the same formats as `time`."""
    phase: Text = Field(
        default=None,
        examples=[
            "Impact",
            "Detection",
            "Triage",
            "Escalation",
            "Investigation",
            "Mitigation",
            "Resolution",
            "Monitoring",
        ],
    )
    """Detection, Triage, Escalation, Investigation, Mitigation, Resolution, Monitoring, or a word of your own."""
    actor: Text = None
    """The person or system that acted."""
    event: Markdown = None
    """What happened. Markdown."""
    link: Text = None
    """A URL with more information, beginning with https://, http:// or mailto:."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[TimelineEntryFields]) -> None: ...


class Milestones(Part):
    """The moments between which response times are measured, in the formats of a timeline's `time`.

    If omitted, taken from the timeline entries whose phase maps to the milestone: from the last one for mitigated and
    resolved, otherwise from the first.
    """

    impact_started: Text = None
    """When users were first affected. Default: the first entry with phase impact, impact started or outage begins."""
    detected: Text = None
    """When you first learned of it. Default: the first entry with phase detection, detected or alert."""
    acknowledged: Text = None
    """When somebody took charge. Default: the first entry with phase triage, acknowledged or declared."""
    mitigated: Text = None
    """When users were no longer affected. Default: the last entry with phase mitigation, mitigated or workaround that
    is not after the resolution."""
    resolved: Text = None
    """When the cause was removed. Default: the last entry with phase resolution, resolved, recovered or fixed."""
    closed: Text = None
    """When the incident was declared over. Default: the first entry with phase closed or confirmed, or with phase
    monitoring after the resolution."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[MilestonesFields]) -> None: ...


class Why(Part):
    """One of the five whys. A plain string is taken as the question; what follows its question mark is the answer."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra=allow_keys(r"\?\s*$|^[Ww]hy\b."))
    main_field: ClassVar[str | None] = "why"

    why: Markdown = None
    """The question: Why did checkouts fail? Markdown."""
    because: Markdown = None
    """The answer. Markdown."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[WhyFields]) -> None: ...


class Impact(Part):
    """The impact of the incident: the six built-in metrics, then your own, in the order written."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="allow",
        json_schema_extra={"additionalProperties": _METRIC_SCHEMA, "patternProperties": {PRIVATE_KEYS: {}}},
    )
    __pydantic_extra__: dict[str, Text] = Field(init=False)

    @model_validator(mode="before")
    @classmethod
    def _drop_copy(cls, value: object) -> object:
        """Return a value without the second copy of its metrics that Pydantic passes when it validates them again."""
        match value:
            case {"__pydantic_extra__": dict() as metrics, **rest} if metrics.items() <= rest.items():
                return rest
        return value

    total_downtime: Text = None
    """How long the service was down: 47m."""
    requests_affected: Text = None
    """A count or a percentage: 1.2 M (18%)."""
    users_affected: Text = None
    """A count or a percentage: 41,000."""
    revenue: Text = None
    """An estimate, if applicable: €210,000 (estimate)."""
    sla: Text = None
    """The share of the error budget consumed or remaining: 68 % of the monthly budget."""
    data_loss: Text = None
    """Yes or No, with details if applicable."""

    if TYPE_CHECKING:

        def __init__(self, **metrics: Scalar | None) -> None: ...


class ActionItem(Part):
    """An action that prevents the incident from happening again. A plain string is taken as the action.

    A checkbox before the action is its status: `[x] Add an alert` is done.
    """

    main_field: ClassVar[str | None] = "action"

    id: Text = None
    """The id: AI-1. Numbered if omitted."""
    action: Markdown = None
    """The action in one sentence. Markdown."""
    details: Markdown = None
    """Further details. Markdown."""
    owner: Text = None
    """The owner: a person or a team."""
    priority: Text = Field(default=None, examples=["High", "Medium", "Low"])
    """High, Medium, Low, or your organisation's own word."""
    deadline: DateText = None
    """The due date: 2026-04-01."""
    status: Text = Field(default=None, examples=["Open", "In progress", "Done", "Won't do"])
    """Open, In progress, Done, Won't do, or your organisation's own word. Default: open."""
    type: Text = Field(
        default=None, examples=["prevent", "mitigate", "detect", "process", "repair", "investigate", "other"]
    )
    """The kind of action: prevent, mitigate, detect, process, repair, investigate or other."""
    ticket: Listed[RequiredText] = ()
    """The ticket that tracks the work: one or more URLs or numbers."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[ActionItemFields]) -> None: ...


class Log(Part):
    """A log excerpt, shown as written. A plain string is taken as the log's text, or as its file: app.log."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra=allow_keys(r"\.[a-z]{3,6}(\.[0-9]+)?$"))
    main_field: ClassVar[str | None] = "text"

    title: Text = None
    """A short title."""
    language: Text = None
    """The language for syntax highlighting: text, json, bash, sql."""
    text: Text = None
    """The lines, best written as a block after `|`."""
    file: Text = None
    """A file that contains the lines, instead of `text`; relative to the report and inside its folder."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[LogFields]) -> None: ...


class Figure(Part):
    """A graph or a screenshot. A plain string sets the caption, or the file: errors.png."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra=allow_keys(r"\.[A-Za-z]{3,4}$"))
    main_field: ClassVar[str | None] = "caption"

    src: Text = None
    """A PNG, JPEG, GIF or WebP file, relative to the report and inside its folder. A URL is shown as a link and never
    fetched."""
    alt: Text = None
    """A description for readers who cannot see the image."""
    caption: Markdown = None
    """The caption. Markdown."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[FigureFields]) -> None: ...


class RelatedIncident(Part):
    """Another incident that is related to this one. A plain string sets `text`."""

    main_field: ClassVar[str | None] = "text"

    id: Text = None
    """The incident's id: INC-2025-0911."""
    title: Text = None
    """The incident's title."""
    link: Text = None
    """The URL of its report."""
    text: Markdown = None
    """How it relates to this incident. Markdown."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[RelatedIncidentFields]) -> None: ...


class CustomSection(Part):
    """A custom section."""

    title: RequiredText
    """The heading."""
    after: Section = None
    """The key of the section after which it is placed, such as summary. Default: just before the appendix."""
    text: Markdown = None
    """The content. Markdown."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[CustomSectionFields]) -> None: ...


class Suppression(Part):
    """A finding of `check` to suppress."""

    ignore: RequiredText
    """The rule's id: PM012."""
    at: Text = None
    """The section or field in which to suppress it. Default: the whole report."""
    because: RequiredText
    """The reason."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[SuppressionFields]) -> None: ...


class WrittenSource(NamedTuple):
    """The content of a file that a report was read from."""

    name: str
    """As the user gave it; empty if there is none."""
    format: str
    """yaml, json or toml."""
    data: bytes


class Declared(Protocol):
    """What an organisation declares about its reports."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """The names of its own fields, by key."""

    @property
    def stages(self) -> Mapping[str, str]:
        """Its words for the stages of reports, as they are looked up."""


def _check_own_field(name: str, info: ValidationInfo) -> str:
    """Return the name of a field that the organisation has declared."""
    if info.context and name in info.context.metadata:
        return name
    raise PydanticCustomError("extra_forbidden", "unknown key")


class Report(Part):
    """A post-mortem report. Only the title is required. Keys that begin with `x-` are private and not shown."""

    # Fields that an organisation declares are extra fields. Its house style is the context in which a report is
    # validated: without it, an unknown key is an error. A report has places and files, and is validated when used.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="allow",
        revalidate_instances="never",
        json_schema_extra={"additionalProperties": False, "patternProperties": {PRIVATE_KEYS: {}}},
    )
    __pydantic_extra__: dict[Annotated[str, AfterValidator(_check_own_field)], Text] = Field(init=False)

    title: RequiredText
    """One line that says what happened: Checkout unavailable in the EU region. The only required field."""
    id: Text = None
    """The incident's id: INC-2026-0142."""
    status: Status = None
    """The status of this report: draft (the default), in_review or final. Common spellings are accepted."""
    severity: Text = Field(default=None, examples=["P1", "P2", "P3", "P4"])
    """Your organisation's severity: P1, SEV-2, Critical."""
    date: DateText = None
    """The first day of the incident: 2026-03-14."""
    published: DateText = None
    """The date on which the report was finalized: 2026-03-19."""
    revision: Text = None
    """The revision of the report: 3."""
    finalized_digest: Text = None
    """The SHA-256 digest of the report when it was finalized. `pmexport finalize` writes it; not shown."""
    classification: Text = Field(
        default=None, examples=["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    )
    """Who may read the report: free text, or a TLP 2.0 label such as TLP:GREEN."""
    language: Language = None
    """The language of your text, as a language tag: en (the default), de, pt-BR."""
    timezone: Zone = None
    """The time zone of times without an offset, and for display: an IANA name such as Europe/Paris, or an offset such
    as UTC+2. Default: UTC. `unknown` if nobody knows it: times are then shown without a zone."""
    duration: Text = None
    """The time from detection to resolution, printed as written: 1h 25m. If omitted, derived from the milestones."""
    services: Listed[RequiredText] = ()
    """The affected services."""
    user_impact: Markdown = None
    """What users experienced, and how many were affected. Markdown."""
    commander: Annotated[Person | None, BeforeValidator(none_if_empty), AlsoListed(1)] = None
    """The incident commander: a name, or a mapping with name, role and team."""
    responders: Listed[Person] = ()
    """The other responders: names, or mappings with name, role and team."""
    authors: Listed[Person] = ()
    """The authors of the report."""
    tags: Listed[RequiredText] = ()
    """Keywords for searching."""
    summary: Markdown = None
    """Two or three sentences: what happened, the impact, how it was resolved. Markdown."""
    background: Markdown = None
    """What readers need to know about the system. Markdown."""
    timeline: Listed[TimelineEntry] = ()
    """The events, in chronological order."""
    milestones: Annotated[Milestones, AlsoListed()] = Field(default_factory=Milestones)
    """The moments between which response times are measured. If omitted, taken from the timeline's phases."""
    what_happened: Markdown = None
    """A technical description of what went wrong. Markdown."""
    trigger: Markdown = None
    """What triggered the incident. Markdown."""
    detection: Markdown = None
    """How the incident was detected. Markdown."""
    five_whys: Listed[Why] = ()
    """The chain from the failure to its root cause."""
    root_cause: Listed[RequiredMarkdown] = ()
    """One clear statement of the root cause, or a list for several. Markdown."""
    resolution: Markdown = None
    """How the incident was resolved. Markdown."""
    contributing_factors: Listed[RequiredMarkdown] = ()
    """What made the incident possible, more likely or worse. Markdown."""
    impact: Annotated[Impact, AlsoListed()] = Field(default_factory=Impact)
    """The impact: the six built-in metrics, then your own."""
    went_well: Listed[RequiredMarkdown] = ()
    """What worked well. Markdown."""
    could_improve: Listed[RequiredMarkdown] = ()
    """What did not work as it should. Markdown."""
    got_lucky: Listed[RequiredMarkdown] = ()
    """What could have made the incident worse but did not. Markdown."""
    action_items: Listed[ActionItem] = ()
    """The follow-up actions."""
    lessons: Listed[RequiredMarkdown] = ()
    """What was learned. Markdown."""
    logs: Listed[Log] = ()
    """Log excerpts for the appendix."""
    figures: Listed[Figure] = ()
    """Graphs and screenshots for the appendix."""
    related_incidents: Listed[RelatedIncident] = ()
    """Similar or connected incidents."""
    sections: Listed[CustomSection] = ()
    """Custom sections."""
    checks: Listed[Suppression] = ()
    """Findings of `check` to suppress, each with a reason."""

    if TYPE_CHECKING:

        def __init__(self, **fields: Unpack[ReportFields]) -> None: ...

    _sound: bool = PrivateAttr(default=False)
    _base: Path | None = PrivateAttr(default=None)
    _source: WrittenSource | None = PrivateAttr(default=None)
    _files: Mapping[str, bytes] = PrivateAttr(default_factory=dict)
    _origin: Source | None = PrivateAttr(default=None)
    _remarks: tuple[Problem, ...] = PrivateAttr(default=())
    _written: Report | None = PrivateAttr(default=None)
    _declared: Declared | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _remember_declared(self, info: ValidationInfo) -> Self:
        """Keep what the organisation has declared: the report's stage depends on it, and so does a change of it."""
        self._declared = info.context
        return self

    @model_validator(mode="after")
    def _mark_sound(self) -> Report:
        self._sound = True
        return self

    @property
    def is_sound(self) -> bool:
        """Whether all values were validated: not after `model_copy(update=…)` or `model_construct`."""
        return self._sound

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Report:
        """Return a copy, as Pydantic does. With other values it has no places in the file, and is validated when used.

        `with_fields` validates at once, and keeps the places of what stays.
        """
        report = super().model_copy(update=update, deep=deep)
        if update:
            report._sound, report._origin = False, None  # noqa: SLF001 - our own
            report._remarks, report._written = (), None  # noqa: SLF001 - our own
        return report

    def with_fields(self, **changes: Unpack[ReportChanges]) -> Report:
        """Return the same report with other values for these fields. Raises Pydantic's ValidationError.

        Findings cite the lines of the file for everything that stays, also for entries of a list that move; what is
        new has a path, but no line.
        """
        report = (
            Report.model_validate(dict(self) | dict(changes), context=self._declared)
            .based_at(self.base)
            .with_files(self.files)
        )
        report._source = self._source  # noqa: SLF001 - our own
        origin = self._origin and EditedSource(
            self._origin, {name: find_kept(getattr(self, name), getattr(report, name)) for name in changes}
        )
        kept = (remark for remark in self._remarks if re.split(r"[.\[]", remark.path)[0] not in changes)
        return report.read_from(origin, tuple(kept))

    def with_event(
        self, event: TimelineEntry | Mapping[str, object] | str | None = None, /, **fields: Unpack[TimelineEntryFields]
    ) -> Report:
        """Return the same report with one more event: at its time if the others are in order, otherwise at the end.

        event: the entry, instead of its fields. Raises Pydantic's ValidationError.
        """
        entry = TimelineEntry.model_validate(fields if event is None else event)
        day, times = read_date(self.date), [one.time for one in self.timeline]
        number = find_position(times, entry.time, read_zone(self.timezone), day)
        return self.with_fields(timeline=(*self.timeline[:number], entry, *self.timeline[number:]))

    def with_action_item(
        self, item: ActionItem | Mapping[str, object] | str | None = None, /, **fields: Unpack[ActionItemFields]
    ) -> Report:
        """Return the same report with one more action item, at the end.

        item: the action item, instead of its fields. Raises Pydantic's ValidationError.
        """
        added = ActionItem.model_validate(fields if item is None else item)
        return self.with_fields(action_items=(*self.action_items, added))

    @property
    def stage(self) -> Stage:
        """The stage of the report; a report without a status is a draft."""
        own = cast("Stage | None", match_word(self._declared.stages if self._declared else {}, self.status or ""))
        return own or stage_of(self.status or "") or "draft"

    @property
    def own_fields(self) -> Mapping[str, str]:
        """The fields of the organisation's own that have a value, by key."""
        return {name: value for name, value in (self.__pydantic_extra__ or {}).items() if value}

    @property
    def base(self) -> Path | None:
        """The folder of the report's images and logs; None if there is none."""
        return self._base

    def based_at(self, base: Path | None) -> Report:
        """Return the same report with its images and logs in this folder."""
        report = self.model_copy()
        report._base = base  # noqa: SLF001 - our own
        report._written = self._written and self._written.based_at(base)  # noqa: SLF001 - our own
        return report

    @property
    def files(self) -> Mapping[str, bytes]:
        """Images and logs that came with the report, by the paths that name them; others are in its folder."""
        return self._files

    def with_files(self, files: Mapping[str, bytes]) -> Report:
        """Return the same report with these images and logs instead of those that came with it."""
        report = self.model_copy()
        report._files = files  # noqa: SLF001 - our own
        report._written = self._written and self._written.with_files(files)  # noqa: SLF001 - our own
        return report

    @property
    def source(self) -> WrittenSource | None:
        """The file that the report was read from; None if it was not read from YAML, JSON or TOML."""
        return self._source

    def written_in(self, source: WrittenSource) -> Report:
        """Return the same report, read from this file."""
        report = self.model_copy()
        report._source = source  # noqa: SLF001 - our own
        return report

    @property
    def written(self) -> Report:
        """The report as its file says, without values that were set from outside."""
        return self._written or self

    def overriding(self, written: Report) -> Report:
        """Return the same report, which differs from the written one by values that were set from outside."""
        report = self.model_copy()
        report._written = written  # noqa: SLF001 - our own
        return report

    @property
    def origin(self) -> Source | None:
        """The text that the report was read from, which finds the place of each part."""
        return self._origin

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What was noticed in the text while it was read, such as a part of it that is not in the report."""
        return self._remarks

    def locate(self, problem: Problem) -> Problem:
        """Return a problem with the place of its path, if it has none and the place is known."""
        is_unplaced = self._origin and problem.path and problem.place == Place()
        return problem.at(self._origin.find(problem.path)) if self._origin and is_unplaced else problem

    def read_from(self, origin: Source | None, remarks: tuple[Problem, ...] = ()) -> Report:
        """Return the same report, read from this text if it is known, in which this was noticed."""
        report = self.model_copy()
        report._origin = origin  # noqa: SLF001 - our own
        report._remarks = remarks  # noqa: SLF001 - our own
        return report


SCHEMA_ID = f"https://raw.githubusercontent.com/pmexport/pmexport/main/docs/schema/report-{FORMAT_VERSION}.json"
"""The URI that identifies the JSON Schema of this version of the format."""

_HOW_TO_WRITE = """
A report is written as YAML, JSON or TOML. How to fill it in:
- Leave out what is not known. A field that is empty or absent is left out of the document, together with its heading.
- Every value is text and is shown as written: 41,000, 1.2 M (18%), ca. 11:20. Do not convert numbers or times.
- Fields described as Markdown take GitHub Flavored Markdown. In YAML, put several lines in a block after |, and quote
  a value that contains a colon followed by a space, or that begins with a mark such as @, *, [ or %.
- A list with one item may be written as that item. Some mappings may be written as a string: their description says so.
- Times such as "14:02" are on the date of the entry before; the first is on `date`. They are in the zone `timezone`;
  write unknown there if you do not know it, and never guess.
- Response times are computed from the timeline: give the entries at which impact, detection, mitigation and resolution
  happened the phases Impact, Detection, Mitigation and Resolution; or set `milestones`.
- Images and logs are files in the folder of the report or below it. A URL is shown as a link and never fetched.
- Unknown keys are errors, except in `impact`, where they are metrics of your own, and keys that begin with x-.
- `pmexport check --format json` lists what is wrong, with its path, line and column, and in `help` what to do about it.
""".strip()


class _EditorSchema(GenerateJsonSchema):
    """Describes fields by their docstrings, and omits defaults and titles, which do not help authors."""

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for name, text in read_docstrings(schema["cls"]):
            if name in made["properties"]:
                made["properties"][name] |= {"description": text}
        return made

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base's signature
        return False


def read_docstrings(model: type) -> Iterator[tuple[str, str]]:
    """Yield the name and the docstring of each field that a class defines.

    Pydantic would read them whenever the class is imported, which takes a tenth of a short command's time.
    """
    (definition,) = ast.parse(inspect.getsource(model)).body
    for field, text in pairwise(definition.body if isinstance(definition, ast.ClassDef) else ()):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a report file, for editors, programs and agents."""
    schema = Report.model_json_schema(schema_generator=_EditorSchema)
    schema["properties"]["$schema"] = {"type": "string", "description": "The URL of this schema, for editors."}
    add_examples(schema)
    described = f"{schema['description']}\n\n{_HOW_TO_WRITE}"
    own = {"title": "pmexport report", "description": described, "type": "object"}
    return {"$schema": GenerateJsonSchema.schema_dialect, "$id": SCHEMA_ID} | own | schema | own


if TYPE_CHECKING:
    # What constructors take. Derived from the fields of the classes above: `make samples` updates it.
    Entry = Mapping[str, object]

    class PersonFields(TypedDict, total=False):
        name: Scalar | None
        role: Scalar | None
        team: Scalar | None

    class TimelineEntryFields(TypedDict, total=False):
        time: Scalar | None
        end: Scalar | None
        phase: Scalar | None
        actor: Scalar | None
        event: Scalar | None
        link: Scalar | None

    class MilestonesFields(TypedDict, total=False):
        impact_started: Scalar | None
        detected: Scalar | None
        acknowledged: Scalar | None
        mitigated: Scalar | None
        resolved: Scalar | None
        closed: Scalar | None

    class WhyFields(TypedDict, total=False):
        why: Scalar | None
        because: Scalar | None

    class ActionItemFields(TypedDict, total=False):
        id: Scalar | None
        action: Scalar | None
        details: Scalar | None
        owner: Scalar | None
        priority: Scalar | None
        deadline: Scalar | None
        status: Scalar | None
        type: Scalar | None
        ticket: Sequence[Scalar | None] | Scalar | None

    class LogFields(TypedDict, total=False):
        title: Scalar | None
        language: Scalar | None
        text: Scalar | None
        file: Scalar | None

    class FigureFields(TypedDict, total=False):
        src: Scalar | None
        alt: Scalar | None
        caption: Scalar | None

    class RelatedIncidentFields(TypedDict, total=False):
        id: Scalar | None
        title: Scalar | None
        link: Scalar | None
        text: Scalar | None

    class CustomSectionFields(TypedDict, total=False):
        title: Required[Scalar]
        after: Scalar | None
        text: Scalar | None

    class SuppressionFields(TypedDict, total=False):
        ignore: Required[Scalar]
        at: Scalar | None
        because: Required[Scalar]

    class _ReportRest(TypedDict, total=False):
        id: Scalar | None
        status: Scalar | None
        severity: Scalar | None
        date: Scalar | None
        published: Scalar | None
        revision: Scalar | None
        finalized_digest: Scalar | None
        classification: Scalar | None
        language: Scalar | None
        timezone: Scalar | None
        duration: Scalar | None
        services: Sequence[Scalar | None] | Scalar | None
        user_impact: Scalar | None
        commander: Person | Entry | Scalar | None
        responders: Sequence[Person | Entry | Scalar | None] | Person | Entry | Scalar | None
        authors: Sequence[Person | Entry | Scalar | None] | Person | Entry | Scalar | None
        tags: Sequence[Scalar | None] | Scalar | None
        summary: Scalar | None
        background: Scalar | None
        timeline: Sequence[TimelineEntry | Entry | Scalar | None] | TimelineEntry | Entry | Scalar | None
        milestones: Milestones | Entry | None
        what_happened: Scalar | None
        trigger: Scalar | None
        detection: Scalar | None
        five_whys: Sequence[Why | Entry | Scalar | None] | Why | Entry | Scalar | None
        root_cause: Sequence[Scalar | None] | Scalar | None
        resolution: Scalar | None
        contributing_factors: Sequence[Scalar | None] | Scalar | None
        impact: Impact | Entry | None
        went_well: Sequence[Scalar | None] | Scalar | None
        could_improve: Sequence[Scalar | None] | Scalar | None
        got_lucky: Sequence[Scalar | None] | Scalar | None
        action_items: Sequence[ActionItem | Entry | Scalar | None] | ActionItem | Entry | Scalar | None
        lessons: Sequence[Scalar | None] | Scalar | None
        logs: Sequence[Log | Entry | Scalar | None] | Log | Entry | Scalar | None
        figures: Sequence[Figure | Entry | Scalar | None] | Figure | Entry | Scalar | None
        related_incidents: Sequence[RelatedIncident | Entry | Scalar | None] | RelatedIncident | Entry | Scalar | None
        sections: Sequence[CustomSection | Entry | None] | CustomSection | Entry | None
        checks: Sequence[Suppression | Entry | None] | Suppression | Entry | None

    class ReportChanges(_ReportRest, total=False):
        title: Scalar

    class ReportFields(_ReportRest, total=False):
        title: Required[Scalar]
