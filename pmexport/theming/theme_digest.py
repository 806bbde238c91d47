"""The short digest of a theme, which documents record: of its tokens, and of its files in all of its folders."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from pmexport.report.digest import shorten_digest
from pmexport.theming.themes import Theme, built_in_folder, find_theme

_LONGEST_NAME = 40


def describe_theme(theme: Theme) -> str:
    """Return the name and the short digest of a theme: `acme:8c21e0b7f1d2`."""
    name = re.sub(r"[^\w.-]+", "-", theme.name)[:_LONGEST_NAME] or "theme"
    tokens = theme.tokens.model_dump_json().encode()
    return f"{name}:{shorten_digest([tokens, *(_digest_folder(theme, folder) for folder in theme.folders)])}"


def _digest_folder(theme: Theme, folder: Path) -> bytes:
    if folder.resolve().parent == built_in_folder().resolve():
        return _digest_built_in(folder.resolve())
    return shorten_digest(_read_files(theme, folder)).encode()


@cache
def _digest_built_in(folder: Path) -> bytes:
    """Return the digest of a built-in theme's files, which do not change."""
    return shorten_digest(_read_files(find_theme(folder), folder)).encode()


def _read_files(theme: Theme, folder: Path) -> Iterator[bytes]:
    """Yield the names and the contents of a theme's files in one of its folders, without those that cannot be read."""
    alone = replace(theme, folders=(folder,))
    names = {path.relative_to(folder).as_posix() for path in theme.list_files() if path.is_relative_to(folder)}
    for name in sorted(names):
        if path := alone.find(name):
            with suppress(OSError):
                yield name.encode("utf-8", "surrogateescape") + b"\0" + path.read_bytes()
