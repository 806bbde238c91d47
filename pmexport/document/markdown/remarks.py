"""What to tell an author about a field's Markdown: tags without a meaning, references without a definition."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pmexport.document.clean_text import one_line
from pmexport.document.markdown.html_tags import COMMENT, Tag
from pmexport.document.markdown.references import find_defined, find_used
from pmexport.problems import Problem

_MAX_SHOWN = 60
"""Maximum characters of a quoted comment."""
_NOT_SHOWN = "If readers need it, write it as text. If not, delete it."
_USE_MARKDOWN = (
    "Use Markdown, or put it in backticks. "
    "Supported tags: br, img, and (if closed) a, code, del, details, em, kbd, span, strong, sub, summary and sup."
)


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem, and where in the text of its field it is."""

    problem: Problem
    offset: int
    """In characters from 0."""


def find_tags(tags: Iterable[Tag], text: str, path: str) -> Iterator[Remark]:
    """Yield what is to be said about the tags of a field that are not shown, or shown as text.

    tags: in the order in which they were read.
    text: the field's text, with the path.
    """
    comments = [tag.raw for tag in tags if tag.name == COMMENT]
    others = [tag.raw for tag in tags if tag.name != COMMENT and tag.is_html]
    if comments:
        more = f", and {len(comments) - 1} more" if comments[1:] else ""
        message = f"the HTML comment {_shorten(comments[0])}{more} is not shown."
        yield _locate(Problem(message, path, help=_NOT_SHOWN, id="PM031"), text, comments)
    if others:
        names = sorted({f"<{tag.name}>" for tag in tags if tag.raw in set(others)})
        message = f"HTML is shown as text: {', '.join(names)}."
        yield _locate(Problem(message, path, help=_USE_MARKDOWN, id="PM032"), text, others)


def _shorten(comment: str) -> str:
    shown = one_line(comment)
    return shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…"


def _locate(problem: Problem, text: str, tags: Iterable[str]) -> Remark:
    """Return a remark at the first of the tags. Inside HTML blocks, the lines of a tag are joined."""
    places = [place for tag in tags if (place := text.find(tag.split(" ")[0])) >= 0]
    return Remark(problem, min(places, default=0))


def find_foreign_references(fields: Mapping[str, str]) -> Iterator[Remark]:
    """Yield the references of a field that only another field defines: they are shown as text.

    fields: the texts of all fields, by their paths.
    """
    places: dict[str, str] = {}
    for path, text in fields.items():
        for label in find_defined(text):
            places.setdefault(label, path)
    for path, text in fields.items() if places else ():
        own = set(find_defined(text))
        for label, offset in find_used(text).items():
            if label in places and label not in own and text[:offset][-1:] != "`":
                shown = text[offset : text.index("]", offset) + 1]
                message = f"{shown} is shown as text: its definition is in {places[label]}, not in this field."
                help_ = f"Copy the definition of {shown} to the end of this field."
                yield Remark(Problem(message, path, help=help_, id="PM033"), offset)
