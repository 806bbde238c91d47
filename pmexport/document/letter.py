"""The letter to stakeholders: another, shorter composition of the same report, with the document attached to it.

It says in what order a mail tells the incident: summary, key figures, milestones, next steps. It contains no words of
its own but a few labels.
"""

import datetime as dt
from dataclasses import replace
from itertools import chain

from pmexport.document import nodes, parts
from pmexport.document.clean_text import one_line
from pmexport.document.composer import Composer
from pmexport.document.glance import compose_glance
from pmexport.document.nodes import Blocks, Document, ImpactBand, Label, Section, Text
from pmexport.document.sections.actions import count_actions
from pmexport.report.facts import Action
from pmexport.report.moments import read_date

_LEVEL = 2
MOST_STEPS = 20
"""Open action items in a letter; all are in the document that comes with it."""


def compose_letter(composer: Composer, document: Document) -> Document:
    """Return the letter that goes with a report's document. Its subject is in its properties.

    The document has named all problems already.
    """
    glance = compose_glance(composer)
    bands = tuple(block for block in glance if isinstance(block, ImpactBand))
    figures = tuple(block for block in glance if not isinstance(block, ImpactBand))
    summary = composer.parse_markdown(composer.report.summary, _LEVEL, "summary")
    labels, own = composer.labels, composer.labels.letter
    sections = (
        Section("summary", labels.sections["summary"], _LEVEL, (*summary, *figures)),
        Section(
            "milestones", own["milestones"], _LEVEL, tuple(chain(*((band, nodes.as_table(band)) for band in bands)))
        ),
        Section("action_items", own["next_steps"], _LEVEL, _compose_steps(composer)),
    )
    hidden = composer.style.sections.hide
    attached = parts.make_paragraph(Text(own["attached"]))
    return replace(
        document,
        sections=tuple(section for section in sections if section.blocks and section.id not in hidden),
        footer=(*attached, *document.footer),
        properties=replace(document.properties, subject=_write_subject(composer, document)),
        problems=(),
    )


def _write_subject(composer: Composer, document: Document) -> str:
    """Return the subject of the letter: severity, id, title and status. A report that is not final says so."""
    report = composer.report
    head = " ".join(filter(None, (one_line(report.severity or ""), one_line(report.id or ""))))
    title = f"{head}: {document.title}" if head else document.title
    return f"{title} ({document.mark or document.properties.status})"


def _compose_steps(composer: Composer) -> Blocks:
    """Return how many action items there are in each state, and the open ones by deadline."""
    numbered = [(number, action) for number, action in enumerate(composer.facts.actions) if action.state == "open"]
    numbered.sort(key=lambda pair: read_date(pair[1].item.deadline) or dt.date.max)
    labels = composer.labels.action_items
    columns = tuple(parts.make_column(labels[key], role) for key, role in _COLUMNS.items())
    rows = tuple(_step_row(composer, action, number) for number, action in numbered[:MOST_STEPS])
    counts = (parts.make_note(count_actions(composer)),) if composer.facts.actions else ()
    left = len(numbered) - len(rows)
    more = (parts.make_note((Text(composer.labels.letter["more_steps"].format(count=left)),)),) if left else ()
    return (*counts, *parts.build_table(composer, "actions", columns, (nodes.RowGroup(rows),)), *more)


_COLUMNS = {"action": "text", "owner": "name", "deadline": "date"}
"""The role of each column, by the key of its label."""


def _step_row(composer: Composer, action: Action, number: int) -> nodes.Row:
    text = composer.parse_markdown(action.item.action, _LEVEL, f"action_items[{number}].action")
    overdue = Label(composer.labels.states["overdue"], "state", "critical")
    deadline = parts.show_date(action.item.deadline)
    when = (*deadline, Text(" "), overdue) if action.overdue else deadline
    cells = (text, parts.make_paragraph(*parts.plain_text(action.item.owner)), parts.make_paragraph(*when))
    return nodes.Row(cells, "critical" if action.overdue else "neutral")
