"""Company templates for tests, made by python-docx and LibreOffice, and one with German style names."""

from __future__ import annotations

import base64
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Mm, Pt, RGBColor
from libreoffice import find_soffice
from PIL import Image

DATA = Path(__file__).parent / "docx_templates"


def logo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (30, 10), "#b00020").save(out, "PNG")
    return out.getvalue()


def by_python_docx(path: Path) -> Path:
    """Make a landscape letterhead with odd, even and first-page headers, which the last section inherits."""
    word = docx.Document()
    word.settings.odd_and_even_pages_header_footer = True
    first = word.sections[0]
    first.different_first_page_header_footer = True
    first.first_page_header.paragraphs[0].add_run().add_picture(BytesIO(logo()), width=Mm(30))
    first.even_page_header.paragraphs[0].text = "Acme, even: {{id}}"
    first.header.paragraphs[0].text = "Acme: {{title}}"
    foot = first.footer.paragraphs[0]
    foot.add_run("Class: {{class").bold = True
    foot.add_run("ification}}, rev. {{rev")
    foot.add_run("ision}}, {{project}}")
    style = word.styles.add_style("Acme Heading", WD_STYLE_TYPE.PARAGRAPH)
    style.font.size, style.font.color.rgb = Pt(17), RGBColor(0x11, 0x55, 0x33)
    word.styles.add_style("Acme Table", WD_STYLE_TYPE.TABLE)
    word.add_paragraph("A sample that the report replaces", "Acme Heading").add_run().add_picture(BytesIO(logo()))
    last = word.add_section()
    last.orientation, last.page_width, last.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    word.add_table(2, 2)
    word.save(str(path))
    return path


def by_libreoffice(path: Path) -> Path:
    """Make a cover with a table of contents, a first page with a logo, and text before and after the report."""
    source = path.with_suffix(".fodt")
    text = (DATA / "libreoffice.fodt").read_text("utf-8")
    source.write_text(text.replace("@LOGO@", base64.b64encode(logo()).decode()), "utf-8")
    convert([source], "docx")
    return path


def in_german(path: Path) -> Path:
    """Make a cover with a logo, landscape pages for the report, and an imprint; style names are translated."""
    folder = DATA / "german"
    parts = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    write(path, {**parts, "word/media/image1.png": logo()})
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    "python-docx": by_python_docx,
    "libreoffice": by_libreoffice,
    "german": in_german,
}


class Templates(dict[str, Path]):
    """Company templates by the program that made them, each created on first use."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, name: str) -> Path:
        self[name] = MAKERS[name](self.folder / f"{name}.docx")
        return self[name]


def convert(files: Sequence[Path], suffix: str) -> list[Path]:
    """Convert files in a folder with LibreOffice, using its own profile; the results are next to them."""
    folder = files[0].parent
    profile = f"-env:UserInstallation={(folder / 'libreoffice').as_uri()}"
    command = [find_soffice(), profile, "--headless", "--convert-to", suffix, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True)
    return [file.with_suffix(f".{suffix}") for file in files]


def read(file: Path | bytes) -> dict[str, bytes]:
    """Return a file's parts by name; names are unique."""
    with zipfile.ZipFile(file if isinstance(file, Path) else BytesIO(file)) as archive:
        names = archive.namelist()
        assert len(set(names)) == len(names)
        return {name: archive.read(name) for name in names}


def write(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path
