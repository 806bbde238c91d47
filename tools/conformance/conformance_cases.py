"""What is validated: samples in themes and languages, and PDFs to standards as well; all of it, or every pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

from pmexport import load, render_many, write
from pmexport.document.labels import known_languages
from pmexport.renderers.pdf.standards import STANDARDS
from pmexport.theming import themes

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(ROOT.glob("samples/*.yaml"), key=lambda path: path.stat().st_size)
"""The shortest one first: it is chosen where the sample does not matter."""

Row = tuple[str, ...]


class Made(NamedTuple):
    """A file to validate."""

    path: Path
    flavours: str = ""
    """For a PDF: veraPDF's names of the standards that it claims, separated by commas."""


def list_rows(*factors: Sequence[str], pairwise: bool) -> list[Row]:
    """Return the combinations of factors: all, or so few that each pair of values of two factors occurs."""
    rows = list(product(*factors))
    return list(_cover_pairs(rows)) if pairwise else rows


def _cover_pairs(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows that a greedy choice needs; among rows with as many new pairs, the first."""
    pairs = {row: set(combinations(enumerate(row), 2)) for row in rows}
    left = set().union(*pairs.values())
    while left:
        row = max(pairs, key=lambda row: len(pairs[row] & left))
        left -= pairs.pop(row)
        yield row


def make_files(folder: Path, *, pairwise: bool, suffixes: Iterable[str] = ("pdf", "docx", "html")) -> Iterator[Made]:
    """Render the samples into a folder. Yield the files."""
    samples, names = {path.stem: path for path in SAMPLES}, list(themes.theme_names())
    shared = (list(samples), names, known_languages())
    for suffix in suffixes:
        others = (list(STANDARDS),) if suffix == "pdf" else ()
        for sample, theme, language, *standard in list_rows(*shared, *others, pairwise=pairwise):
            report = load(samples[sample], overrides={"language": language})
            path = folder / "-".join((sample, theme, language, *standard))
            options = {"standard": standard[0]} if standard else {}
            yield Made(write(report, path.with_suffix(f".{suffix}"), theme=theme, **options), name_flavours(*standard))
        if suffix == "html":
            yield from _make_pages(folder, names)


def name_flavours(standard: str = "ua-1") -> str:
    """Return veraPDF's names for a standard of pmexport, each of which is PDF/UA-1 as well."""
    return ",".join(dict.fromkeys(("ua1", standard.removeprefix("a-").replace("-", ""))))


def _make_pages(folder: Path, names: Iterable[str]) -> Iterator[Made]:
    """Render the pages about many reports, which are in English, in each theme."""
    for theme in names:
        archive = folder / f"archive-{theme}"
        render_many(SAMPLES, ["html"], archive, theme=theme)
        yield from (Made(archive / f"{page}.html") for page in ("index", "actions", "figures"))
