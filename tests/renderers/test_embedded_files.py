"""A theme's fonts and images are in the web page itself."""

from __future__ import annotations

import re
import shutil
import zipfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pdfs import fonts_of
from PIL import Image
from pypdf import PdfReader

from pmexport import ThemeError, load, render
from pmexport.theming import themes

FONT = themes.built_in_folder() / "default" / "fonts" / "IBMPlexSerif-Regular.ttf"
REPORT = {"title": "Suche fiel aus: Ünü", "summary": "Kurz."}


def make_theme(folder: Path, style: str) -> Path:
    (folder / "fonts").mkdir(parents=True)
    (folder / "theme.toml").write_text('summary = "Mine"\n[fonts]\ntext = ["Acme"]\nword_text = "Acme"\n', "utf-8")
    (folder / "style.css").write_text(style, "utf-8")
    shutil.copy(FONT, folder / "fonts" / "Acme.ttf")
    Image.new("RGB", (3, 2)).save(folder / "ground.png")
    return folder


def test_a_font_has_the_characters_that_the_page_needs(tmp_path: Path) -> None:
    theme = make_theme(
        tmp_path / "acme", '@font-face { font-family: "Acme"; src: url("fonts/Acme.ttf") format("truetype"); }'
    )
    page = render(load(REPORT), "html", theme=theme).decode()
    (data,) = re.findall(r'src: url\("data:font/woff;base64,([^"]+)"\);', page)
    font = TTFont(BytesIO(b64decode(data)))
    known = set(font.getBestCmap())
    assert set(map(ord, "Suche fiel aus: Ünü")) <= known
    assert ord("Ж") not in known
    assert len(b64decode(data)) < FONT.stat().st_size / 3
    assert "fonts/Acme.ttf" not in page
    assert page == render(load(REPORT), "html", theme=theme).decode()


def test_word_names_it_and_a_pdf_embeds_it(tmp_path: Path) -> None:
    theme = make_theme(tmp_path / "acme", '@font-face { font-family: "Acme"; src: url(fonts/Acme.ttf); }')
    reader = PdfReader(BytesIO(render(load(REPORT), "pdf", theme=theme)))
    assert any("+Acme" in str(font["/BaseFont"]) for font in fonts_of(reader))
    with zipfile.ZipFile(BytesIO(render(load(REPORT), "docx", theme=theme))) as file:
        assert b'w:ascii="Acme"' in file.read("word/styles.xml")


def test_an_image_of_a_style_sheet_is_embedded(tmp_path: Path) -> None:
    theme = make_theme(tmp_path / "acme", "body { background: url( 'ground.png' ); } /* url(none.png) */")
    assert 'url("data:image/png;base64,' in render(load(REPORT), "html", theme=theme).decode()


@pytest.mark.parametrize(
    ("style", "says"),
    [
        ("p {}\np { background: url(none.png) }", r"style\.css:2: the theme has no file none\.png"),
        ("p { background: url(../secret.png) }", r"style\.css:1: the theme has no file \.\./secret\.png"),
        ("p { background: url(https://example.com/a.png) }", "the theme has no file https://example.com/a.png"),
        ("p { background: url(theme.toml) }", "may name the theme's own files ending in .ttf"),
        ("@font-face { font-family: A; src: url(broken.ttf) }", r"the font broken\.ttf cannot be read"),
    ],
)  # fmt: skip
def test_other_files_are_refused_at_their_place(style: str, says: str, tmp_path: Path) -> None:
    theme = make_theme(tmp_path / "acme", style)
    (theme / "broken.ttf").write_bytes(b"no font")
    shutil.copy(theme / "ground.png", tmp_path / "secret.png")
    with pytest.raises(ThemeError, match=says):
        render(load(REPORT), "html", theme=theme)
