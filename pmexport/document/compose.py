"""Compose the document of a report: the sections in their places, and the words of page headers and footers."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pmexport.assets.folder import Folder
from pmexport.document import nodes, parts, tlp
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer, find_value
from pmexport.document.glance import compose_glance, glance_section
from pmexport.document.labels import FALLBACK, choose_labels, known_languages, spell_tag
from pmexport.document.labels.catalogues import find_language, find_primary
from pmexport.document.nodes import Inlines, Label, Section, Text, Time
from pmexport.document.previews import add_previews
from pmexport.document.sections import compose_section
from pmexport.document.sections.metadata import list_texts
from pmexport.document.source_files import digest_files
from pmexport.errors import InputError
from pmexport.problems import Problem
from pmexport.report.digest import GENERATOR, NO_LOOK, Look, digest_report
from pmexport.report.facts import Facts
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import CustomSection, Report
from pmexport.report.moments import read_date
from pmexport.report.sections import SECTIONS, SectionEntry, section_fields, walk_sections

TITLE_LEVEL = 1

RIGHT_TO_LEFT = frozenset(
    ("ar", "apc", "arc", "ary", "bal", "bgn", "bqi", "brh", "ckb", "dv", "fa", "he", "iw", "ks", "lrc", "mzn", "nqo")
) | {"ps", "rhg", "sd", "sdh", "skr", "syr", "trw", "ug", "ur", "yi"}
"""Languages written from right to left, unless a tag names another script."""
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})


def compose(
    report: Report,
    facts: Facts,
    folder: Folder,
    *,
    style: HouseStyle = PLAIN,
    look: Look = NO_LOOK,
    unfinished: bool = False,
    language: str | None = None,
    themes: tuple[Path, ...] = (),
) -> nodes.Document:
    """Return the document of a report, with its facts and the images and logs of its folder.

    style: the organisation's order, words and fields. look: what the house style and the theme are, for the record.
    unfinished: the report is marked final but has errors; the facts below the title and every page say so.
    language: that of the document's own words, in place of the report's. themes: the folders of the theme, whose
    catalogues of labels are used.
    The document's `problems` list what could not be shown or is contradictory. Raises InputError if a text exceeds a
    limit.
    """
    tag = spell_tag(language or report.language or style.language or "")
    labels = choose_labels(report, style, tag, themes)
    composer = Composer(report, facts, replace(folder), labels, style)
    composer.check_texts()
    sections = () if composer.errors else _compose_sections(composer)
    if composer.errors:
        raise InputError(map(report.locate, composer.errors))
    sections = add_previews(composer, sections)
    properties = _compose_properties(composer, sections, look)  # they have read the files that the digest covers
    composer.problems += (*_find_change(composer, properties.digest), *_find_untranslated(composer, tag, themes))
    return nodes.Document(
        title=one_line(report.title) or composer.labels.kind,
        facts=tuple(_compose_facts(composer, unfinished=unfinished)),
        sections=sections,
        footer=(
            *parts.make_footer(composer.labels, style),
            parts.make_note(_compose_provenance(composer, properties, look)),
        ),
        running=tuple(_compose_running(composer, unfinished=unfinished)),
        tlp=tlp.label_of(report.classification or ""),
        classification=_choose_classification(report),
        mark=_choose_mark(composer, unfinished=unfinished),
        language=tag or FALLBACK,
        direction=text_direction(tag, report.title),
        words=nodes.Words(**{name: composer.labels.word(name) for name in ("contents", "page", "skip")}),
        properties=properties,
        problems=tuple(map(report.locate, (*facts.problems, *composer.problems, *composer.remark_references()))),
    )


def _find_change(composer: Composer, digest: str) -> Iterator[Problem]:
    """Yield a problem if a final report is no longer the one that was finalized.

    Values that were set from outside are not changes. digest: that of the report with these values.
    """
    written = composer.report.written
    finalized = one_line(written.finalized_digest or "")
    if composer.report.stage != "final" or not finalized:
        return
    if written is not composer.report:
        digest = digest_report(written, digest_files(written, composer.folder.limits))
    if digest != finalized:
        message = "the report, an image or a log changed after the report was finalized."
        help_ = "Run `pmexport finalize` again, or set `status: in_review`."
        yield Problem(message, "finalized_digest", id="PM037", help=help_)


def _find_untranslated(composer: Composer, tag: str, themes: tuple[Path, ...]) -> Iterator[Problem]:
    """Yield a problem if there are no labels in the document's language."""
    own = composer.style.labels
    if tag and find_language(tag, themes, own) is None:
        message = f"there are no labels in the language {tag}, so they are in English."
        known = known_languages(themes, own)
        help_ = f"Languages: {', '.join(known)}. A theme can add others: labels/{tag}.toml."
        for name in known:
            if find_primary(name) == find_primary(tag):
                help_ = f"Labels in {name} exist, but in another script; `language: {name}` uses these. {help_}"
        yield Problem(message, "language" if composer.report.language else "", help=help_)


def _compose_sections(composer: Composer) -> tuple[Section, ...]:
    """Return the sections in the organisation's order, and note those that it hides although the report fills them.

    Hidden ones are composed too, because the report's digest covers their files, but last: their figures and notes
    take no numbers.
    """
    settings, level = composer.style.sections, TITLE_LEVEL + 1
    shown = tuple(_place_sections(composer, settings.arrange(SECTIONS), level))
    hidden = (entry for entry in walk_sections(SECTIONS) if entry.key in settings.hide)
    composer.problems += _note_hidden(
        composer, [one for entry in hidden for one in _place_section(composer, entry, level)]
    )
    return shown


def _note_hidden(composer: Composer, sections: list[Section]) -> Iterator[Problem]:
    """Yield one note that names all sections, at the first field that one of them would show."""
    fields = (field for section in sections for field in section_fields(section.id) or (section.id,))
    path = next((field for field in fields if find_value(composer.report, field)), "")
    if sections:
        titles = ", ".join(section.title for section in sections)
        message = f"the house style hides sections that the report fills: {titles}."
        yield Problem(message, path, level="note", id="PM043")


def _place_sections(composer: Composer, entries: tuple[SectionEntry, ...], level: int) -> Iterator[Section]:
    """Yield the sections that are shown, and the author's own sections in their places."""
    for entry in entries:
        closing = entry.key == "appendix" and entry is entries[-1]
        if closing:
            yield from _custom_sections(composer, None, level)
        if entry.key not in composer.style.sections.hide:
            yield from _place_section(composer, entry, level)
        yield from _custom_sections(composer, entry.key, level)
    if level == TITLE_LEVEL + 1 and not closing:
        yield from _custom_sections(composer, None, level)


def _place_section(composer: Composer, entry: SectionEntry, level: int) -> Iterator[Section]:
    """Yield a section with those inside it, if it is not empty."""
    blocks = compose_section(composer, entry.key, level)
    if entry.key == glance_section(composer):
        blocks = (*blocks, *compose_glance(composer))
    inside = tuple(_place_sections(composer, entry.inside, level + 1))
    if blocks or inside:
        yield Section(entry.key, composer.labels.sections[entry.key], level, blocks, inside)


def _custom_sections(composer: Composer, after: str | None, level: int) -> Iterator[Section]:
    for number, section in enumerate(composer.report.sections, start=1):
        if section.after == after:
            yield _custom_section(composer, section, number, level)


def _custom_section(composer: Composer, section: CustomSection, number: int, level: int) -> Section:
    key = f"custom-{number}"
    blocks = composer.parse_markdown(section.text, level, f"sections[{number - 1}].text")
    return Section(key, one_line(section.title) or key, level, blocks)


def _compose_facts(composer: Composer, *, unfinished: bool) -> Iterator[Inlines]:
    labels, report = composer.labels, composer.report
    if unfinished:
        yield (Label(labels.marks["unfinished"], "status", "critical"),)
    if severity := parts.show_severity(composer):
        yield labels.phrase("severity", severity=severity)
    day = read_date(report.date)
    if date := (Time(labels.date(day)),) if day else parts.plain_text(report.date):
        yield date
    commander = report.commander
    if commander and (name := parts.plain_text(commander.name or commander.role)):
        yield labels.phrase("led_by", commander=name)
    yield (Text(labels.kind),)


def _compose_running(composer: Composer, *, unfinished: bool) -> Iterator[str]:
    report, labels = composer.report, composer.labels
    if revision := one_line(report.revision or ""):
        yield nodes.text_of(labels.phrase("revision", revision=revision))
    yield parts.show_status(composer).text
    if unfinished:
        yield labels.marks["unfinished"]
    day = read_date(report.published)
    if published := labels.date(day) if day else one_line(report.published or ""):
        yield published


def _choose_classification(report: Report) -> str:
    classification = one_line(report.classification or "")
    return "" if tlp.is_label_alone(classification) else classification


def _choose_mark(composer: Composer, *, unfinished: bool) -> str:
    stage = composer.report.stage
    if stage == "final":
        return composer.labels.marks["unfinished"] if unfinished else ""
    return composer.labels.marks[stage]


def _compose_provenance(composer: Composer, properties: nodes.Properties, look: Look) -> Inlines:
    """Return the line at the end of the document: which report and which program it was made from."""
    labels = composer.labels
    revision = labels.phrase("revision", revision=properties.revision) if properties.revision else ()
    as_of = composer.facts.as_of
    counted = labels.phrase("as_of", day=Time(labels.date(as_of))) if as_of and composer.facts.actions else ()
    made_by = labels.phrase("made_by", generator=properties.generator)
    made_with = labels.phrase("made_with", look=nodes.Code(look.text)) if look.is_chosen else ()
    digest = labels.phrase("digest", digest=nodes.Code(properties.digest)) if properties.digest else ()
    known = (parts.plain_text(properties.id), revision, counted, made_by, made_with, digest)
    return parts.join_inlines(known, " · ")


def _compose_properties(composer: Composer, sections: tuple[Section, ...], look: Look) -> nodes.Properties:
    report = composer.report
    as_of = composer.facts.as_of
    day = read_date(report.published) or read_date(report.date)
    return nodes.Properties(
        id=one_line(report.id or ""),
        authors=tuple(
            nodes.text_of(name) for author in report.authors if (name := parts.plain_text(author.name or author.role))
        ),
        subject=composer.labels.kind,
        metadata=tuple(list_texts(composer, sections).items()),
        keywords=tuple(map(one_line, report.tags)),
        status=parts.show_status(composer).text,
        classification=one_line(report.classification or ""),
        revision=one_line(report.revision or ""),
        date=day.isoformat() if day else "",
        generator=GENERATOR,
        digest=digest_report(report, composer.folder.digests),
        look=look.text,
        as_of=as_of.isoformat() if as_of else "",
    )


def text_direction(language: str, title: str = "") -> nodes.Direction:
    """Return the direction of the language's script; without a language, of the title's first letter (UAX 9, P2)."""
    if language:
        primary, *others = language.lower().split("-")
        script = next((part for part in others if len(part) == 4 and part.isalpha()), "")
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS or (not script and primary in RIGHT_TO_LEFT) else "ltr"
    strong = (unicodedata.bidirectional(char) for char in title)
    return "rtl" if next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L" else "ltr"
