"""Check that every text of a report is in the tree, and that all four formats have the texts of the tree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from parity import READERS, assert_says_the_same, body, head, squashed

from pmexport import Problem, Report, load, render
from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.compose import compose
from pmexport.document.labels import FALLBACK, known_languages
from pmexport.pipeline import compose_source
from pmexport.renderers.shared import page_one
from pmexport.report.facts import derive_facts
from pmexport.theming import themes

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.yaml"))

NOT_SHOWN = {"timezone", "language", "after", "checks", "file", "src"}
"""Fields that affect a document but do not appear in it."""

SHOWN_OTHERWISE = {"time", "end", "milestones", "date", "published", "status"}
"""Fields that appear in the report's time zone or in the words of its language."""


def document_of(report: Report) -> nodes.Document:
    return compose(report, derive_facts(report), Folder(report.base))


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text of a dumped report that a document must contain."""
    if isinstance(value, dict):
        for key, inside in value.items():
            if key not in NOT_SHOWN | SHOWN_OTHERWISE:
                yield from texts_of(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from texts_of(inside)
    elif isinstance(value, str):
        yield value


def targets_of(value: Any) -> Iterator[str]:
    """Yield the targets of all links in a tree."""
    if isinstance(value, nodes.Link):
        yield value.target
    if isinstance(value, tuple):
        for inside in value:
            yield from targets_of(inside)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from targets_of(getattr(value, name))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_word_of_the_report_is_in_the_tree(path: Path) -> None:
    report = load(path)
    document = document_of(report)
    leaves = [*head(document), *(leaf.alt if isinstance(leaf, nodes.Image) else leaf for leaf in body(document))]
    known = set(re.findall(r"\w+", " ".join([*leaves, *targets_of(document)])))
    language_marks = set(re.findall(r"^\s*```(\w+)", path.read_text("utf-8"), re.MULTILINE))
    words = {word for text in texts_of(report.model_dump()) for word in re.findall(r"\w+", text)}
    assert words, "the report has no words"
    assert words - known - language_marks == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "format_name", "theme"),
    [
        *product(SAMPLES, sorted(READERS.keys() - {"pdf"}), themes.theme_names()),
        *((path, "pdf", theme) for path, theme in zip(SAMPLES, cycle(themes.theme_names()), strict=False)),
    ],
    ids=lambda value: getattr(value, "stem", value),
)
def test_formats_say_what_the_tree_says(path: Path, format_name: str, theme: str) -> None:
    document = compose_source(path, theme=theme).document
    assert_says_the_same(document, format_name, render(path, format_name, theme=theme))


OTHERS = [language for language in known_languages() if language != FALLBACK]


def pair_languages() -> list[tuple[str, str, Path, str]]:
    """Return each language with each format, with a sample and a theme that vary."""
    ways = product(OTHERS, sorted(READERS))
    return [(*way, *pair) for way, pair in zip(ways, cycle(product(SAMPLES, themes.theme_names())), strict=False)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "format_name", "path", "theme"), pair_languages(), ids=lambda value: getattr(value, "stem", value)
)
def test_formats_say_the_same_in_every_language(language: str, format_name: str, path: Path, theme: str) -> None:
    document = compose_source(path, theme=theme, language=language).document
    warnings: list[Problem] = []
    data = render(path, format_name, theme=theme, language=language, warnings=warnings)
    if any("no font contains" in warning.message for warning in warnings):
        pytest.skip(f"this machine has no font for {language}")
    if format_name == "pdf" and document.direction == "rtl":
        assert_has_the_same_letters(document, data)
    else:
        assert_says_the_same(document, format_name, data)


def assert_has_the_same_letters(document: nodes.Document, data: bytes) -> None:
    """Assert that a PDF has the letters of the tree: it draws those of a right-to-left script from left to right."""
    shown = Counter(squashed(READERS["pdf"](data)))
    paper = nodes.on_paper(document)
    choices = (paper, *page_one.list_reductions(paper))
    leaves = ([leaf for leaf in body(choice, "pdf") if isinstance(leaf, str)] for choice in choices)
    missing = [Counter(squashed("".join([*head(paper), *texts]))) - shown for texts in leaves]
    assert not min(missing, key=lambda letters: letters.total())


def test_a_missing_leaf_is_noticed() -> None:
    report = load({"title": "A", "summary": "one", "lessons": ["two"]})
    data = render(report.model_copy(update={"lessons": ()}), "md")
    with pytest.raises(AssertionError, match="Lessons Learned"):
        assert_says_the_same(document_of(report), "md", data)
