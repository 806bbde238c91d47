"""The report: what an author writes, checked and typed. The single source of every document.

It follows the post-mortem template heading by heading and adds what real post-mortems need beside it. Only `title` is
required. Texts stay as they were written; what follows from them is computed in `facts`.
"""

from __future__ import annotations

import difflib
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PrivateAttr, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import WithDefaultSchema

from pmexport.problems import Source
from pmexport.report.field_types import (
    PRIVATE_KEYS,
    DateText,
    Listed,
    Markdown,
    Part,
    RequiredMarkdown,
    RequiredText,
    Text,
    none_if_empty,
)
from pmexport.report.sections import section_keys
from pmexport.report.vocabulary import find_meaning, known_words

Stage = Literal["draft", "in_review", "final"]
"""How far a report has come."""

Milestone = Literal["impact_started", "detected", "acknowledged", "mitigated", "resolved", "closed"]
"""The moments that response times are measured between, in the order in which they happen."""


def stage_of(status: str) -> Stage | None:
    """Return the stage that a status names, None where it names none."""
    return cast("Stage | None", find_meaning("stages", status))


def _check_status(status: str | None) -> str | None:
    if status is None or stage_of(status):
        return status
    near = difflib.get_close_matches(status.casefold(), known_words("stages"), n=1, cutoff=0.7)
    context = {"expected": "draft, in_review or final", "near": known_words("stages")[near[0]] if near else ""}
    raise PydanticCustomError("status", "no status of a report", context)


def _check_timezone(name: str | None) -> str | None:
    try:
        if name is not None:
            zoneinfo.ZoneInfo(name.strip())
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        context = {"expected": "a zone of the IANA database, such as Europe/Paris", "near": _near_zone(name or "")}
        raise PydanticCustomError("timezone", "no known time zone", context) from error
    return name


def _near_zone(name: str) -> str:
    """Return the zone that a name is nearest to, whole (`Europe/Pari`) or by its last part (`Paris`); else nothing."""
    zones = sorted(zoneinfo.available_timezones())
    names = {zone.rpartition("/")[2].casefold(): zone for zone in zones} | {zone.casefold(): zone for zone in zones}
    near = difflib.get_close_matches(name.strip().replace(" ", "_").casefold(), names, n=1)
    return names[near[0]] if near else ""


def _check_language(tag: str | None) -> str | None:
    if tag is None or re.fullmatch(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*", tag.strip()):
        return tag
    raise PydanticCustomError("language", "no language tag", {"expected": "a language tag, such as en or pt-BR"})


def _check_section(key: str | None) -> str | None:
    if key is None or key in section_keys():
        return key
    near = difflib.get_close_matches(key, section_keys(), n=1)
    expected = "the key of a section: " + ", ".join(section_keys())
    raise PydanticCustomError("section", "no section", {"expected": expected, "near": near[0] if near else ""})


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
    """A person, or a role that nobody is named for. A bare text is the name."""

    main_field: ClassVar = "name"

    name: Text = None
    """The person's name."""
    role: Text = None
    """What they did in the incident: Database on-call."""
    team: Text = None
    """The team they belong to."""


class TimelineEntry(Part):
    """One event of the timeline. A bare text is the event."""

    main_field: ClassVar = "event"

    time: Text = None
    """When: `2026-03-14 14:02`, `14:02` (the day of the entry before), `2:02 PM`, ISO 8601 with an offset, or a date.
    Anything else is shown as written and takes part in no computation."""
    end: Text = None
    """When it ended, where the event lasted; in the same forms as `time`."""
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
    """Who did it."""
    event: Markdown = None
    """What happened. Markdown."""
    link: Text = None
    """Where more can be read: an address that begins with https://, http:// or mailto:."""


class Milestones(Part):
    """The moments that response times are measured between, in the forms of a timeline's `time`.

    One that is not given is the time of the first timeline entry of the phase that stands for it.
    """

    impact_started: Text = None
    """When users first felt it. Else the first entry of phase: impact, impact started, outage begins."""
    detected: Text = None
    """When the organisation first knew. Else the first entry of phase: detection, detected, alert, identified."""
    acknowledged: Text = None
    """When somebody took it up. Else the first entry of phase: triage, acknowledged, declared."""
    mitigated: Text = None
    """When users no longer felt it. Else the first entry of phase: mitigation, mitigated, workaround."""
    resolved: Text = None
    """When the cause was gone. Else the first entry of phase: resolution, resolved, recovered, fixed."""
    closed: Text = None
    """When the incident was declared over. Else the first entry of phase: monitoring, closed, confirmed."""


class Why(Part):
    """One of the five whys. A bare text is the question."""

    main_field: ClassVar = "why"

    why: Markdown = None
    """The question: Why did checkouts fail? Markdown."""
    because: Markdown = None
    """Its answer. Markdown."""


class Impact(Part):
    """What the incident cost: the template's six metrics, then any of your own, in the order written."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"additionalProperties": _METRIC_SCHEMA, "patternProperties": {PRIVATE_KEYS: {}}},
    )
    __pydantic_extra__: dict[str, Text] = Field(init=False)

    total_downtime: Text = None
    """How long the service was down: 47m."""
    requests_affected: Text = None
    """A count or a percentage: 1.2 M (18 %)."""
    users_affected: Text = None
    """A count or a percentage: 41,000."""
    revenue: Text = None
    """Estimated, if applicable: € 210,000 (estimate)."""
    sla: Text = None
    """Of the budget, what was consumed and what remains: 68 % of the monthly budget."""
    data_loss: Text = None
    """Yes or No, with details if applicable."""


class ActionItem(Part):
    """Something to do so that it does not happen again. A bare text is the action."""

    main_field: ClassVar = "action"

    id: Text = None
    """AI-1. Numbered where absent."""
    action: Markdown = None
    """What is to be done, in one sentence. Markdown."""
    details: Markdown = None
    """What more there is to say of it. Markdown."""
    owner: Text = None
    """Who sees to it: a person or a team."""
    priority: Text = Field(default=None, examples=["High", "Medium", "Low"])
    """High, Medium, Low, or as your organisation names it."""
    deadline: DateText = None
    """The last day to have it done: 2026-04-01."""
    status: Text = Field(default=None, examples=["Open", "In progress", "Done", "Won't do"])
    """Open, In progress, Done, Won't do, or as your organisation names it; open where absent."""
    type: Text = Field(
        default=None, examples=["prevent", "mitigate", "detect", "process", "repair", "investigate", "other"]
    )
    """What kind of action: prevent, mitigate, detect, process, repair, investigate or other."""
    ticket: Listed[RequiredText] = ()
    """Where the work is tracked: one address or number, or several."""


class Log(Part):
    """An excerpt of a log, shown as it is. A bare text is the log's text."""

    main_field: ClassVar = "text"

    title: Text = None
    """What it is, in a few words."""
    language: Text = None
    """What it is written in, for colours: text, json, bash, sql."""
    text: Text = None
    """The lines themselves, best as a block after `|`."""
    file: Text = None
    """Instead of `text`: a file that holds them, relative to the report and in its folder."""


class Figure(Part):
    """A graph or a screenshot. A bare text is its Markdown, such as a link to a dashboard."""

    main_field: ClassVar = "caption"

    src: Text = None
    """A PNG, JPEG, GIF or WebP file, relative to the report and in its folder. An address is shown as a link, never
    fetched."""
    alt: Text = None
    """What it shows, in words, for those who do not see it."""
    caption: Markdown = None
    """What stands below it. Markdown."""


class RelatedIncident(Part):
    """Another incident that has to do with this one. A bare text is its Markdown."""

    main_field: ClassVar = "text"

    id: Text = None
    """INC-2025-0911."""
    title: Text = None
    """What it was called."""
    link: Text = None
    """Where its report is."""
    text: Markdown = None
    """What it has to do with this one. Markdown."""


class CustomSection(Part):
    """A section of your organisation's own."""

    title: RequiredText
    """Its heading."""
    after: Section = None
    """The key of the section that it follows, such as summary. Default: the end, before the appendix."""
    text: Markdown = None
    """What it says. Markdown."""


class Suppression(Part):
    """A finding of `check` that is to be left alone."""

    ignore: RequiredText
    """The finding's id: PM012."""
    at: Text = None
    """The key of the section that it is about. Default: the whole report."""
    because: RequiredText
    """Why it is to be left alone."""


class Report(Part):
    """A post-mortem report. Only the title is required; keys that begin with `x-` are yours and are not shown."""

    title: RequiredText
    """What happened, in one line: Checkout unavailable in the EU region. The only required field."""
    id: Text = None
    """The incident's id: INC-2026-0142."""
    status: Status = None
    """Of this report: draft (the default), in_review or final; usual spellings are understood."""
    severity: Text = Field(default=None, examples=["P1", "P2", "P3", "P4"])
    """As your organisation names it: P1, SEV-2, Critical."""
    date: DateText = None
    """Of the incident: its first day, 2026-03-14."""
    published: DateText = None
    """Of the report: the day it was made final, 2026-03-19."""
    revision: Text = None
    """Of the report: 3."""
    classification: Text = Field(
        default=None, examples=["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    )
    """Who may read it: free text, or a label of TLP 2.0 such as TLP:GREEN."""
    language: Language = None
    """Of your text, as a tag: en (the default), de, pt-BR."""
    timezone: Zone = None
    """An IANA zone, Europe/Paris: how times without an offset are read, and how all are shown. Default UTC."""
    duration: Text = None
    """From detection to resolution, printed as written: 1h 25m. Derived from the milestones where absent."""
    services: Listed[RequiredText] = ()
    """The services affected."""
    user_impact: Markdown = None
    """What users noticed, and how many of them. Markdown."""
    commander: Annotated[Person | None, BeforeValidator(none_if_empty)] = None
    """The incident commander: a name, or a mapping of name, role and team."""
    responders: Listed[Person] = ()
    """Who else took part: names, or mappings of name, role and team."""
    authors: Listed[Person] = ()
    """Who wrote the report."""
    tags: Listed[RequiredText] = ()
    """Words to find it by."""
    summary: Markdown = None
    """Two or three sentences: what happened, the impact, how it was resolved. Markdown."""
    background: Markdown = None
    """What a reader must know of the system first. Markdown."""
    timeline: Listed[TimelineEntry] = ()
    """The events, in the order in which they happened."""
    milestones: Milestones = Field(default_factory=Milestones)
    """The moments that response times are measured between; taken from the timeline's phases where absent."""
    what_happened: Markdown = None
    """What went wrong, in technical detail. Markdown."""
    trigger: Markdown = None
    """What set it off. Markdown."""
    detection: Markdown = None
    """How it was noticed. Markdown."""
    five_whys: Listed[Why] = ()
    """The chain from the failure to its root cause."""
    root_cause: Listed[RequiredMarkdown] = ()
    """One clear statement of the root cause, or a list for several. Markdown."""
    resolution: Markdown = None
    """How it was put right. Markdown."""
    contributing_factors: Listed[RequiredMarkdown] = ()
    """What made it possible, likelier or worse. Markdown."""
    impact: Impact = Field(default_factory=Impact)
    """What it cost: the template's six metrics, then any of your own."""
    went_well: Listed[RequiredMarkdown] = ()
    """What worked. Markdown."""
    could_improve: Listed[RequiredMarkdown] = ()
    """What did not work as it should. Markdown."""
    got_lucky: Listed[RequiredMarkdown] = ()
    """What could have made it worse and did not. Markdown."""
    action_items: Listed[ActionItem] = ()
    """What is to be done."""
    lessons: Listed[RequiredMarkdown] = ()
    """What was learned. Markdown."""
    logs: Listed[Log] = ()
    """Log excerpts for the appendix."""
    figures: Listed[Figure] = ()
    """Graphs and screenshots for the appendix."""
    related_incidents: Listed[RelatedIncident] = ()
    """Similar or connected incidents."""
    sections: Listed[CustomSection] = ()
    """Sections of your organisation's own."""
    checks: Listed[Suppression] = ()
    """What `check` is to leave alone, and why."""

    _base: Path | None = PrivateAttr(default=None)
    _origin: Source | None = PrivateAttr(default=None)

    @property
    def stage(self) -> Stage:
        """How far the report has come; a report that does not say is a draft."""
        return stage_of(self.status) or "draft" if self.status else "draft"

    @property
    def base(self) -> Path | None:
        """The folder in which the report's pictures and logs lie; None where there is none."""
        return self._base

    def based_at(self, base: Path | None) -> Report:
        """Return the same report, with its pictures and logs in this folder."""
        report = self.model_copy()
        report._base = base  # noqa: SLF001 - our own
        return report

    @property
    def origin(self) -> Source | None:
        """The text that the report was read from, which tells where each of its parts stands."""
        return self._origin

    def read_from(self, origin: Source) -> Report:
        """Return the same report, read from this text."""
        report = self.model_copy()
        report._origin = origin  # noqa: SLF001 - our own
        return report


class _EditorSchema(GenerateJsonSchema):
    """Without the defaults and titles that say nothing to an author."""

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base's signature
        return False


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a report file, for completion and hover in an editor."""
    schema = Report.model_json_schema(schema_generator=_EditorSchema)
    schema["properties"]["$schema"] = {"type": "string", "description": "The address of this schema, for editors."}
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "type": "object", "title": "pmexport report"}
