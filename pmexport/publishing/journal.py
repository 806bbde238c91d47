"""The journal of a finalization: what is needed to finish or undo it after a crash."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pmexport.assets.atomic_write import PART_NAME, sync_folder, write_new
from pmexport.errors import WriteError
from pmexport.problems import show_name

_MOST_BYTES = 2**28
"""Of both contents. A stranger's file of this name may be endless."""
_HEADER_BYTES = 2**16


@dataclass(frozen=True, slots=True)
class Journal:
    """A finalization that has begun."""

    before: bytes
    """The report's content before."""
    after: bytes
    """The report's content after."""
    part: str = ""
    """The path of the complete document until it is put in place; empty if it was written to a stream."""


def journal_path(report: Path) -> Path:
    """Return the path of a report's journal: next to it, with a name that is never too long."""
    return report.with_name(f".pmexport-{hashlib.sha256(os.fsencode(report.name)).hexdigest()[:16]}.journal")


def write_journal(path: Path, journal: Journal) -> None:
    """Write a journal that survives a crash of the machine; only its owner can read it. Raises OSError."""
    body = journal.before + journal.after
    if len(body) > _MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    digest = hashlib.sha256(body).hexdigest()
    header = {"before": len(journal.before), "part": journal.part, "sha256": digest}
    try:
        write_new(path, json.dumps(header).encode() + b"\n" + body, 0o600)
    except FileExistsError:
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def read_journal(path: Path) -> Journal | None:
    """Return a journal; None if it is not complete, so that the report was not changed yet.

    Raises FileNotFoundError, other OSErrors, and WriteError for a file that this user did not write: anyone may have
    put it into a shared folder.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        _require_own(os.fstat(descriptor), path)
        header, body = file.readline(_HEADER_BYTES), file.read(_MOST_BYTES)
    try:
        fields = json.loads(header)
        size, part, digest = fields["before"], fields["part"], fields["sha256"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if digest != hashlib.sha256(body).hexdigest() or not isinstance(size, int) or not isinstance(part, str):
        return None
    return Journal(body[:size], body[size:], part if PART_NAME.fullmatch(Path(part).name) else "")


def _require_own(status: os.stat_result, path: Path) -> None:
    own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
    if not (own and stat.S_ISREG(status.st_mode)):
        raise WriteError(
            f"{show_name(path)} has the name of a journal of `finalize` but was not created by your user account. "
            "Check it, then delete it."
        )
