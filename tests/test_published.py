"""Published post-mortems, put field by field into reports: all formats say what GitHub shows.

The post-mortems belong to their authors and are not kept here. PMEXPORT_CASES names a folder whose `markdown/` holds
them.
`published_differences.tsv` lists each line that differs, with the reason.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement
from lxml.html.builder import SPAN, A
from pdf_readings import as_printed, find_difference, read_pdf
from readings import (
    READERS,
    cell_lines,
    github_page,
    has_text,
    html_lines,
    is_address,
)
from trees import png

from pmexport import Report, load, render
from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.compose import compose
from pmexport.document.labels import labels_for
from pmexport.report.facts import derive_facts

LABELS = labels_for("en")
DIFFERENCES = Path(__file__).with_name("published_differences.tsv")

Difference = tuple[str, str, str]
"""The title of a section, the line of GitHub, and that of the document."""

FOLDER = Path(os.environ.get("PMEXPORT_CASES", "")) / "markdown"
FILES = sorted(FOLDER.glob("*.md"))

_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,2} +(.*?)[ #]*$")
_FIELDS = {
    "summary|overview|tl;dr": "summary",
    "background": "background",
    "what happened|description": "what_happened",
    "trigger": "trigger",
    "detect": "detection",
    "root cause|cause": "root_cause",
    "resolution|recovery|mitigation": "resolution",
}
"""The fields into which a part goes, by a word of its heading."""


_IMAGE = re.compile(r"!\[[^]]*\]\(([^):]+)\)")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of all images."""
    return tmp_path_factory.mktemp("images")


def split_parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the heading and the text of each part of a post-mortem."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    title, fence = "Start", ""
    lines: list[str] = []
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.match(line)
        if heading:
            yield title, "\n".join(lines)
            title, lines = heading[1], []
        else:
            lines.append(line)
    yield title, "\n".join(lines)


def build_fields(text: str) -> dict[str, Any]:
    """Return the fields of a report: each part in the field that its heading names, or in a section of its own."""
    fields: dict[str, Any] = {"title": "A published post-mortem", "sections": []}
    for heading, part in split_parts(text):
        name = next((field for words, field in _FIELDS.items() if re.search(words, heading, re.IGNORECASE)), "")
        if name and name not in fields:
            fields[name] = part
        elif part.strip():
            number = len(fields["sections"]) + 1
            fields["sections"].append({"title": f"Part {number}", "text": part})
    return fields


@cache
def load_report(path: Path, folder: Path) -> Report:
    """Return the report of a post-mortem, with the images that it shows."""
    text = path.read_text("utf-8")
    for source in _IMAGE.findall(text):
        file = folder / source
        if file.resolve().is_relative_to(folder):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(png())
    return load(build_fields(text), base=folder)


def sections_of(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the title and the Markdown of each section of a report."""
    for key in _FIELDS.values():
        value = getattr(report, key)
        text = value[0] if isinstance(value, tuple) and value else value
        if text:
            yield LABELS.sections[key], text
    for section in report.sections:
        yield section.title, section.text or ""


def expect_lines(text: str) -> list[str]:
    """Return what a section must say: what GitHub shows, then a note on links that lead to no address."""
    page = github_page(text)
    for image in list(page.iter("img")):
        _replace_image(image)
    lines = list(html_lines([page], 0))
    links = [(" ".join(link.text_content().split()), link.get("href", "")) for link in page.iter("a")]
    lost = [f"{words} ({target})" for words, target in links if not is_address(target) and target != words]
    note = nodes.text_of(LABELS.phrase("unlinked", targets=", ".join(lost)))
    return [*lines, f"p {note}"] if lost else lines


def _replace_image(image: HtmlElement) -> None:
    """Put an image as documents show it: a link if it is elsewhere, a remark if it is outside the report's folder."""
    source, alt = image.get("src", ""), image.get("alt", "")
    if is_address(source):
        _replace(image, A(alt or source, href=source))
    elif source.startswith("../"):
        remark = LABELS.phrase("image_missing", source=source, reason=LABELS.reason("outside"))
        _replace(image, SPAN(f"{nodes.text_of(remark)} {alt}".strip()))
    else:
        image.set("alt", alt or nodes.text_of(LABELS.phrase("image", source=source)))


def _replace(element: HtmlElement, other: HtmlElement) -> None:
    other.tail = element.tail
    element.getparent().replace(element, other)


def list_differences(path: Path, format_name: str, folder: Path) -> Iterator[Difference]:
    """Yield each difference: the title of the section, the line of GitHub, and that of the document."""
    report = load_report(path, folder)
    expected = dict(sections_of(report))
    for title, found in read_sections(report, format_name).items():
        if title in expected:
            yield from ((title, *pair) for pair in compare(expect_lines(expected[title]), found))


def list_cell_differences(path: Path, format_name: str, folder: Path) -> Iterator[Difference]:
    """Yield each difference if the parts are the events of a timeline, which are cells of a table."""
    texts = [text for _, text in sections_of(load_report(path, folder))]
    events = [{"time": f"{number:02}:00", "event": text} for number, text in enumerate(texts)]
    report = load({"title": "A published post-mortem", "date": "2026-03-14", "timeline": events}, base=folder)
    found = read_sections(report, format_name)["Timeline"]
    found = found if isinstance(found, str) else list(split_lines(found))
    wanted = ["p All times in UTC.", "cell Time", "cell Event"]
    for number, event in enumerate(events, start=1):
        time = f"{number}\N{EN SPACE}{event['time']}" if format_name in ("docx", "pdf") else event["time"]
        wanted += [f"cell {time}", *cell_lines(expect_lines(event["event"]))]
    wanted = list(split_lines(wanted))
    yield from (("Timeline", *pair) for pair in compare(wanted, found))


def split_lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of cells, in which Markdown can show a paragraph or a heading only as a line."""
    for line in lines:
        first, *others = line.split("<br>")
        yield re.sub(r"^( *)(?:h|code|p) ", r"p ", first)
        yield from (f"p {other}" for other in others)


def read_sections(report: Report, format_name: str) -> dict[str, Any]:
    """Return the sections of a report's document by their titles: lines, or the text of a PDF."""
    document = compose(report, derive_facts(report), Folder(report.base))
    titles = [(section.level, section.title) for section in nodes.sections_of(document)]
    read = read_pdf if format_name == "pdf" else READERS[format_name]
    return dict(zip((title for _, title in titles), read(render(report, format_name), titles), strict=True))


def compare(expected: list[str], found: Any) -> Iterator[tuple[str, str]]:
    """Yield each line that differs and what is found instead; for a PDF, the first difference."""
    if isinstance(found, str):
        if difference := find_difference(as_printed(expected), found):
            yield difference
        return
    expected, found = list(filter(has_text, expected)), list(filter(has_text, found))
    matcher = SequenceMatcher(None, expected, found, autojunk=False)
    for kind, left, right, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield from zip_longest(expected[left:right], found[first:last], fillvalue="")


def reviewed() -> list[dict[str, str]]:
    """Return the differences that are right."""
    with DIFFERENCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_each_difference_has_a_reason() -> None:
    assert all(row["reason"].endswith(".") for row in reviewed())


@pytest.mark.skipif(not FILES, reason="PMEXPORT_CASES names no folder of published post-mortems")
@pytest.mark.parametrize("format_name", ["html", "md", "docx", "pdf"])
@pytest.mark.parametrize("place", [list_differences, list_cell_differences], ids=["fields", "cells"])
def test_all_formats_say_what_github_shows(
    place: Callable[..., Iterator[Difference]], format_name: str, folder: Path
) -> None:
    known = {(row["file"], row["part"]) for row in reviewed()}
    found = {(path.stem, part): texts for path in FILES for part, *texts in place(path, format_name, folder)}
    assert {key: texts for key, texts in found.items() if key not in known} == {}
