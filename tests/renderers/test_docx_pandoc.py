"""What pandoc reads from a Word file: the structure of our own Markdown. Skipped without pandoc."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from lxml import etree, html

from pmexport import write

SAMPLE = Path(__file__).parent.parent.parent / "samples" / "checkout-outage.yaml"


@pytest.fixture(scope="module")
def pandoc() -> str:
    """Return the path of pandoc, which the package `pypandoc-binary` contains."""
    pypandoc = pytest.importorskip("pypandoc", reason="pandoc is not installed. Run: pip install pypandoc-binary")
    return str(pypandoc.get_pandoc_path())


@pytest.fixture(scope="module")
def pages(pandoc: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[etree._Element, etree._Element]:
    """Return our Markdown, and that which pandoc makes of the Word file, both as HTML."""
    folder = tmp_path_factory.mktemp("pandoc")
    word, text = (write(SAMPLE, folder / f"sample.{suffix}") for suffix in ("docx", "md"))
    done = subprocess.run([pandoc, "-f", "docx", "-t", "gfm", str(word)], check=True, capture_output=True)
    return read_page(text.read_text("utf-8")), read_page(done.stdout.decode())


def read_page(text: str) -> etree._Element:
    page = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    return html.fromstring(f"<div>{page}</div>")


def words(element: Any) -> str:
    """Return an element's text without spaces, which pandoc wraps."""
    return re.sub(r"\s+", "", "".join(map(str, element.itertext())))


def test_headings_are_the_same(pages: tuple[etree._Element, etree._Element]) -> None:
    own, theirs = ([(int(one.tag[1]), words(one)) for one in page.iter("h1", "h2", "h3", "h4", "h5")] for page in pages)
    title, *others = own
    assert title == (1, "CheckoutunavailableintheEUregion")
    assert [(level - 1, text) for level, text in others] == theirs


def test_lists_are_the_same(pages: tuple[etree._Element, etree._Element]) -> None:
    own, theirs = (
        [(one.tag, [words(item) for item in one.findall("li")]) for one in page.iter("ul", "ol")] for page in pages
    )
    assert len(own) > 10
    assert own == theirs


def test_code_blocks_are_the_same(pages: tuple[etree._Element, etree._Element]) -> None:
    own, theirs = (["".join(map(str, one.itertext())).strip("\n") for one in page.iter("pre")] for page in pages)
    assert len(own) == 4
    assert own == [
        re.sub(r"^\t\d+\t", "", block, flags=re.MULTILINE) for block in theirs
    ]  # Word numbers the lines of logs


def test_tables_are_the_same(pages: tuple[etree._Element, etree._Element]) -> None:
    own, theirs = (read_tables(page) for page in pages)
    assert own.pop("Milestone|Time|Sincetheimpactstarted")  # Word draws the impact band
    facts = theirs.pop("Field|Value|Field|Value")  # two facts in a row
    assert sorted(pair for row in facts for pair in (row[:2], row[2:]) if pair[0]) == sorted(own.pop("Field|Value"))
    assert [header for header in theirs if header in own] == list(own)  # page one has more on paper
    for header, rows in own.items():
        if header == "Time|Event":  # Word numbers the rows and shows elapsed times, and writes a day where it fits
            days, events = [row[0] for row in rows if not row[1]], [row[1] for row in rows if row[1]]
            assert [row[1] for row in theirs[header] if row[1] not in ("", *days)] == events
            assert set(days) <= {cell for row in theirs[header] for cell in row}
        elif header == "ID|Action|Owner|Priority|Deadline|Status":
            assert len(theirs[header]) == len(rows)
        else:
            assert theirs[header] == rows


def read_tables(page: etree._Element) -> dict[str, list[list[str]]]:
    """Return the rows of tables by their header, those of several parts together."""
    tables: dict[str, list[list[str]]] = {}
    for table in page.iter("table"):
        header, *rows = [[words(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
        tables.setdefault("|".join(header), []).extend(rows)
    return tables


def test_links_and_images_are_the_same(pages: tuple[etree._Element, etree._Element]) -> None:
    own, theirs = ({str(one.get("href")) for one in page.iter("a") if "://" in str(one.get("href"))} for page in pages)
    assert len(own) > 5
    assert own == theirs
    images = [len(page.findall(".//img")) for page in pages]
    assert images[0] == images[1] > 0
