"""What the pages of an archive share."""

from collections.abc import Iterable
from urllib.parse import quote

from pmexport.archive.archived import Archive, ArchivedReport
from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.compose import text_direction
from pmexport.document.labels import Labels
from pmexport.document.markdown.parser import Parser
from pmexport.document.nodes import Blocks, Inline, Inlines, Link, Section, Text, Time
from pmexport.limits import DEFAULT, LimitError
from pmexport.report.digest import GENERATOR

INDEX, ACTIONS, FIGURES, TABLE = "index.html", "actions.html", "figures.html", "actions.csv"
PAGES = (INDEX, ACTIONS, FIGURES, TABLE)
"""The files that an archive consists of, beside the documents."""
_LEVEL = 3


def compose_page(archive: Archive, here: str, title: str, sections: Iterable[Section]) -> nodes.Document:
    """Return a page of an archive. here: its name."""
    labels = archive.labels
    words = labels.archive
    others = [(INDEX, words["title"]), (ACTIONS, words["actions"]), (FIGURES, words["figures"])]
    links = tuple((Link(name, (Text(text),)),) for name, text in others if name != here)
    count = archive.fill_words("reports", count=len(archive.reports))
    as_of = labels.phrase("as_of", day=Time(labels.date(archive.day)))
    return nodes.Document(
        title=title,
        facts=(count, as_of, *links),
        sections=tuple(sections),
        footer=(
            *parts.make_footer(labels, archive.style),
            parts.make_note(labels.phrase("made_by", generator=GENERATOR)),
        ),
        running=(),
        language=labels.language,
        direction=text_direction(labels.language),
        words=nodes.Words(**{name: labels.word(name) for name in ("contents", "page", "skip")}),
        properties=nodes.Properties(subject=words["title"], generator=GENERATOR),
    )


def link_report(report: ArchivedReport) -> Inlines:
    """Return a report's title, as a link to its document."""
    return link_document(report.main, report.facts.title)


def link_document(path: str, text: str) -> Inlines:
    """Return a link to a document of the archive; the text alone if there is none."""
    return (Link(quote(path), (Text(text),)),) if path else (Text(text),)


def make_parser(labels: Labels) -> Parser:
    """Return a parser for the Markdown of a page: its notes are numbered throughout. An image is its description."""

    def name_image(source: str, alt: str, _path: str) -> Inline:
        return Text(one_line(alt) or one_line(source))

    return Parser(name_image, labels, DEFAULT)


def parse_markdown(parser: Parser, text: str) -> Blocks:
    """Return the blocks of a Markdown text of a report."""
    try:
        return parser.blocks(text, _LEVEL)
    except LimitError:  # the limits were raised for its document
        return make_paragraph(text)


def read_markdown(text: str, labels: Labels) -> str:
    """Return the words of a Markdown text, on one line."""
    return one_line(" ".join(nodes.walk_texts(parse_markdown(make_parser(labels), text))))


def make_paragraph(text: str) -> Blocks:
    """Return a paragraph with a text; nothing if it is empty."""
    return parts.make_paragraph(*parts.plain_text(text))
