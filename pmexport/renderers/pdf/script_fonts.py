"""Which fonts a script needs, and where they are found."""

import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

from fontTools.unicodedata import script, script_name  # type: ignore[import-untyped]

_COMMON = {"Zyyy", "Zinh", "Zzzz"}
"""ISO 15924 codes of characters that belong to no script."""


class ScriptFont(NamedTuple):
    """A family of fonts that contains a script, and where it is found."""

    name: str
    """Of the script, or the scripts."""
    family: str
    package: str
    """On Debian and Ubuntu."""
    page: str
    """From which the family can be downloaded."""

    @property
    def advice(self) -> str:
        """What to install."""
        return f"Install {self.family}. On Debian and Ubuntu: apt install {self.package}. Elsewhere: {self.page}"


@cache
def find_script_font(code: str) -> ScriptFont:
    """Return the fonts for a script (ISO 15924), or for `emoji` or `symbol`."""
    for entry in _read_entries():
        if code in entry["scripts"]:
            return ScriptFont(entry["name"], entry["family"], entry["package"], entry["page"])
    name = script_name(code).replace("_", " ")
    return ScriptFont(name, f"Noto Sans {name}", "fonts-noto-core", "https://fonts.google.com/noto")


def name_script(character: str) -> str:
    """Return the name of a character's script; empty if it belongs to none, as digits and punctuation do."""
    code = script(character)
    return "" if code in _COMMON or not character.isprintable() else find_script_font(code).name


def group_scripts(texts: Iterable[str]) -> dict[str, str]:
    """Return the characters of texts by the names of their scripts."""
    found: dict[str, str] = {}
    for character in sorted({character for text in texts for character in text}):
        if unicodedata.category(character)[0] == "L" and (name := name_script(character)):
            found[name] = found.get(name, "") + character
    return found


@cache
def _read_entries() -> list[dict[str, str]]:
    data = tomllib.loads(resources.files(__package__).joinpath("script_fonts.toml").read_text("utf-8"))
    entries: list[dict[str, str]] = data["fonts"]
    return entries
