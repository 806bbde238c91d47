"""Renders the samples and takes their pictures: `python tools/gallery.py [FOLDER]`, by default the checkout itself.

Into docs/gallery/ go the pages of the PDFs (by Poppler), the web pages (by Chromium) and the first pages of the Word
files (by LibreOffice), into docs/gallery.md what shows them, and into samples/ the pages that the README shows. What
needs a program that is not there is left out, and it is told which.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image

from pmexport import Report, load, write

ROOT = Path(__file__).parents[1]
COLORS = 96
"""Of a picture's palette, which keeps it small."""
DENSITY = 72
"""Pixels to the inch of a page."""
PDF_PAGES = 8
WORD_PAGES = 2
README = {"checkout-outage-pdf-1": "checkout-outage", "checkout-outage-web": "checkout-outage-web"}
"""The pictures that the README shows, and what they are called there."""


class Shot(NamedTuple):
    """A picture of a web page: the beginning, as a window of this size shows it."""

    name: str
    words: str
    width: int
    height: int
    dark: bool = False


SHOTS = (
    Shot("web", "The web page in a wide window", 1280, 860),
    Shot("web-dark", "The same where the reader's system is set to dark", 1280, 860, dark=True),
    Shot("phone", "The same on a phone", 390, 860),
)


class Taken(NamedTuple):
    """A picture that was taken."""

    name: str
    words: str
    image: Image.Image


def main() -> None:
    """Take the pictures, and write what shows them."""
    root = Path(sys.argv[1]) if sys.argv[1:] else ROOT
    for program in ("pdftoppm", "chromium", "soffice"):
        if not shutil.which(program):
            print(f"without what {program} shows: it is not here")
    (root / "docs" / "gallery").mkdir(parents=True, exist_ok=True)
    for old in (root / "docs" / "gallery").glob("*.png"):
        old.unlink()
    parts = [HEAD]
    for sample in sorted(ROOT.glob("samples/*.yaml")):
        report = load(sample)
        with TemporaryDirectory() as folder:
            taken = [_small(one) for one in _taken(report, sample.stem, Path(folder))]
        parts.append(_part(report, sample, taken))
        for name, _, image in taken:
            image.save(root / "docs" / "gallery" / f"{name}.png", optimize=True)
            if name in README:
                (root / "samples").mkdir(exist_ok=True)
                image.save(root / "samples" / f"{README[name]}.png", optimize=True)
    (root / "docs" / "gallery.md").write_text("\n".join(parts), "utf-8")


HEAD = """\
# Gallery

What the [samples](../samples) look like. A picture leads to itself in full size. `make gallery` takes them anew.
"""


def _part(report: Report, sample: Path, taken: list[Taken]) -> str:
    pictures = "\n".join(
        f'<a href="gallery/{name}.png"><img src="gallery/{name}.png" alt="{words}" title="{words}" height="360"></a>'
        for name, words, _ in taken
    )
    return f"## {report.title}\n\nFrom [{sample.name}](../samples/{sample.name}).\n\n{pictures}\n"


def _taken(report: Report, name: str, folder: Path) -> Iterator[Taken]:
    yield from _pages(write(report, folder / f"{name}.pdf"), f"{name}-pdf", "of the PDF", PDF_PAGES)
    page = write(report, folder / f"{name}.html")
    yield from (Taken(f"{name}-{shot.name}", shot.words, image) for shot in SHOTS if (image := _shot(page, shot)))
    if shutil.which("soffice"):
        word = write(report, folder / "word" / f"{name}.docx")
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(word.parent), str(word))
        pdf, words = word.with_suffix(".pdf"), "of the Word file, as LibreOffice shows it"
        yield from _pages(pdf, f"{name}-word", words, WORD_PAGES)


def _pages(pdf: Path, name: str, of: str, most: int) -> Iterator[Taken]:
    if not shutil.which("pdftoppm"):
        return
    _run("pdftoppm", "-r", str(DENSITY), "-l", str(most), "-png", str(pdf), str(pdf.with_suffix("")))
    for number, path in enumerate(sorted(pdf.parent.glob(f"{pdf.stem}-*.png")), 1):
        yield Taken(f"{name}-{number}", f"Page {number} {of}", Image.open(path))


def _shot(page: Path, shot: Shot) -> Image.Image | None:
    """Return what a window of a browser shows; None where there is no browser.

    The page lies in a frame: a window of Chromium cannot be as narrow as a phone.
    """
    if not shutil.which("chromium"):
        return None
    frame, picture = page.with_suffix(".frame.html"), page.with_suffix(f".{shot.name}.png")
    size = f'width="{shot.width}" height="{shot.height}"'
    frame.write_text(f'<body style="margin: 0"><iframe src="{page.as_uri()}" {size} style="border: 0"></iframe>')
    scheme = "--blink-settings=preferredColorScheme=" + ("0" if shot.dark else "1")
    window = f"--window-size={max(shot.width, 500)},{shot.height + 200}"
    _run(
        "chromium",
        "--headless",
        "--no-sandbox",
        "--hide-scrollbars",
        scheme,
        window,
        f"--screenshot={picture}",
        str(frame),
    )
    return Image.open(picture).crop((0, 0, shot.width, shot.height))


def _small(taken: Taken) -> Taken:
    return taken._replace(image=taken.image.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
