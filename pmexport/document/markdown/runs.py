"""Runs of inlines become paragraphs."""

from collections.abc import Iterable

from pmexport.document import nodes
from pmexport.document.clean_text import close_marks
from pmexport.document.nodes import Blocks, Inline, Inlines


def make_paragraph(inlines: Iterable[Inline]) -> Blocks:
    """Return a paragraph, or a figure if the only inline is an image; nothing if the inlines are empty."""
    match trim_inlines(inlines):
        case ():
            return ()
        case (nodes.Image() as image,):
            return (nodes.Figure(image),)
        case trimmed:
            return (nodes.Paragraph(trimmed),)


def join_texts(inlines: Iterable[Inline]) -> Inlines:
    """Return inlines in which adjacent texts are one."""
    out: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, nodes.Text) and out and isinstance(out[-1], nodes.Text):
            out[-1] = nodes.Text(out[-1].text + inline.text)
        else:
            out.append(inline)
    return tuple(map(_close_text, out))


def _close_text(inline: Inline) -> Inline:
    """Return a text with its direction marks closed: they must not reach what follows it."""
    if not isinstance(inline, nodes.Text) or (closed := close_marks(inline.text)) == inline.text:
        return inline
    return nodes.Text(closed)


def trim_inlines(inlines: Iterable[Inline]) -> Inlines:
    """Return inlines without spaces and line breaks at both ends, and without spaces after spaces or line breaks.

    Adjacent texts become one.
    """
    out: list[Inline] = []
    for inline in join_texts(inlines):
        if isinstance(inline, nodes.Text):
            starts = inline.text.startswith(" ") and (not out or _ends_with_space(out[-1]))
            text = nodes.Text(inline.text.lstrip(" ")) if starts else inline
            if text.text:
                out.append(text)
        elif not isinstance(inline, nodes.LineBreak) or out:
            out.append(inline)
    while out and isinstance(out[-1], nodes.LineBreak | nodes.Text):
        last = out.pop()
        if isinstance(last, nodes.Text) and (stripped := last.text.rstrip(" ")):
            return (*out, last if stripped == last.text else nodes.Text(stripped))
    return tuple(out)


def _ends_with_space(inline: Inline) -> bool:
    return isinstance(inline, nodes.LineBreak) or (isinstance(inline, nodes.Text) and inline.text.endswith(" "))
