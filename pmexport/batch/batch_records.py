"""What is known about the documents in a folder, so that a run that was stopped can be continued.

Each report has a line in a file, which is added before its documents are written: a document is complete if it has the
digest of the line. A line that was cut off by a crash is ignored.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from pmexport.assets.atomic_write import write_file
from pmexport.errors import WriteError
from pmexport.problems import show_name

FILE = ".pmexport/records.jsonl"


@dataclass(frozen=True, slots=True)
class Record:
    """What the documents of a report were made from."""

    name: str
    """As in `NamedReport`."""
    key: str
    """The SHA-256 digest of everything that the documents depend on."""
    files: tuple[str, ...]
    """The names of images and logs, as the report writes them."""
    documents: dict[str, str] = field(default_factory=dict)
    """The SHA-256 digests of the documents, by their paths in the folder."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the pages about all reports show of it, as plain data."""
    warnings: tuple[dict[str, Any], ...] = ()
    """What its author should look at, as plain data. In place of the report's path there is none."""

    def describes(self, folder: Path) -> bool:
        """Return whether all documents are in the folder, as they were written."""
        return all(_digest_file(folder / name) == digest for name, digest in self.documents.items())


class Records:
    """The records of a folder."""

    def __init__(self, folder: Path) -> None:
        """Read the records; there are none in a new folder."""
        self._path = folder / FILE
        self._records = {record.name: record for record in _read_records(self._path)}

    def find(self, name: str) -> Record | None:
        """Return the record of a report; None if there is none."""
        return self._records.get(name)

    def list_documents(self) -> set[str]:
        """Return the paths of all documents that were written into the folder."""
        return {document for record in self._records.values() for document in record.documents}

    def list_others(self, names: Iterable[str]) -> list[str]:
        """Return the names of reports that have a record but are not among these."""
        return sorted(self._records.keys() - set(names))

    def tidy(self) -> None:
        """Write the file again, with one line for each report. Raises WriteError."""
        write_file(self._path, b"".join(map(_write_line, self._records.values())))

    def add(self, record: Record) -> None:
        """Add a record, which replaces an older one of the same report. Raises WriteError."""
        self._records[record.name] = record
        try:
            with self._path.open("ab") as file:
                file.write(_write_line(record))
        except OSError as error:
            raise WriteError(f"{show_name(self._path)} cannot be written: {error.strerror}.") from error


def _write_line(record: Record) -> bytes:
    return json.dumps(asdict(record), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _read_records(path: Path) -> Iterable[Record]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            fields = json.loads(line)
            yield Record(**fields | {"files": tuple(fields["files"]), "warnings": tuple(fields.get("warnings", ()))})
        except (ValueError, TypeError, KeyError):
            continue


def _digest_file(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
