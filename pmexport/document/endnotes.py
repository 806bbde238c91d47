"""Opt-in endnotes: the addresses of links, listed by number at the end, for readers of paper."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pmexport.document import nodes
from pmexport.document.labels import Labels
from pmexport.document.nodes import Blocks, Document, Inline, Inlines, Link, NoteMark, Paragraph, Section, Text
from pmexport.document.rewriting import rewrite_blocks

SECTION = "endnotes"
"""The id of the section with the addresses."""
_SCHEMES = ("https://", "http://")


def note_addresses(document: Document, labels: Labels) -> Document:
    """Return the document with a section of the addresses of its links, and a reference after each of them.

    A link that shows its address needs none. Addresses of tickets are in that section, no longer below their table.
    """
    authors = (node.number for node in nodes.walk_nodes(document.sections) if isinstance(node, NoteMark))
    notes = _Notes(1 + max(authors, default=0))
    sections = tuple(_note_section(section, notes) for section in document.sections)
    if not notes.numbers:
        return document
    items = tuple(nodes.Item((Paragraph(_write_note(*pair)),)) for pair in notes.numbers.items())
    listed = nodes.List(items, ordered=True, start=notes.first, role="notes")
    return replace(document, sections=(*sections, Section(SECTION, labels.word("endnotes"), 2, (listed,))))


@dataclass
class _Notes:
    """The numbers of addresses, in the order of their first references."""

    first: int
    numbers: dict[str, int] = field(default_factory=dict)

    def add_references(self, inlines: Inlines) -> Inlines:
        """Return inlines with a reference after each link whose address they do not show."""
        return tuple(part for inline in inlines for part in self._follow(inline))

    def _follow(self, inline: Inline) -> Iterator[Inline]:
        match inline:
            case Link(target, children) if target.startswith(_SCHEMES) and not _shows(target, children):
                role = "again" if target in self.numbers else "first"
                number = self.numbers.setdefault(target, self.first + len(self.numbers))
                yield from (inline, NoteMark(number, role))  # type: ignore[arg-type]
            case nodes.Strong(children) | nodes.Emphasis(children) | nodes.Strike(children) | nodes.Marked(children):
                yield replace(inline, children=self.add_references(children))
            case _:
                yield inline


def _shows(target: str, children: Inlines) -> bool:
    words = nodes.text_of(children).strip()
    return any(words == target.removeprefix(scheme).rstrip("/") for scheme in ("", *_SCHEMES)) or words == target


def _write_note(target: str, number: int) -> Inlines:
    return (Link(target, (Text(target),)), Text(" "), NoteMark(number, "back"))


def _note_section(section: Section, notes: _Notes) -> Section:
    blocks = tuple(block for one in section.blocks for block in _note_block(one, notes))
    return replace(section, blocks=blocks, sections=tuple(_note_section(one, notes) for one in section.sections))


def _note_block(block: nodes.Block, notes: _Notes) -> Blocks:
    match block:
        case Paragraph(_, "addresses"):
            return ()
        case nodes.Previews() | nodes.Heading() | nodes.ImpactBand():  # they repeat, or are in the outline
            return (block,)
        case _:
            return rewrite_blocks((block,), notes.add_references)
