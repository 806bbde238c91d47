"""Save a final report and its document: both, or neither.

The report is overwritten in place, under a lock. Replacing it by renaming, as documents are replaced, would lose its
owner, access control lists, extended attributes and hard links. Writing in place is not atomic, so a journal next to
the report holds both contents until all is done:

1. The journal is written, then the complete document under another name. The report is still as it was.
2. The report is overwritten. It needs little space, and what it needs can be given back if the disk is full.
3. The document is renamed. From now on, the finalization is done: `recover` finishes it, and otherwise undoes it.
4. The journal is deleted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import zip_longest
from pathlib import Path

from pmexport.assets.atomic_write import follow_links, name_part, replace_with_part, sync_folder, write_part
from pmexport.errors import InputError, WriteError
from pmexport.problems import show_name
from pmexport.publishing.held_signals import hold_signals
from pmexport.publishing.journal import Journal, journal_path, read_journal, write_journal
from pmexport.publishing.report_lock import LockedReport, lock_report


def save_final(
    report: LockedReport, before: bytes, after: bytes, target: Path | None = None, data: bytes = b""
) -> None:
    """Replace a report's content, and write its document.

    before: the content that the report must have now. after: the content that it gets.
    target: the document's path; None if it was written to a stream, which cannot be undone. data: its content.

    Raises WriteError; then the report is as before.
    """
    with _explain_failure(report, target):
        final = None if target is None else _prepare_target(target)
    part = None if final is None else name_part(final)
    journal = journal_path(report.path)
    with hold_signals():
        _require_unchanged(report, before)
        with _explain_failure(report, journal):
            write_journal(journal, Journal(before, after, str(part or "")))
        try:
            if final and part:
                with _explain_failure(report, target):
                    write_part(part, final, data)
            with _explain_failure(report):
                _overwrite(report, before, after)
            if final and part:
                with _explain_failure(report, target):
                    replace_with_part(part, final, data)
        except BaseException:
            _undo(report, before, part, journal)
            raise
        _finish(report, final, journal)


def _prepare_target(target: Path) -> Path:
    """Return the document's file without links, in a folder that exists. Raises OSError, or ValueError for a NUL."""
    target.parent.mkdir(parents=True, exist_ok=True)
    final = follow_links(target)
    if final.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    return final


@contextmanager
def _explain_failure(report: LockedReport, target: Path | None = None) -> Iterator[None]:
    """Turn an error of the system into a WriteError that names the file: the document, or the report."""
    try:
        yield
    except (OSError, ValueError) as error:
        name = report.name if target is None else show_name(target)
        reason = getattr(error, "strerror", None) or error
        raise WriteError(f"{name} cannot be written: {reason}. {report.name} was not changed.") from error


def _require_unchanged(report: LockedReport, content: bytes) -> None:
    if not report.is_at_path() or report.read(len(content) + 1) != content:
        raise WriteError(
            f"{report.name} changed on disk while it was being finalized. Nothing was written; run the command again."
        )


def _overwrite(report: LockedReport, before: bytes, after: bytes) -> None:
    if after != before:
        report.overwrite(after)
        _require_unchanged(report, after)


def _undo(report: LockedReport, before: bytes, part: Path | None, journal: Path) -> None:
    """Restore the report. If even that fails, the journal stays, so that the next command can do it."""
    if report.read(len(before) + 1) != before:
        report.overwrite(before)
        report.sync()
    _delete(part, journal)


def _finish(report: LockedReport, final: Path | None, journal: Path) -> None:
    try:
        report.sync()
    except OSError as error:
        message = f"{report.name} was finalized, but the disk reports an error: {error.strerror}. Check both files."
        raise WriteError(message) from error
    finally:
        if final:
            sync_folder(final.parent)
        with suppress(OSError):  # then the next command deletes it
            journal.unlink()


def _delete(part: Path | None, journal: Path) -> None:
    """Delete the document that was not put in place, then the journal. Raises OSError."""
    if part:
        part.unlink(missing_ok=True)
    journal.unlink(missing_ok=True)


# ---- after a crash


def recover_report(path: Path) -> str:
    """Finish or undo a finalization of this report that was killed. Return a sentence about it, or nothing.

    Never raises: a report that is missing, locked or not writable is left alone.
    """
    with suppress(OSError, ValueError, InputError, WriteError):
        if journal_path(Path(os.path.realpath(path))).exists():
            with lock_report(path) as report:
                return recover(report)
    return ""


def recover(report: LockedReport) -> str:
    """Do what `recover_report` does, for a report that is locked. Raises WriteError."""
    path = journal_path(report.path)
    try:
        return _recover_from(path, report)
    except FileNotFoundError:
        return ""
    except OSError as error:
        message = f"{report.name} cannot be restored after an interrupted finalization: {error.strerror or error}."
        raise WriteError(message) from error


def _recover_from(path: Path, report: LockedReport) -> str:
    journal = read_journal(path)
    said = ""
    with hold_signals():
        if journal is None:
            path.unlink()
            return said
        part = Path(journal.part) if journal.part else None
        found = report.read(max(len(journal.before), len(journal.after)) + 1)
        if found != journal.before:
            said = _settle(report, found, journal, undo=part is not None and part.exists())
        _delete(part, path)
    return said


def _settle(report: LockedReport, found: bytes, journal: Journal, *, undo: bool) -> str:
    """Write what a report must contain after a crash. Return a sentence about it."""
    if not _is_between(found, journal):
        return f"{report.name} was edited after `finalize` was interrupted, so pmexport left it as it is."
    content = journal.before if undo else journal.after
    if content != found:
        report.overwrite(content)
        report.sync()
    return f"An earlier `finalize` was interrupted; {report.name} has now been {'restored' if undo else 'finalized'}."


def _is_between(found: bytes, journal: Journal) -> bool:
    """Return whether each byte is the one before or after, or zero, which is what a crash leaves of an unwritten block.

    Anything else is the work of the author, which is never overwritten.
    """
    most = max(len(journal.before), len(journal.after))
    columns = zip_longest(found, journal.before, journal.after, fillvalue=0)
    return len(found) <= most and all(byte in (0, before, after) for byte, before, after in columns)
