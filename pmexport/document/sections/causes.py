"""The root cause analysis: the five whys and the root cause. Its other sections are plain text fields."""

from pmexport.document import nodes, parts
from pmexport.document.composer import Composer
from pmexport.document.nodes import Blocks, Paragraph, Strong


def compose_whys(composer: Composer, level: int) -> Blocks:
    """Return the five whys as a numbered list: each question in bold, and its answer below it."""
    items = []
    for number, why in enumerate(composer.report.five_whys):
        question = composer.parse_markdown(why.why, level, f"five_whys[{number}].why")
        answer = composer.parse_markdown(why.because, level, f"five_whys[{number}].because")
        because = (nodes.List((nodes.Item(_lead_answer(composer, answer)),)),) if answer else ()
        if question or because:
            items.append(nodes.Item((*_emphasize_question(question), *because)))
    return (nodes.List(tuple(items), ordered=True, role="whys"),) if items else ()


def _emphasize_question(blocks: Blocks) -> Blocks:
    match blocks:
        case (Paragraph(inlines), *rest):
            return (Paragraph((Strong(inlines),)), *rest)
    return blocks


def _lead_answer(composer: Composer, answer: Blocks) -> Blocks:
    """Begin an answer with the template's word, unless the author wrote it."""
    match answer:
        case (Paragraph(inlines), *rest):
            phrase = composer.labels.phrase("because", answer=inlines)
            word = nodes.text_of(phrase[:1]).strip(parts.COLONS).casefold()
            written = nodes.text_of(inlines).casefold().startswith(word)
            return answer if written else (Paragraph(phrase), *rest)
    return answer


def compose_causes(composer: Composer, level: int) -> Blocks:
    """Return the root cause as text; a list if there are several."""
    causes = composer.report.root_cause
    if len(causes) == 1:
        return composer.parse_markdown(causes[0], level, "root_cause[0]")
    return composer.list_items(causes, level, "root_cause")
