"""Parsed style sheets and fonts, which are kept from one rendering to the next."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pdfs import render
from trees import document, minimal, p, section

from pmexport.errors import RenderError
from pmexport.renderers.pdf import style_kits
from pmexport.renderers.pdf.style_kits import StyleSheets, keep_kit, take_kit
from pmexport.theming import themes
from pmexport.theming.themes import Theme, find_theme

pytestmark = pytest.mark.slow

FONT = Path("fonts") / "IBMPlexSans-SemiBold.ttf"
LARGE: StyleSheets = [(None, "p { font-size: 20pt }")]


@pytest.fixture(autouse=True)
def _no_kits() -> Iterator[None]:
    style_kits._kits.clear()
    yield
    style_kits._kits.clear()


def make_theme(folder: Path, style: str = "") -> Theme:
    """Return a theme with its own copy of a font and a style sheet that imports another."""
    (folder / "fonts").mkdir(parents=True)
    shutil.copy(themes.built_in_folder() / "default" / FONT, folder / FONT)
    (folder / "theme.toml").write_text('summary = "Own"\n')
    (folder / "pdf.css").write_text('@import "more.css";')
    (folder / "more.css").write_text(style)
    return find_theme(folder)


def test_the_bytes_do_not_depend_on_what_was_rendered_before(tmp_path: Path) -> None:
    first = render(minimal())
    render(document(section("summary", p("Καλημέρα, 日本 \N{CHECK MARK} ", "x" * 400))))
    render(minimal(), make_theme(tmp_path / "own", "h1 { font-size: 30pt }"))
    assert render(minimal()) == first
    assert render(minimal(), find_theme("board")) != first


def test_a_kit_is_used_again_and_by_one_rendering_at_a_time() -> None:
    theme = themes.default_theme()
    one, two = take_kit(theme, LARGE), take_kit(theme, LARGE)
    assert one is not two
    keep_kit(one)
    assert take_kit(theme, [(None, "p { color: red }")]) is not one
    assert take_kit(theme, LARGE) is one
    assert take_kit(theme, LARGE) is not one


def test_only_some_kits_are_kept() -> None:
    for number in range(20):
        keep_kit(take_kit(themes.default_theme(), [(None, f"p {{ margin: {number}px }}")]))
    assert len(style_kits._kits) == style_kits._MOST


def test_a_theme_that_changes_is_read_again(tmp_path: Path) -> None:
    theme = make_theme(tmp_path / "own")
    plain = render(minimal(), theme)
    (tmp_path / "own" / "more.css").write_text("h1 { font-size: 40pt }")
    assert render(minimal(), theme) != plain
    (tmp_path / "own" / "more.css").write_text("")
    assert render(minimal(), theme) == plain
    shutil.copy(themes.built_in_folder() / "default" / "fonts" / "IBMPlexSerif-SemiBold.ttf", tmp_path / "own" / FONT)
    assert render(minimal(), theme) != plain


def test_a_font_that_cannot_be_loaded_fails_each_time(tmp_path: Path) -> None:
    theme = make_theme(tmp_path / "own")
    (tmp_path / "own" / FONT).write_bytes(b"not a font")
    for _ in range(2):
        with pytest.raises(RenderError, match="cannot be loaded"):
            render(minimal(), theme)


def test_a_copy_of_the_fonts_ends_with_its_kit() -> None:
    render(minimal())
    folder = Path(style_kits._kits[0].fonts._folder)
    assert list(folder.iterdir())
    style_kits._kits.clear()
    gc.collect()
    assert not folder.exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_process_leaves_the_fonts_to_its_parent() -> None:
    first = render(minimal())
    folder = Path(style_kits._kits[0].fonts._folder)
    child = os.fork()
    if not child:
        style_kits._free_kits()
        os._exit(len(style_kits._kits))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert list(folder.iterdir())
    assert render(minimal()) == first
