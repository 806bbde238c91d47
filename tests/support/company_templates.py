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


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
NAMESPACES = " ".join(
    [
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
        f'xmlns:r="{_OFFICE}"',
        'xmlns:v="urn:schemas-microsoft-com:vml"',
        'xmlns:o="urn:schemas-microsoft-com:office:office"',
        f'xmlns:a="{_DRAWING}/main"',
        f'xmlns:wp="{_DRAWING}/wordprocessingDrawing"',
        f'xmlns:pic="{_DRAWING}/picture"',
    ]
)
STORIES = {
    "body": "document",
    "text box": "document",
    "header": "header1",
    "footer": "footer1",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "glossary": "glossary/document",
}
"""The places of a template that hold text, and the names of their parts."""
_ROOTS = {
    "footnotes": "<w:footnotes {}><w:footnote w:id='2'>{}</w:footnote></w:footnotes>",
    "endnotes": "<w:endnotes {}><w:endnote w:id='2'>{}</w:endnote></w:endnotes>",
    "comments": "<w:comments {}><w:comment w:id='2' w:author='A'>{}</w:comment></w:comments>",
    "glossary": "<w:glossaryDocument {}><w:docParts><w:docPart><w:docPartBody>{}</w:docPartBody></w:docPart>"
    "</w:docParts></w:glossaryDocument>",
}


def with_content(path: Path, story: str, xml: str, relations: Sequence[tuple[str, str, str]] = ()) -> Path:
    """Make a template with a paragraph `{{report}}` that has this content in one of its stories.

    xml: paragraphs, with the prefixes of `NAMESPACES`. relations: id, type (without the usual start) and target; a
    target that is not an address is a part, which is created.
    """
    word = docx.Document()
    word.add_paragraph("{{report}}")
    word.sections[0].header.paragraphs[0].text = "@header1@"
    word.sections[0].footer.paragraphs[0].text = "@footer1@"
    word.add_paragraph("@document@")
    word.save(str(path))
    parts = read(path)
    name = f"word/{STORIES[story]}.xml"
    if story in _ROOTS:
        parts[name] = _ROOTS[story].format(NAMESPACES, xml).encode()
        kind = "glossaryDocument" if story == "glossary" else story
        _relate(parts, "word/document.xml", "story", kind, name.removeprefix("word/"))
        form = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind.removesuffix('Document')}"
        _declare(parts, name, f"{form}{'.document' * (story == 'glossary')}+xml")
    else:
        _insert(parts, name, xml, boxed=story == "text box")
    for key, kind, target in relations:
        _relate(parts, name, key, kind, target)
        if "://" not in target and not target.startswith("\\\\"):
            parts[f"{name.rpartition('/')[0]}/{target}"] = b"active content"
            _declare(parts, f"{name.rpartition('/')[0]}/{target}", "application/octet-stream")
    return write(path, parts)


def _insert(parts: dict[str, bytes], name: str, xml: str, *, boxed: bool) -> None:
    """Replace the paragraph that marks the place in a part."""
    if boxed:
        xml = f"<w:txbxContent>{xml}</w:txbxContent>"
        xml = f"<w:p><w:r><w:pict><v:shape><v:textbox>{xml}</v:textbox></v:shape></w:pict></w:r></w:p>"
    text = parts[name].decode()
    mark = text.index("@")
    start, end = text.rindex("<w:p>", 0, mark) if "<w:p>" in text[:mark] else -1, text.index("</w:p>", mark)
    start = max(start, text.rindex("<w:p ", 0, mark) if "<w:p " in text[:mark] else -1)
    root = text.index("<w:", text.index("?>"))
    known = text[root : text.index(">", root)]
    missing = " ".join(one for one in NAMESPACES.split() if one.partition("=")[0] not in known)
    filled = f"{text[:start]}{xml}{text[end + len('</w:p>') :]}"
    first = filled.index(">", root)
    parts[name] = f"{filled[:first]} {missing}{filled[first:]}".encode()


def _relate(parts: dict[str, bytes], name: str, key: str, kind: str, target: str) -> None:
    """Add a relationship to a part."""
    folder, _, file = name.rpartition("/")
    external = ' TargetMode="External"' if "://" in target or target.startswith("\\\\") else ""
    entry = f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"{external}/></Relationships>'
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    relations = f"{folder}/_rels/{file}.rels"
    parts[relations] = parts.get(relations, empty).replace(b"</Relationships>", entry.encode())


def _declare(parts: dict[str, bytes], name: str, content_type: str) -> None:
    entry = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", entry.encode())
