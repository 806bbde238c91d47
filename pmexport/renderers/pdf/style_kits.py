"""Parsed style sheets and loaded fonts, kept from one rendering to the next.

They are a third of the time of a short report. WeasyPrint does not free all of a font configuration's memory, so a new
one for each rendering would also leak.
"""

import atexit
import os
from contextlib import suppress
from multiprocessing.util import Finalize
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from weasyprint import CSS  # type: ignore[import-untyped]
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]

from pmexport.renderers.pdf.theme_files import FileState, ThemeFetcher, examine_file
from pmexport.theming.themes import Theme

StyleSheets = list[tuple[str | None, str]]
"""Texts of style sheets, each with its base URL, if it has one."""
_MOST = 8
"""Kits that are kept. Each has a copy of the theme's fonts in the temporary folder."""


class StyleKit(NamedTuple):
    """The parsed style sheets and the fonts of a theme. One rendering at a time uses it."""

    folders: tuple[Path, ...]
    """Of the theme."""
    texts: StyleSheets
    sheets: list[CSS]
    fonts: FontConfiguration
    files: dict[str, FileState | None]
    """The states of the fonts and imported style sheets as they were read, by their URLs."""


_kits: list[StyleKit] = []
"""Those that no rendering uses at the moment, the one used last at the end."""
_inherited: list[StyleKit] = []
"""Those of the process from which this one was forked."""


def take_kit(theme: Theme, texts: StyleSheets) -> StyleKit:
    """Return a kit for these style sheets of a theme, for this rendering alone."""
    for kit in _kits[::-1]:
        if kit.folders == theme.folders and kit.texts == texts:
            with suppress(ValueError):  # another thread took it
                _kits.remove(kit)
                if all(examine_file(theme, url) == state for url, state in kit.files.items()):
                    return kit
    return _make_kit(theme, texts)


def keep_kit(kit: StyleKit) -> None:
    """Keep a kit for the next rendering."""
    _kits.append(kit)
    del _kits[:-_MOST]


def parse_sheets(texts: StyleSheets, fetcher: ThemeFetcher, fonts: FontConfiguration) -> list[CSS]:
    """Return parsed style sheets, and load the fonts that they name."""
    return [CSS(string=text, base_url=base, url_fetcher=fetcher, font_config=fonts) for base, text in texts]


def _make_kit(theme: Theme, texts: StyleSheets) -> StyleKit:
    fetcher, fonts = ThemeFetcher(theme), FontConfiguration()
    kit = StyleKit(theme.folders, texts, parse_sheets(texts, fetcher, fonts), fonts, fetcher.read)
    if fonts._folder:  # noqa: SLF001 - its copies of fonts
        Finalize(fonts, rmtree, (fonts._folder, True), exitpriority=0)  # noqa: SLF001 - when the process ends, too
    return kit


def _leave_kits() -> None:
    """Leave the kits to the parent of a forked process: their fonts have threads, and their files are its own."""
    for kit in _kits:
        kit.fonts._folder = None  # noqa: SLF001
    _inherited.extend(_kits)
    _kits.clear()


@atexit.register
def _free_kits() -> None:
    """Free the kits while their libraries still exist."""
    _kits.clear()
    _inherited.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_kits)
