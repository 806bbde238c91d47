"""The appendix: logs, figures and related incidents."""

from pmexport.assets.folder import UnavailableError
from pmexport.document import nodes, parts
from pmexport.document.clean_text import clean, one_line
from pmexport.document.composer import Composer
from pmexport.document.markdown.links import link
from pmexport.document.nodes import Blocks, CodeBlock, Inlines, Paragraph, Text
from pmexport.report.model import Figure, Log, RelatedIncident


def compose_logs(composer: Composer, _level: int) -> Blocks:
    """Return the logs as code; of a long one, its first and last lines."""
    numbered = enumerate(composer.report.logs)
    return tuple(block for number, log in numbered for block in _log_blocks(composer, log, f"logs[{number}].file"))


def _log_blocks(composer: Composer, log: Log, path: str) -> Blocks:
    """Return a log's file, and its text if it has both."""
    caption = parts.plain_text(log.title) or parts.plain_text(log.file)
    if log.file is None:
        return _log_excerpt(composer, log, log.text, caption)
    source = one_line(log.file)
    try:
        shown = _log_excerpt(composer, log, composer.folder.text(source), caption)
    except UnavailableError as error:
        remark = composer.report_missing("log", source, error, path)
        shown = (*parts.make_paragraph(*caption), Paragraph((remark,)))
    return (*shown, *_log_excerpt(composer, log, log.text, ()))


def _log_excerpt(composer: Composer, log: Log, written: str | None, caption: Inlines) -> Blocks:
    """Return a log as code: whole, or its head and its tail around a note that counts the omitted lines."""
    text = clean(written or "")
    lines = text.strip("\n").split("\n")
    if not any(lines):
        return parts.make_paragraph(*caption)
    start = 1 + len(text) - len(text.lstrip("\n"))
    most = composer.folder.limits.log_lines
    language = one_line(log.language or "") or None
    if len(lines) <= most:
        return (_log_code(composer, lines, language, caption, start),)
    head = lines[: most * 3 // 4]
    left_out = len(lines) - most
    tail = lines[len(head) + left_out :]
    cut = composer.labels.phrase("log_cut", lines=f"{len(lines):,}", left_out=f"{left_out:,}")
    return (
        _log_code(composer, head, language, caption, start),
        parts.make_note(cut),
        _log_code(composer, tail, language, (), start + len(head) + left_out),
    )


def _log_code(composer: Composer, lines: list[str], language: str | None, caption: Inlines, start: int) -> CodeBlock:
    most = composer.folder.limits.line_characters
    shown = [line if len(line) <= most else f"{clean(line[:most])}… (+{len(line) - most:,})" for line in lines]
    return CodeBlock("\n".join(shown), language, "log", caption, start)


def compose_figures(composer: Composer, level: int) -> Blocks:
    """Return the figures with their captions; a link for an address."""
    numbered = enumerate(composer.report.figures)
    return tuple(
        block for number, figure in numbered for block in _figure_blocks(composer, figure, level, f"figures[{number}]")
    )


def _figure_blocks(composer: Composer, figure: Figure, level: int, path: str) -> Blocks:
    caption = composer.parse_markdown(figure.caption, level, f"{path}.caption")
    if figure.src is None:
        return (*parts.make_paragraph(*parts.plain_text(figure.alt)), *caption)
    shown = composer.load_image(figure.src, figure.alt or "", f"{path}.src")
    if isinstance(shown, nodes.Image):
        return (nodes.Figure(shown, caption),)
    return (*parts.make_paragraph(shown), *caption)


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
