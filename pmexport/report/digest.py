"""Where a document comes from: which report, in which state, and with what it was made.

The state is told by a digest that is the same however the report was written: in YAML, JSON, TOML or as a mapping.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from pmexport._version import __version__
from pmexport.report.model import Report

GENERATOR = f"pmexport {__version__}"
"""The program that makes documents, with its version."""

SCHEME = "sha256:"
"""Stands before a digest where its kind is not said otherwise, as in the properties of a file."""

_EMPTY: tuple[object, ...] = (None, (), {})


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a document says of its making. Texts, empty where it does not say."""

    digest: str
    """The SHA-256 digest of the report, in hexadecimal."""
    id: str = ""
    """The report's id."""
    revision: str = ""
    """The report's revision."""
    generator: str = ""
    """The program that made the document, with its version."""
    as_of: str = ""
    """The day as of which action items were counted, as an ISO 8601 date."""


def digest_report(report: Report, files: Mapping[str, str]) -> str:
    """Return the SHA-256 digest of a report and of the files that were read for it, in hexadecimal.

    files: their own digests, by the names that the report has for them.
    """
    return hashlib.sha256(canonical(report, files)).hexdigest()


def canonical(report: Report, files: Mapping[str, str]) -> bytes:
    r"""Return the canonical form of a report: all of it that can reach a document.

    It is JSON as RFC 8785 writes it: UTF-8, keys sorted, no white space. `report` holds the fields of the report
    format: texts as written, save that the lines of a file end in `\n`; without what is empty; one item that stands for
    a list as that list, a bare text that stands for a mapping as that mapping; `impact` as a list of pairs, as the
    order of its metrics counts; and without `checks`, which no document shows. `files` is a sorted list of pairs: the
    name of a picture or log, as the report has it, and its own digest. A file that could not be read is left out.
    """
    fields = report.model_dump(exclude={"checks"})
    fields["impact"] = tuple(pair for pair in fields["impact"].items() if pair[1])
    whole = {"files": sorted(files.items()), "report": _filled(fields)}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _filled(value: object) -> object:
    """Return a dumped report without what is empty in its mappings; the items of lists stay."""
    if isinstance(value, dict):
        filled = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item not in _EMPTY}
    return tuple(map(_filled, value)) if isinstance(value, tuple) else value
