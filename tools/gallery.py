"""Render the samples and take images of them: `python tools/gallery.py [FOLDER]`. The default folder is the checkout.

It writes docs/gallery.md and docs/gallery/, with pages of the PDFs (by Poppler), web pages (by Chromium) and first
pages of the Word files (by LibreOffice). It also writes the images of the README to samples/, and those of the example
of a house style to docs/house-style/. Images that need a missing program are left out, with a message.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import cmarkgfm
from PIL import Image

from pmexport import Config, Report, load, load_config, write

ROOT = Path(__file__).parents[1]
COLORS = 96
"""Size of an image's palette; few colours keep the files small."""
DENSITY = 72
"""Pixels per inch of a page."""
PDF_PAGES = 8
WORD_PAGES = 2
README = {"checkout-outage-pdf-1": "checkout-outage", "checkout-outage-web": "checkout-outage-web"}
"""The images that the README shows, and their names there."""


class Viewport(NamedTuple):
    """A browser window in which the top of a web page is shown."""

    name: str
    caption: str
    width: int
    height: int
    dark: bool = False


VIEWPORTS = (
    Viewport("web", "The web page in a wide window", 1280, 860),
    Viewport("web-dark", "The same page with a dark system theme", 1280, 860, dark=True),
    Viewport("phone", "The same page on a phone", 390, 860),
)


class Shot(NamedTuple):
    """An image of a document."""

    name: str
    caption: str
    image: Image.Image


HEAD = """\
# Gallery

What the [samples](../samples) look like. Select an image to see it at full size. `make gallery` updates this page.
"""


SHOW_TAGS = cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
GITHUB = """\
<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 28px 36px; font: 16px/1.5 "Liberation Sans", sans-serif; color: #1f2328 }}
h1, h2 {{ border-bottom: 1px solid #d1d9e0; padding-bottom: .3em }}
table {{ border-collapse: collapse }} th, td {{ border: 1px solid #d1d9e0; padding: 6px 13px }}
code {{ background: #eff1f3; padding: .2em .4em; border-radius: 6px; font-size: 85% }}
hr {{ border: 0; height: 4px; background: #d1d9e0 }}
</style>{body}"""
"""A page with the look of GitHub."""

IMAGE = '<a href="gallery/{name}.png"><img src="gallery/{name}.png" alt="{caption}" title="{caption}" height="360"></a>'


def main() -> None:
    """Write the images and the page that shows them."""
    root = Path(sys.argv[1]) if sys.argv[1:] else ROOT
    for program in ("pdftoppm", "chromium", "soffice"):
        if not shutil.which(program):
            print(f"{program} is not installed: its images are left out")
    folder = root / "docs" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "samples").mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    parts = [HEAD, *(write_sample(root, sample) for sample in sorted(ROOT.glob("samples/*.yaml")))]
    (root / "docs" / "gallery.md").write_text("\n".join(parts), "utf-8")
    write_house_style(root)


def write_house_style(root: Path) -> None:
    """Write the images of the full sample in the house style of the documentation."""
    fields = {"severity": "Sev 0", "region": "EU", "customer_notice": "14 March 2026, 14:15"}
    config = load_config(ROOT / "samples" / "acme" / "pmexport.toml")
    report = load(ROOT / "samples" / "checkout-outage.yaml", overrides=fields, config=config)
    target = root / "docs" / "house-style"
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        names = {"acme-pdf-1": "pdf", "acme-word-1": "word", "acme-web": "web"}
        shots = [reduce_colors(shot) for shot in take_shots(report, "acme", Path(folder), config) if shot.name in names]
        if shutil.which("chromium"):
            shots.append(reduce_colors(take_markdown(report, Path(folder), config)))
            names["acme-markdown"] = "markdown"
    for name, _, image in shots:
        image.save(target / f"{names[name]}.png", optimize=True)


def take_markdown(report: Report, folder: Path, config: Config) -> Shot:
    """Return an image of a Markdown file as GitHub shows it."""
    text = write(report, folder / "acme.md", config=config).read_text("utf-8")
    page = folder / "markdown.html"
    page.write_text(GITHUB.format(body=cmarkgfm.github_flavored_markdown_to_html(text, SHOW_TAGS)), "utf-8")
    return Shot("acme-markdown", "The Markdown file", capture_page(page, Viewport("markdown", "", 860, 860)))


def write_sample(root: Path, sample: Path) -> str:
    """Write the images of a sample, and return its part of the gallery."""
    report = load(sample)
    with TemporaryDirectory() as folder:
        shots = [reduce_colors(shot) for shot in take_shots(report, sample.stem, Path(folder))]
    for name, _, image in shots:
        image.save(root / "docs" / "gallery" / f"{name}.png", optimize=True)
        if name in README:
            image.save(root / "samples" / f"{README[name]}.png", optimize=True)
    images = "\n".join(IMAGE.format(name=name, caption=caption) for name, caption, _ in shots)
    return f"## {report.title}\n\nFrom [{sample.name}](../samples/{sample.name}).\n\n{images}\n"


def take_shots(report: Report, name: str, folder: Path, config: Config | None = None) -> Iterator[Shot]:
    """Yield the images of a report's PDF, web page and Word file."""
    yield from rasterize_pages(
        write(report, folder / f"{name}.pdf", config=config), f"{name}-pdf", "of the PDF", PDF_PAGES
    )
    page = write(report, folder / f"{name}.html", config=config)
    if shutil.which("chromium"):
        yield from (Shot(f"{name}-{port.name}", port.caption, capture_page(page, port)) for port in VIEWPORTS)
    if shutil.which("soffice"):
        word = write(report, folder / "word" / f"{name}.docx", config=config)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        run_quietly("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(word.parent), str(word))
        caption = "of the Word file in LibreOffice"
        yield from rasterize_pages(word.with_suffix(".pdf"), f"{name}-word", caption, WORD_PAGES)


def rasterize_pages(pdf: Path, name: str, caption: str, count: int) -> Iterator[Shot]:
    """Yield images of the first pages of a PDF; none without Poppler."""
    if not shutil.which("pdftoppm"):
        return
    run_quietly("pdftoppm", "-r", str(DENSITY), "-l", str(count), "-png", str(pdf), str(pdf.with_suffix("")))
    for number, path in enumerate(sorted(pdf.parent.glob(f"{pdf.stem}-*.png")), 1):
        yield Shot(f"{name}-{number}", f"Page {number} {caption}", Image.open(path))


def capture_page(page: Path, port: Viewport) -> Image.Image:
    """Return an image of a web page in Chromium. The page is in a frame, because no window is as narrow as a phone."""
    frame, image = page.with_suffix(".frame.html"), page.with_suffix(f".{port.name}.png")
    size = f'width="{port.width}" height="{port.height}"'
    frame.write_text(f'<body style="margin: 0"><iframe src="{page.as_uri()}" {size} style="border: 0"></iframe>')
    scheme = "--blink-settings=preferredColorScheme=" + ("0" if port.dark else "1")
    window = f"--window-size={max(port.width, 500)},{port.height + 200}"
    flags = ("--headless", "--no-sandbox", "--hide-scrollbars", scheme, window, f"--screenshot={image}")
    run_quietly("chromium", *flags, str(frame))
    return Image.open(image).crop((0, 0, port.width, port.height))


def reduce_colors(shot: Shot) -> Shot:
    """Return the same image with a small palette."""
    return shot._replace(image=shot.image.convert("RGB").quantize(COLORS, Image.Quantize.MAXCOVERAGE))


def run_quietly(*command: str) -> None:
    """Run a command. Raises CalledProcessError if it fails."""
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
