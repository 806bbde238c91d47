"""The appendix: logs, figures and related incidents."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from pmexport.assets.folder import UnavailableError
from pmexport.document import nodes, parts
from pmexport.document.clean_text import clean, one_line
from pmexport.document.composer import Composer
from pmexport.document.log_lines import (
    PAPER_CHARACTERS,
    PAPER_LINES,
    Line,
    choose_lines,
    find_errors,
    split_parts,
)
from pmexport.document.markdown.links import link
from pmexport.document.nodes import Block, Blocks, CodeBlock, Excerpt, Inlines, Paragraph, Text
from pmexport.report.model import Figure, Log, RelatedIncident


def compose_logs(composer: Composer, _level: int) -> Blocks:
    """Return the logs as code; of a long one, its most informative lines."""
    numbers = count(1)
    logs = (
        _log_blocks(composer, log, f"logs[{index}].file", numbers) for index, log in enumerate(composer.report.logs)
    )
    return tuple(chain.from_iterable(logs))


def _log_blocks(composer: Composer, log: Log, path: str, numbers: Iterator[int]) -> Blocks:
    """Return a log's file, and its text if it has both."""
    caption = parts.plain_text(log.title) or parts.plain_text(log.file)
    if log.file is None:
        return _log_excerpt(composer, log, log.text, caption, numbers)
    source = one_line(log.file)
    try:
        shown = _log_excerpt(composer, log, composer.folder.text(source), caption, numbers)
    except UnavailableError as error:
        remark = composer.report_missing("log", source, error, path)
        shown = (*parts.make_paragraph(*caption), Paragraph((remark,)))
    return (*shown, *_log_excerpt(composer, log, log.text, (), numbers))


def _log_excerpt(composer: Composer, log: Log, written: str | None, caption: Inlines, numbers: Iterator[int]) -> Blocks:
    """Return a log as code: whole, or its most informative lines around notes that count the omitted ones."""
    text = clean(written or "")
    lines = [Line(number, line) for number, line in enumerate(text.strip("\n").split("\n"), 1 + _count_empty(text))]
    if not any(line for _, line in lines):
        return parts.make_paragraph(*caption)
    limits = composer.folder.limits
    chosen = choose_lines(lines, limits.log_lines)
    caption = parts.number_caption(composer, "log", next(numbers), caption)
    cut = _CutLog(composer, lines, one_line(log.language or "") or None, caption)
    screen = tuple(cut.show_lines(chosen, limits.line_characters))
    if len(chosen) <= PAPER_LINES and sum(len(line) for _, line in chosen) <= PAPER_LINES * PAPER_CHARACTERS // 3:
        return screen
    characters = min(PAPER_CHARACTERS, limits.line_characters)
    paper = tuple(cut.show_lines(choose_lines(chosen, PAPER_LINES), characters))
    return screen if screen == paper else (Excerpt(screen, paper),)


def _count_empty(text: str) -> int:
    """Return the number of empty lines at the beginning of a text."""
    return len(text) - len(text.lstrip("\n"))


@dataclass(frozen=True, slots=True)
class _CutLog:
    """A log of which parts are shown."""

    composer: Composer
    lines: list[Line]
    """All of them."""
    language: str | None
    caption: Inlines

    def show_lines(self, chosen: list[Line], most: int) -> Iterator[Block]:
        """Yield the chosen lines, of at most this many characters, and between them what is left out."""
        caption, first, following = self.caption, self.lines[0].number, self.lines[0].number
        for part in split_parts(chosen):
            if part[0].number > following:
                yield self._count_cut(self.lines[following - first : part[0].number - first])
            text = "\n".join(self._cut_line(line.text, most) for line in part)
            total = 0 if len(part) == len(self.lines) else self.lines[-1].number
            yield CodeBlock(text, self.language, "log", caption, part[0].number, total)
            caption, following = (), part[-1].number + 1

    def _count_cut(self, cut: list[Line]) -> Paragraph:
        """Return a note on how many lines, and how many errors, are left out."""
        errors, labels = len(list(find_errors(cut))), self.composer.labels
        counts = {"left_out": len(cut), "lines": len(self.lines)}
        note = (
            labels.phrase("log_cut_errors", **counts, errors=errors) if errors else labels.phrase("log_cut", **counts)
        )
        return Paragraph(note, "gap")

    def _cut_line(self, line: str, most: int) -> str:
        if len(line) <= most:
            return line
        return f"{clean(line[:most])}… (+{self.composer.labels.number(len(line) - most)})"


def compose_figures(composer: Composer, level: int) -> Blocks:
    """Return the figures with their captions; a link for an address."""
    numbers = count(1)
    listed = enumerate(composer.report.figures)
    figures = (_figure_blocks(composer, figure, level, f"figures[{index}]", numbers) for index, figure in listed)
    return tuple(chain.from_iterable(figures))


def _figure_blocks(composer: Composer, figure: Figure, level: int, path: str, numbers: Iterator[int]) -> Blocks:
    caption = composer.parse_markdown(figure.caption, level, f"{path}.caption")
    if figure.src is None:
        return (*parts.make_paragraph(*parts.plain_text(figure.alt)), *caption)
    shown = composer.load_image(figure.src, figure.alt or "", f"{path}.src")
    if isinstance(shown, nodes.Image):
        return (nodes.Figure(shown, _number_figure(composer, next(numbers), caption)),)
    return (*parts.make_paragraph(shown), *caption)


def _number_figure(composer: Composer, number: int, caption: Blocks) -> Blocks:
    match caption:
        case (Paragraph(inlines, "text"), *rest):
            return (Paragraph(parts.number_caption(composer, "figure", number, inlines)), *rest)
        case _:
            return (Paragraph(parts.number_caption(composer, "figure", number)), *caption)


def compose_related(composer: Composer, level: int) -> Blocks:
    """Return the related incidents as a list."""
    numbered = enumerate(composer.report.related_incidents)
    blocks = (_incident_blocks(composer, one, level, f"related_incidents[{number}].text") for number, one in numbered)
    items = tuple(nodes.Item(item) for item in blocks if item)
    return (nodes.List(items),) if items else ()


def _incident_blocks(composer: Composer, incident: RelatedIncident, level: int, path: str) -> Blocks:
    name = parts.join_inlines((parts.plain_text(incident.id), parts.plain_text(incident.title)), " · ")
    target = one_line(incident.link or "")
    head = link(target, name or (Text(target),)) if target else name
    return (*parts.make_paragraph(*head), *composer.parse_markdown(incident.text, level, path))
