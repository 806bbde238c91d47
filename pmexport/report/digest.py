"""Provenance: which report a document was made from, in which state, and with which program.

The state is a digest that does not depend on how the report was written: YAML, JSON, TOML or a mapping.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pmexport._version import __version__
from pmexport.report.model import Report

GENERATOR = f"pmexport {__version__}"
"""The program that makes documents, with its version."""

SCHEME = "sha256:"
"""The prefix of a digest where its kind must be named, such as in a file's properties."""

_EMPTY: tuple[object, ...] = (None, (), {})


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a document states about its origin. Texts; empty if it does not state them."""

    digest: str
    """The SHA-256 digest of the report, in hexadecimal."""
    id: str = ""
    """The report's id."""
    revision: str = ""
    """The report's revision."""
    generator: str = ""
    """The program that made the document, with its version."""
    as_of: str = ""
    """The date on which action items were counted, in ISO 8601."""
    look: str = ""
    """The house style and the theme, as `Look.text`."""


@dataclass(frozen=True, slots=True)
class Look:
    """Which house style and theme a document was made with. They are no part of the report's digest."""

    style: str = ""
    """The short digest of the house style; empty if there is none."""
    theme: str = ""
    """The name and the short digest of the theme."""

    @property
    def text(self) -> str:
        """The record of both: `house-style:3fa91c0d2b7e theme:acme:8c21e0b7f1d2`."""
        both = (("house-style", self.style), ("theme", self.theme))
        return " ".join(f"{name}:{value}" for name, value in both if value)

    @property
    def is_chosen(self) -> bool:
        """Whether anything but pmexport's own look was chosen, so that readers are told."""
        return bool(self.style) or not f"{self.theme}:".startswith(("default:", ":"))

    @classmethod
    def parse(cls, text: str) -> Look:
        """Return the look of which a text has the record; an empty one without a record."""
        found: dict[str, str] = dict(_LOOK.findall(text))
        return cls(found.get("house-style", ""), found.get("theme", ""))

    def list_differences(self, stated: Look) -> dict[str, tuple[str, str]]:
        """Return what a document states and this look, for each of both that differs.

        A document that states no theme is of a format without one, or older than this record.
        """
        pairs = {"house style": (stated.style, self.style), "theme": (stated.theme or self.theme, self.theme)}
        return {name: (said, known) for name, (said, known) in pairs.items() if said != known}


NO_LOOK = Look()
SHORT = 12
"""Hexadecimal digits of a short digest."""
_LOOK = re.compile(rf"\b(house-style|theme):((?:[\w.-]{{1,40}}:)?[0-9a-f]{{{SHORT}}})\b")


def shorten_digest(parts: Iterable[bytes]) -> str:
    """Return the short digest of several parts."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()[:SHORT]


def digest_report(report: Report, files: Mapping[str, str]) -> str:
    """Return the SHA-256 digest of a report and its files, in hexadecimal.

    files: the digests of images and logs, by the names that the report uses.
    """
    return hashlib.sha256(canonical_form(report, files)).hexdigest()


def canonical_form(report: Report, files: Mapping[str, str]) -> bytes:
    r"""Return the canonical form of a report: everything that can reach a document.

    It is JSON according to RFC 8785: UTF-8, sorted keys, no white space. `report` contains the fields of the report
    format: texts as written, with `\n` as line end; without empty values; a single item as a list, and a bare text as a
    mapping, where the format allows either; `impact` as a list of pairs, because the order of metrics matters; without
    `checks` and `finalized_digest`, which no document shows. `files` is a sorted list of pairs: the name of an image or
    log as the report writes it, and its digest. Files that could not be read are left out.
    """
    fields = report.model_dump(exclude={"checks", "finalized_digest"})
    fields["impact"] = tuple(pair for pair in fields["impact"].items() if pair[1])
    whole = {"files": sorted(files.items()), "report": _drop_empty(fields)}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def write_digests(files: Mapping[str, str]) -> str:
    """Return a list of files with their SHA-256 digests, one a line, in the form of the program `sha256sum`."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))


def read_digests(text: str) -> dict[str, str]:
    """Return the digests of the files in a list, by their names. Lines of another form are left out."""
    return {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (.+)$", text, re.MULTILINE)}


def _drop_empty(value: object) -> object:
    """Return a dumped report without empty values in mappings; items of lists stay."""
    if isinstance(value, dict):
        filled = {key: _drop_empty(item) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item not in _EMPTY}
    return tuple(map(_drop_empty, value)) if isinstance(value, tuple) else value
