"""Import the layout engine, which takes half a second."""

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import StringIO
from threading import Lock, get_ident
from typing import Any

from pmexport.errors import RenderError

ENGINE = "pmexport.renderers.pdf.engine"

NO_PANGO = """\
PDF output needs the Pango library, which is missing ({error}). Install it:
  Debian, Ubuntu:    apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  Fedora:            dnf install pango
  Alpine:            apk add so:libpango-1.0.so.0 so:libpangoft2-1.0.so.0 so:libharfbuzz-subset.so.0
  macOS (Homebrew):  brew install pango
  Windows (MSYS2):   pacman -S mingw-w64-ucrt-x86_64-pango
HTML, Word and Markdown work without it."""

_lock = Lock()


def import_engine() -> Any:
    """Return the module that imports WeasyPrint. Raises RenderError if Pango is missing."""
    with _lock:
        if ENGINE in sys.modules:
            return import_module(ENGINE)
        try:
            with redirect_stdout(StringIO()):  # WeasyPrint prints which libraries are missing
                return _load_libraries()
        except OSError as error:
            raise RenderError(NO_PANGO.format(error=str(error).partition("\n")[0])) from error


def _load_libraries() -> Any:
    if sys.platform == "linux":
        try:
            with _skip_search():
                return import_module(ENGINE)
        except OSError:  # unusual places are found by a search only
            pass
    return import_module(ENGINE)


@contextmanager
def _skip_search() -> Iterator[None]:
    """Let libraries be loaded by the names of their files. A search for each of their other names starts gcc."""
    search, here = ctypes.util.find_library, get_ident()
    ctypes.util.find_library = lambda name: None if get_ident() == here else search(name)
    try:
        yield
    finally:
        ctypes.util.find_library = search
