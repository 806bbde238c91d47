"""Read the text files of themes."""

import re
from pathlib import Path

from pmexport.errors import InputError, ThemeError
from pmexport.limits import DEFAULT
from pmexport.problems import Problem
from pmexport.reading.parsed_tree import Parsed
from pmexport.reading.source_text import SourceText
from pmexport.reading.toml_reader import parse_toml

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def read_text(path: Path) -> str:
    """Return the text of a theme's file. Raises ThemeError if it cannot be read or is not UTF-8."""
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ThemeError(problems=[Problem(f"the file cannot be read: {reason}.", file=str(path))]) from error


def parse_text(path: Path) -> Parsed:
    """Return what is in a TOML file of a theme. Raises ThemeError if it cannot be read or is not TOML."""
    source = SourceText(read_text(path).removeprefix("\N{BYTE ORDER MARK}"), str(path))
    try:
        return parse_toml(source, DEFAULT)
    except InputError as error:
        raise ThemeError(problems=error.problems) from None


def blank_comments(style: str) -> str:
    """Return a style sheet with spaces in place of its comments, so that everything else keeps its place."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), style)
