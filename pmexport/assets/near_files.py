"""Other spellings of a file's name, and the file of a folder that an author probably meant."""

import difflib
import os
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

MOST_FILES = 2_000
"""Files of a folder that are compared with a name."""
_MOST_FOLDERS = 200
_NEAREST = 0.75
"""Ratio of difflib from which a name is near."""


def list_spellings(source: str) -> list[str]:
    r"""Return a path as written, and as other programs write it.

    Markdown may write `a b.png` as `a%20b.png`, Windows writes `graphs\a.png`, and macOS takes an accent apart (NFD).
    """
    names = [source, unquote(source)]
    names += [name.replace("\\", "/") for name in names]
    forms = (unicodedata.normalize(form, name) for name in names for form in ("NFC", "NFD"))
    return list(dict.fromkeys((*names, *forms)))


def find_near_file(source: str, files: Iterable[str]) -> str:
    """Return the file that was probably meant, in other case, elsewhere or mistyped; empty if there is none."""
    folded = {_fold_path(path): path for path in files}
    by_name = {path.rpartition("/")[2]: path for path in folded}
    wanted = _fold_path(source)
    near = wanted if wanted in folded else by_name.get(wanted.rpartition("/")[2])
    near = near or next(iter(difflib.get_close_matches(wanted[-200:], folded, 1, _NEAREST)), "")
    return folded.get(near, "")


def list_files(base: Path) -> tuple[str, ...]:
    """Return the paths of the files in a folder and below it, sorted; not all of them in a very large one."""
    return tuple(sorted(islice(_walk_files(base), MOST_FILES)))


def _walk_files(base: Path) -> Iterator[str]:
    waiting = deque([""])
    for _ in range(_MOST_FOLDERS):
        if not waiting:
            return
        inside = waiting.popleft()
        with suppress(OSError), os.scandir(base / inside) as entries:
            for entry in islice(entries, MOST_FILES):
                path = f"{inside}{entry.name}"
                if entry.name.startswith(".") or not path.isprintable():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                else:
                    yield path


def _fold_path(path: str) -> str:
    return unicodedata.normalize("NFC", unquote(path)).replace("\\", "/").removeprefix("./").casefold()
