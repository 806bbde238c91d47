"""What sections are made with: the report and its facts, the words of its language, and the small parts they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pmexport.assets.folder import Folder, UnavailableError
from pmexport.document import nodes
from pmexport.document.clean_text import has_unshown, one_line
from pmexport.document.labels import Labels
from pmexport.document.markdown.parser import Parser, link
from pmexport.document.nodes import Blocks, Inline, Inlines, Label, Paragraph, Strong, Text, Time
from pmexport.document.tones import stage_tone
from pmexport.limits import LimitError
from pmexport.problems import Problem
from pmexport.report.facts import Facts
from pmexport.report.model import Person, Report
from pmexport.report.moments import read_date


@dataclass
class Composer:
    """What the sections are made from, and what could not be shown while they were made."""

    report: Report
    facts: Facts
    folder: Folder
    labels: Labels
    problems: list[Problem] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    parser: Parser = field(init=False)
    _reading: str | None = field(default=None, init=False)
    """The Markdown that is being read: what is wrong with its pictures is wrong there."""

    def __post_init__(self) -> None:
        self.parser = Parser(self.picture, self.labels, self.folder.limits)

    def markdown(self, text: str | None, level: int) -> Blocks:
        """Return the blocks of a field of Markdown that stands in a section of this level."""
        self._reading = text
        try:
            return self.parser.blocks(text, level)
        except LimitError as error:
            self.refuse(error, self._paths.get(id(text), ""))
            return ()
        finally:
            self._reading = None

    def check(self) -> None:
        """Note the lists that are too long, and the texts with characters that cannot be shown."""
        metrics = tuple(self.report.impact.__pydantic_extra__ or {})
        for path, part in (("impact", metrics), *parts_of(self.report.model_dump())):
            if isinstance(part, tuple) and len(part) > self.folder.limits.rows:
                self.refuse(LimitError("rows", self.folder.limits), path)
            elif isinstance(part, str) and has_unshown(part):
                self.problems.append(
                    Problem("characters that cannot be shown stand as \N{REPLACEMENT CHARACTER}.", path)
                )

    @cached_property
    def _paths(self) -> dict[int, str]:
        """The path of each text of the report, by its identity: fields may say the same. Of one repeated, the first."""
        return {id(text): path for path, text in reversed(list(parts_of(self.report.model_dump())))}

    def refuse(self, error: LimitError, path: str) -> None:
        """Note that a part of the report is beyond a limit."""
        help_ = f"Shorten it, or raise the limit: --limit {error.name}=NUMBER."
        self.errors.append(Problem(str(error), path=path, help=help_))

    def items(self, texts: Iterable[str], level: int) -> Blocks:
        """Return a bulleted list of Markdown texts, if there are any."""
        items = tuple(nodes.Item(blocks) for text in texts if (blocks := self.markdown(text, level)))
        return (nodes.List(items),) if items else ()

    def picture(self, source: str, alt: str) -> Inline:
        """Return the picture that lies at a source, a link for an address, or a remark that says why there is none."""
        path = self._path_of(source)
        source, alt = one_line(source), one_line(alt)
        if source.casefold().startswith(("http://", "https://")):
            words = link(source, (Text(alt or source),))
            return words[0] if len(words) == 1 else Text(nodes.text_of(words))
        try:
            picture = self.folder.picture(source)
        except UnavailableError as error:
            return self._missing("picture", source, str(error), path, alt)
        if not alt:
            told = f"the picture {source} has no alt text."
            self.problems.append(Problem(told, path, help="Say what it shows in `alt`."))
        alt = alt or nodes.text_of(self.labels.phrase("picture", source=source))
        return nodes.Image(picture.data, picture.media_type, picture.width, picture.height, alt, source)

    def missing_log(self, source: str, reason: str) -> Label:
        """Note that the file of a log cannot be shown, and return the remark that stands where it should be."""
        return self._missing("log", one_line(source), reason, self._path_of(source))

    def _missing(self, kind: str, source: str, reason: str, path: str, alt: str = "") -> Label:
        shown = source if len(source) <= 120 else f"{source[:120]}…"
        self.problems.append(Problem(f"the {kind} {shown or '(no name)'} is not shown. {reason}", path))
        remark = nodes.text_of(self.labels.phrase(f"{kind}_missing", source=shown, reason=reason))
        return Label(f"{remark} {alt}".strip(), "note", "caution")

    def _path_of(self, source: str) -> str:
        """Return where in the report a file is named: in the Markdown that is being read, or in a field of its own."""
        return self._paths.get(id(source if self._reading is None else self._reading), "")


def parts_of(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield what a dumped report holds, each with its path, such as `timeline[3].event`."""
    yield path, value
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from parts_of(inside, f"{path}.{key}" if path else key)
    elif isinstance(value, tuple):
        for number, inside in enumerate(value):
            yield from parts_of(inside, f"{path}[{number}]")


def plain(text: str | None) -> Inlines:
    """Return a text that is no Markdown."""
    line = one_line(text or "")
    return (Text(line),) if line else ()


def paragraph(*inlines: Inline) -> Blocks:
    return (Paragraph(inlines),) if inlines else ()


def note(inlines: Inlines) -> Paragraph:
    return Paragraph(inlines, role="note")


def joined(parts: Iterable[Inlines], between: str = ", ") -> Inlines:
    out: list[Inline] = []
    for part in parts:
        if part:
            out += (Text(between), *part) if out else part
    return tuple(out)


def person_of(composer: Composer, person: Person | None) -> Inlines:
    """Return a person as `Ana Ruiz (Database on-call, Payments)`; a role that nobody is named for stands alone."""
    if person is None:
        return ()
    name, beside = plain(person.name), joined((plain(person.role), plain(person.team)))
    return composer.labels.phrase("person", name=name, role=beside) if name and beside else name or beside


def linked_text(address: str | None) -> Inlines:
    return link(line, (Text(line),)) if (line := one_line(address or "")) else ()


def date_of(text: str | None) -> Inlines:
    line = one_line(text or "")
    return (Time(line) if read_date(line) else Text(line),) if line else ()


def zone_of(composer: Composer) -> Inlines:
    """Return the zone by its name and, where it has some, the abbreviations that its clocks went by."""
    name = composer.facts.zone.key
    moments = (event.start for event in composer.facts.events)
    abbreviations = dict.fromkeys(m.at.tzname() or "" for m in moments if m and m.at)
    shown = ", ".join(short for short in abbreviations if short.isalpha() and short != name)
    return composer.labels.phrase("zone", name=name, abbreviation=shown) if shown else (Text(name),)


def value_rows(pairs: Iterable[tuple[str, Blocks]]) -> tuple[nodes.Row, ...]:
    """Return rows of a name in bold and a value, without those that have no value."""
    return tuple(nodes.Row((paragraph(Strong(plain(name))), blocks)) for name, blocks in pairs if blocks)


def table_of(
    composer: Composer, role: str, columns: tuple[nodes.Column, ...], groups: tuple[nodes.RowGroup, ...], **more: bool
) -> Blocks:
    if not any(group.rows for group in groups):
        return ()
    return (nodes.Table(columns, groups, role, composer.labels.descriptions[role], **more),)  # type: ignore[arg-type]


def column(title: str, role: str = "text") -> nodes.Column:
    return nodes.Column((Text(title),), role)  # type: ignore[arg-type]


def status(composer: Composer) -> Label:
    report = composer.report
    word = composer.labels.status[report.stage]
    written = one_line(report.status or "")
    usual = not written or written.replace("_", " ").replace("-", " ").casefold() in (
        report.stage.replace("_", " "),
        word,
    )
    return Label(word if usual else written, "status", stage_tone(report.stage))
