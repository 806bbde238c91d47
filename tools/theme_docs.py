"""Write what docs/themes.md shows: `python tools/theme_docs.py`.

It updates the table of tokens, and takes images (by Poppler) of the included themes and of the examples, each of which
adds its files to those of the examples before it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageDraw
from pydantic import BaseModel

from pmexport import load, render
from pmexport.theming import themes
from pmexport.theming.tokens import Tokens

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "themes.md"
IMAGES = ROOT / "docs" / "themes"
SAMPLE = ROOT / "samples" / "checkout-outage.yaml"
WORDS = {1: "Incident Metadata", 2: "Root Cause", 3: "Lessons Learned", 4: "Incident Metadata"}
"""What the page that is shown of each example contains."""
_BLOCK = re.compile(r"^```\w+\n(?:# |/\* |\{# )acme/(\S+)(?: \*/| #\})?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RUNG = re.compile(r"^### (\d)\. ", re.MULTILINE)
_TABLE = re.compile(r"(?<=<!-- tokens: begin -->\n).*(?=<!-- tokens: end -->)", re.DOTALL)


def list_rungs() -> list[dict[str, str]]:
    """Return the files that each example adds to a theme, by their names."""
    text = DOCUMENT.read_text("utf-8").split("## Style sheets")[0]
    return [dict(_BLOCK.findall(part)) for part in _RUNG.split(text)[2::2]]


def write_rungs(folder: Path, count: int) -> Path:
    """Write the theme of the first examples into a folder, with a logo, and return the folder."""
    for files in list_rungs()[:count]:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
    logo = Image.new("RGB", (260, 90), "#7a1fa2")
    ImageDraw.Draw(logo).text((40, 18), "ACME", fill="white", font_size=54)
    logo.save(folder / "logo.png")
    return folder


def write_tokens() -> str:
    """Return the document with its table of tokens."""
    lines = [
        "| token | default | what it is |",
        "|---|---|---|",
        *_list_rows(Tokens, themes.default_theme().tokens, ""),
    ]
    table = "\n".join(lines) + "\n"
    return _TABLE.sub(lambda _: table, DOCUMENT.read_text("utf-8"))


def _list_rows(model: type[BaseModel], values: BaseModel, before: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        value = getattr(values, name)
        if name == "dark":
            continue
        if isinstance(value, BaseModel):
            yield from _list_rows(type(value), value, f"{before}{name}.")
        else:
            text = " ".join((field.description or "").split()).replace("|", "\\|")
            yield f"| `{before}{name}` | {_show_value(value)} | {text} |"


def _show_value(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{value[0]}`, …" if value else "none"
    return f"`{value}`" if value else "none"


def take_images() -> None:
    """Write the images."""
    IMAGES.mkdir(exist_ok=True)
    for name in themes.theme_names():
        if name != themes.DEFAULT:
            _take_page(render(SAMPLE, "pdf", theme=name, as_of="2026-11-28"), "Incident Metadata", name)
    for number in range(1, len(list_rungs()) + 1):
        with TemporaryDirectory() as folder:
            theme = write_rungs(Path(folder) / "acme", number)
            _take_page(render(load(SAMPLE), "pdf", theme=theme, as_of="2026-11-28"), WORDS[number], f"rung-{number}")


def _take_page(pdf: bytes, words: str, name: str) -> None:
    """Write an image of the last page on which these words are a line."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(
            [_find("pdftotext"), "-layout", path, "-"], check=True, capture_output=True, text=True
        ).stdout
        title = re.compile(rf"^ *(\d+ +)?{words}\b", re.MULTILINE)
        pages = [number for number, page in enumerate(text.split("\f"), 1) if title.search(page)]
        chosen = str(pages[-1] if pages else 1)
        subprocess.run(
            [_find("pdftoppm"), "-r", "72", "-png", "-singlefile", "-f", chosen, path, Path(folder) / "page"],
            check=True,
        )
        image = Image.open(Path(folder) / "page.png").convert("RGB")
        image.quantize(96, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


def _find(program: str) -> str:
    return shutil.which(program) or program


def main() -> None:
    """Update the table and the images."""
    DOCUMENT.write_text(write_tokens(), "utf-8")
    if shutil.which("pdftoppm"):
        take_images()
    else:
        print("pdftoppm is not installed: the images are left out")


if __name__ == "__main__":
    main()
