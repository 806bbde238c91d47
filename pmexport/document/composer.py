"""What sections are composed with: the report and its facts, the labels of its language, and the small shared parts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath
from typing import Literal

from pmexport.assets.folder import Folder, UnavailableError
from pmexport.assets.near_files import find_near_file, list_files
from pmexport.document import nodes
from pmexport.document.clean_text import has_unshown, one_line
from pmexport.document.labels import FALLBACK, Labels, labels_for
from pmexport.document.markdown.links import link
from pmexport.document.markdown.parser import Parser
from pmexport.document.markdown.remarks import Remark, find_foreign_references, find_tags
from pmexport.document.nodes import Blocks, Inline, Label, Text
from pmexport.limits import LimitError
from pmexport.problems import Place, Problem
from pmexport.reading.paths import read_path
from pmexport.report.facts import Facts
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report

_MOST_EXPLAINED = 100
"""Problems that are explained and placed exactly. An author with more of them looks at the first ones anyway."""


@dataclass
class Composer:
    """What the sections are composed from, and the problems found on the way."""

    report: Report
    facts: Facts
    folder: Folder
    labels: Labels
    style: HouseStyle = PLAIN
    problems: list[Problem] = field(default_factory=list)
    """What could not be shown; the document is complete otherwise."""
    errors: list[Problem] = field(default_factory=list)
    """What exceeds a limit; there is no document."""
    texts: dict[str, str] = field(default_factory=dict)
    """The Markdown texts that were parsed, by their paths."""
    parser: Parser = field(init=False)

    def __post_init__(self) -> None:
        self.parser = Parser(self.load_image, self.labels, self.folder.limits)

    def parse_markdown(self, text: str | None, level: int, path: str) -> Blocks:
        """Return the blocks of a Markdown text at this path of the report, in a section of this level."""
        try:
            blocks = self.parser.blocks(text, level, path)
        except LimitError as error:
            self._report_limit(error, path)
            return ()
        if text:
            self.texts[path] = text
            self.problems += map(self._locate_remark, find_tags(self.parser.tags, text, path))
        return blocks

    def remark_references(self) -> Iterator[Problem]:
        """Yield references whose definition is in another of the fields that were parsed."""
        return map(self._locate_remark, find_foreign_references(self.texts))

    def _locate_remark(self, remark: Remark) -> Problem:
        origin, problem = self.report.origin, remark.problem
        return problem.at(origin.find(problem.path, remark.offset)) if origin else problem

    def list_items(self, texts: Iterable[str], level: int, path: str) -> Blocks:
        """Return a bulleted list of the Markdown texts in the list at this path; nothing if they are empty."""
        parsed = (self.parse_markdown(text, level, f"{path}[{number}]") for number, text in enumerate(texts))
        items = tuple(nodes.Item(blocks) for blocks in parsed if blocks)
        return (nodes.List(items),) if items else ()

    def check_texts(self) -> None:
        """Report lists that are too long, and texts with characters that cannot be shown."""
        metrics = tuple(self.report.impact.__pydantic_extra__ or {})
        for path, part in (("impact", metrics), *find_parts(self.report.model_dump(), has_unshown)):
            if isinstance(part, str):
                message = "characters that cannot be shown are replaced by \N{REPLACEMENT CHARACTER}."
                self.problems.append(Problem(message, path))
            elif len(part) > self.folder.limits.rows:
                self._report_limit(LimitError("rows", self.folder.limits), path)

    def _report_limit(self, error: LimitError, path: str) -> None:
        help_ = f"Shorten it, or raise the limit: --limit {error.name}=NUMBER."
        self.errors.append(Problem(str(error), path=path, help=help_))

    def load_image(self, source: str, alt: str, path: str) -> Inline:
        """Return the image file at a source, a link for an address, or a remark that says why it is not shown."""
        source, alt = one_line(source), one_line(alt)
        if is_remote(source):
            words = link(source, (Text(alt or source),))
            return words[0] if len(words) == 1 else Text(nodes.text_of(words))
        try:
            image = self.folder.image(source)
        except UnavailableError as error:
            return self.report_missing("image", source, error, path, alt)
        if not alt:
            help_ = "Describe what it shows in `alt`."
            self.problems.append(Problem(f"the image {source} has no alt text.", path, help=help_))
        alt = alt or nodes.text_of(self.labels.phrase("image", source=source))
        return nodes.Image(image.data, image.media_type, image.width, image.height, alt, self.folder.spell_name(source))

    def report_missing(
        self, kind: Literal["image", "log"], source: str, error: UnavailableError, path: str, alt: str = ""
    ) -> Label:
        """Warn that a file cannot be shown, and return the remark that takes its place."""
        shown = source if len(source) <= 120 else f"{source[:120]}…"
        reason = labels_for(FALLBACK).reason(error.code, **error.values)
        message = f"the {kind} {shown or '(no name)'} is not shown. {reason}"
        problem = Problem(message, path, id="PM036" if "limit" in error.values else "PM035")
        if len(self.problems) < _MOST_EXPLAINED:
            problem = replace(problem, help=self._advise(source, error)).at(self._find_source(path, source))
        self.problems.append(problem)
        reason = self.labels.reason(error.code, **error.values)
        remark = nodes.text_of(self.labels.phrase(f"{kind}_missing", source=shown, reason=reason))
        return Label(f"{remark} {alt}".strip(), "note", "caution")

    def _advise(self, source: str, error: UnavailableError) -> str:
        """Return what to do about a file that cannot be shown."""
        match error.code:
            case "missing":
                return self._advise_missing(source)
            case "outside":
                return "Copy it into the report's folder."
            case "no_folder":
                near = find_near_file(source, self._files)
                return (
                    f"Did you mean {near}?" if near else "Pass the folder (--base FOLDER, base=), or the file (files=)."
                )
            case "large" | "pixels":
                return f"Make it smaller, or raise the limit: --limit {error.values['limit']}=NUMBER."
        return ""

    def _advise_missing(self, source: str) -> str:
        if near := find_near_file(source, self._files):
            return f"Did you mean {near}?"
        if "\\" in source:
            return 'Write the path with "/", starting at the report\'s folder.'
        alike = [path for path in self._files if PurePath(path).suffix.casefold() == PurePath(source).suffix.casefold()]
        more = "." if len(alike) <= 3 else " and others."
        return f"The folder contains {', '.join(alike[:3])}{more}" if alike else ""

    @cached_property
    def _files(self) -> tuple[str, ...]:
        """The files that came with the report, and those in its folder."""
        return (*self.folder.files, *(list_files(self.folder.base) if self.folder.base else ()))

    def _find_source(self, path: str, source: str) -> Place:
        """Return the place in the report's file of a file's name in the text at a path."""
        text, origin = find_value(self.report, path), self.report.origin
        if origin is None:
            return Place()
        if not isinstance(text, str) or text == source:
            return origin.find(path)
        target = text.find(f"]({source}")
        offset = target + 2 if target >= 0 else text.find(source)
        return origin.find(path, offset if offset > 0 else None)


def find_value(report: Report, path: str) -> object:
    """Return the value at a path of the report; None if there is none."""
    value: object = report
    for step in read_path(path) or ():
        if isinstance(step, str):
            value = getattr(value, step, None)
        else:
            value = value[step] if isinstance(value, tuple) and step < len(value) else None
    return value


def is_remote(source: str) -> bool:
    """Return whether an image's source is an address, which is shown as a link and never fetched."""
    return source.casefold().startswith(("http://", "https://"))


def find_parts(
    value: object, is_wanted: Callable[[str], bool], path: str = ""
) -> Iterator[tuple[str, str | tuple[object, ...]]]:
    """Yield the lists of a dumped report, and the texts that are wanted, with their paths.

    A path, such as `timeline[3].event`, is put together only for these: most texts need none.
    """
    if isinstance(value, tuple):
        yield path, value
        inside: Iterable[tuple[str | int, object]] = enumerate(value)
    else:
        inside = value.items() if isinstance(value, dict) else ()
    for key, part in inside:
        if isinstance(part, dict | tuple):
            yield from find_parts(part, is_wanted, _extend_path(path, key))
        elif isinstance(part, str) and is_wanted(part):
            yield _extend_path(path, key), part


def _extend_path(path: str, key: str | int) -> str:
    return f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}" if path else key
