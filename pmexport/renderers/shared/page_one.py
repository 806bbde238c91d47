"""What page one leaves out if it is too full: first the previews, from the last to the first, then the key figures.

All of it is said again in other sections, so nothing is lost. The summary and the impact band always stay.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from pmexport.document.nodes import Block, Blocks, Document, Previews, Section, Table


def find_glance(document: Document) -> Section | None:
    """Return the section that ends with the incident at a glance; None if there is nothing that could be left out."""
    return next((one for one in document.sections if any(map(_is_repeat, one.blocks))), None)


def shorten_document(document: Document, fits: Callable[[Document], bool], *, full: bool = False) -> Document:
    """Return the document with as much on page one as there is room for.

    fits: whether a document, of which it gets only what should be on page one, is not longer than a page.
    full: whether it is known that not everything fits. If nothing helps, only the previews are left out.
    """
    glance = find_glance(document)
    if glance is None:
        return document
    choices = chain(() if full else (document,), list_reductions(document))
    return next((one for one in choices if fits(_take_head(one, glance))), keep_previews(document))


def _take_head(document: Document, glance: Section) -> Document:
    """Return everything until the end of this section."""
    end = 1 + next(index for index, section in enumerate(document.sections) if section.id == glance.id)
    return replace(document, sections=document.sections[:end], footer=(), tlp=None)


def list_reductions(document: Document) -> Iterator[Document]:
    """Yield the document with less and less on page one, down to what always stays."""
    for count in range(_count_previews(document) - 1, -1, -1):
        yield keep_previews(document, count)
    yield _replace_blocks(document, lambda block: () if _is_repeat(block) else (block,))


def keep_previews(document: Document, count: int = 0) -> Document:
    """Return the document with this number of previews; by default, without any."""

    def keep(block: Block) -> Blocks:
        if not isinstance(block, Previews):
            return (block,)
        return (replace(block, previews=block.previews[:count]),) if count else ()

    return _replace_blocks(document, keep)


def lacks_figures(document: Document, shown: Document) -> bool:
    """Return whether page one had no room for the key figures of a document."""
    return _has_figures(document) and not _has_figures(shown)


def _has_figures(document: Document) -> bool:
    blocks = (block for section in document.sections for block in section.blocks)
    return any(isinstance(block, Table) and block.role == "key_figures" for block in blocks)


def _replace_blocks(document: Document, change: Callable[[Block], Blocks]) -> Document:
    """Return the document with each block of the glance's section replaced by others."""
    glance = find_glance(document)
    if glance is None:
        return document
    changed = replace(glance, blocks=tuple(new for block in glance.blocks for new in change(block)))
    return replace(document, sections=tuple(changed if one is glance else one for one in document.sections))


def _count_previews(document: Document) -> int:
    glance = find_glance(document)
    return sum(len(block.previews) for block in glance.blocks if isinstance(block, Previews)) if glance else 0


def _is_repeat(block: Block) -> bool:
    return isinstance(block, Previews) or (isinstance(block, Table) and block.role == "key_figures")
