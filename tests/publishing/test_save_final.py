"""A report and its document are saved together, or not at all, whatever fails."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport import InputError, PmexportError, WriteError
from pmexport.assets import atomic_write
from pmexport.publishing import journal as journal_module
from pmexport.publishing import save_final as module
from pmexport.publishing.journal import Journal, journal_path, read_journal, write_journal
from pmexport.publishing.report_lock import lock_report
from pmexport.publishing.save_final import recover, recover_report, save_final

BEFORE, AFTER = b"title: x\nstatus: draft\nsummary: y\n", b"title: x\nstatus: final\nrevision: 1\nsummary: y\n"
OLD, NEW = b"%PDF-old", b"%PDF-new" * 500
PART = ".pmexport-0123456789abcdef.part"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.yaml"
    path.write_bytes(BEFORE)
    return path


@pytest.fixture
def document(report: Path) -> Path:
    return report.with_suffix(".pdf")


def save(report: Path, document: Path | None) -> None:
    """Save as the command does: under the lock, after what an earlier run left is settled."""
    with lock_report(report) as locked:
        recover(locked)
        save_final(locked, BEFORE, AFTER, document, NEW)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("old", [OLD, None])
def test_both_files_are_saved_and_nothing_else(old: bytes | None, report: Path, document: Path) -> None:
    if old is not None:
        document.write_bytes(old)
    save(report, document)
    assert contents(report.parent) == {"report.yaml": AFTER, "report.pdf": NEW}


def test_without_a_document_only_the_report_is_saved(report: Path) -> None:
    save(report, None)
    assert contents(report.parent) == {"report.yaml": AFTER}


# ---- a failing disk

CALLS = ("write", "fsync", "replace", "link", "ftruncate", "open", "read")


@contextmanager
def failing_disk(monkeypatch: pytest.MonkeyPatch, number: int, *, lasting: bool) -> Iterator[list[str]]:
    """Let one call fail, counted over all kinds, and all later ones if `lasting`. Yield the calls so far."""
    made: list[str] = []

    def replace_call(name: str) -> None:
        real = getattr(os, name)

        def call(*args: Any, **options: Any) -> Any:
            made.append(name)
            if len(made) == number or (lasting and len(made) > number):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*args, **options)

        patch.setattr(os, name, call)

    with monkeypatch.context() as patch:
        for name in CALLS:
            replace_call(name)
        yield made


@pytest.mark.parametrize("nameless", [True, False])
@pytest.mark.parametrize("lasting", [True, False])
@pytest.mark.parametrize("old", [OLD, None])
def test_a_failing_disk_leaves_one_of_two_whole_states(
    *, old: bytes | None, lasting: bool, nameless: bool, report: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    before = {"report.yaml": BEFORE} | ({} if old is None else {"report.pdf": old})
    both = {"report.yaml": AFTER, "report.pdf": NEW}
    number, made, done = 0, ["one"], []
    while len(made) >= number:
        number += 1
        for path in report.parent.iterdir():
            path.unlink()
        for name, data in before.items():
            (report.parent / name).write_bytes(data)
        said = ""
        with failing_disk(monkeypatch, number, lasting=lasting) as made:
            try:
                save(report, document)
            except (PmexportError, OSError) as error:
                said = str(error)
        if lasting:
            recover_report(report)
        done.append(contents(report.parent) == both)
        assert done[-1] or contents(report.parent) == before, (number, made)
        assert done[-1] == (not said or "was finalized" in said), (number, said)
    assert len(done) > 10
    assert (done[0], done[-1]) == (False, True)


def test_an_error_that_is_not_ours_undoes_everything(
    report: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "replace_with_part", fail)
    with pytest.raises(MemoryError):
        save(report, document)
    assert contents(report.parent) == {"report.yaml": BEFORE}


@pytest.mark.parametrize("name", [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)])
def test_a_signal_waits_until_both_are_saved(
    name: str, report: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = signal.Signals[name]

    def interrupt(*args: Any) -> None:
        signal.raise_signal(number)
        overwrite(*args)

    overwrite = module._overwrite
    monkeypatch.setattr(module, "_overwrite", interrupt)
    seen: list[dict[str, bytes]] = []
    old = signal.signal(number, lambda *_: seen.append(contents(report.parent)))
    try:
        save(report, document)
    finally:
        signal.signal(number, old)
    assert seen == [{"report.yaml": AFTER, "report.pdf": NEW}]


overwrite = module._overwrite


@pytest.mark.parametrize("fails", [True, False])
def test_a_document_that_is_mounted_by_itself_is_written_in_place(
    *, fails: bool, report: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document.write_bytes(OLD)

    def refuse_replacing(*_args: object) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    def write_in_place(target: Path, data: bytes) -> None:
        target.write_bytes(data[:9] if fails and data == NEW else data)
        if fails and data == NEW:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "replace", refuse_replacing)
    monkeypatch.setattr(atomic_write, "_write_in_place", write_in_place)
    with suppress(WriteError):
        save(report, document)
    saved = {"report.yaml": AFTER, "report.pdf": NEW}
    assert contents(report.parent) == ({"report.yaml": BEFORE, "report.pdf": OLD} if fails else saved)


def test_a_report_that_is_too_large_for_a_journal_is_not_begun(
    report: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_MOST_BYTES", len(BEFORE))
    with pytest.raises(WriteError, match="File too large"):
        save(report, document)
    assert contents(report.parent) == {"report.yaml": BEFORE}


TARGETS = {
    "folder": "is a folder",
    "report.yaml/out.pdf": "cannot be written",
    "loop": "cannot be written",
    "nul\0": "cannot be written",
    "x" * 300: "cannot be written",
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_that_cannot_be_written_leaves_the_report(name: str, report: Path) -> None:
    (report.parent / "folder").mkdir()
    (report.parent / "loop").symlink_to("loop")
    with pytest.raises(WriteError, match="cannot be written: ") as raised:
        save(report, report.parent / name)
    assert "report.yaml was not changed" in str(raised.value)
    assert report.read_bytes() == BEFORE
    assert {path.name for path in report.parent.iterdir()} == {"report.yaml", "folder", "loop"}


# ---- what a report keeps


def test_owner_mode_attributes_and_links_are_kept(report: Path, document: Path) -> None:
    report.chmod(0o640)
    hard = report.with_name("hard.yaml")
    hard.hardlink_to(report)
    with suppress(OSError, AttributeError):
        os.chown(report, 1234, 4321)
    with suppress(OSError, AttributeError):
        os.setxattr(report, "user.note", b"kept")
    was = report.stat()
    link = report.parent / "sub" / "link.yaml"
    link.parent.mkdir()
    link.symlink_to("../report.yaml")
    save(link, document)
    now = report.stat()
    assert (now.st_ino, now.st_mode, now.st_uid, now.st_gid, now.st_nlink) == (
        *(was.st_ino, was.st_mode, was.st_uid, was.st_gid),
        2,
    )
    assert hard.read_bytes() == AFTER
    assert link.is_symlink()
    assert {path.name for path in link.parent.iterdir()} == {"link.yaml"}
    with suppress(OSError, AttributeError):
        assert os.listxattr(report) == [] or os.getxattr(report, "user.note") == b"kept"


def test_a_read_only_report_is_refused(report: Path) -> None:
    report.chmod(0o444)
    with pytest.raises(WriteError, match=r"is read-only|cannot be changed"), lock_report(report):
        pass


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo"])
def test_what_is_not_a_file_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    if kind != "missing":
        path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(InputError), lock_report(path):
        pass


# ---- two at once


def test_only_one_process_has_the_lock(report: Path) -> None:
    hard = report.with_name("hard.yaml")
    hard.hardlink_to(report)
    with lock_report(report):
        for path in (report, hard):
            with pytest.raises(WriteError, match="is being finalized by another process"), lock_report(path):
                pass
    with lock_report(report):
        pass


@pytest.mark.parametrize("saved", [BEFORE + b"summary: y\n", BEFORE[:-3], b""])
@pytest.mark.parametrize("how", ["in place", "by renaming"])
def test_what_an_author_writes_meanwhile_is_kept(saved: bytes, how: str, report: Path, document: Path) -> None:
    with lock_report(report) as locked:
        other = report.with_name("saved")
        other.write_bytes(saved)
        if how == "in place":
            report.write_bytes(other.read_bytes())
            other.unlink()
        else:
            other.replace(report)
        with pytest.raises(WriteError, match="changed on disk while it was being finalized"):
            save_final(locked, BEFORE, AFTER, document, NEW)
    assert contents(report.parent) == {"report.yaml": saved}


def test_a_report_that_is_replaced_in_the_middle_is_kept(
    report: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_and_replace(part: Path, target: Path, data: bytes) -> None:
        atomic_write.write_part(part, target, data)
        report.rename(report.with_name("moved.yaml"))
        report.write_bytes(b"title: new\n")

    monkeypatch.setattr(module, "write_part", write_and_replace)
    with pytest.raises(WriteError, match="changed on disk"):
        save(report, document)
    assert contents(report.parent) == {"report.yaml": b"title: new\n", "moved.yaml": BEFORE}


# ---- after a crash

TORN = [AFTER[:k] + BEFORE[k:] for k in (0, 1, 15, 30, len(BEFORE), len(AFTER))]
TORN += [AFTER[:20] + bytes(len(AFTER) - 20), b"", BEFORE[:5]]


@pytest.mark.parametrize("found", TORN)
@pytest.mark.parametrize("committed", [True, False])
def test_the_next_command_finishes_or_undoes(*, found: bytes, committed: bool, report: Path, document: Path) -> None:
    part = report.with_name(PART)
    (document if committed else part).write_bytes(NEW)
    write_journal(journal_path(report), Journal(BEFORE, AFTER, str(part)))
    report.write_bytes(found)
    recover_report(report)
    expected = {"report.yaml": BEFORE}
    if committed and found != BEFORE:
        expected = {"report.yaml": AFTER}
    assert contents(report.parent) == expected | ({"report.pdf": NEW} if committed else {})


@pytest.mark.parametrize("edited", [AFTER.replace(b"y", b"edited"), BEFORE + b"more: z\n" * 9, b"title: new\n"])
def test_what_the_author_wrote_after_a_crash_is_kept(edited: bytes, report: Path) -> None:
    part = report.with_name(PART)
    part.write_bytes(NEW)
    write_journal(journal_path(report), Journal(BEFORE, AFTER, str(part)))
    report.write_bytes(edited)
    assert "was edited after" in recover_report(report)
    assert contents(report.parent) == {"report.yaml": edited}


def test_a_journal_is_private(report: Path) -> None:
    path = journal_path(report)
    write_journal(path, Journal(BEFORE, AFTER))
    assert path.stat().st_mode & 0o077 == 0


FIELD = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
JSON = FIELD | st.fixed_dictionaries({"before": FIELD, "part": FIELD, "sha256": FIELD | st.just("0" * 64)})
HOSTILE = {
    "empty": b"",
    "not JSON": b"x" * 100_000,
    "nested": b"[" * 60_000 + b"\n",
    "other JSON": b"[]\n",
    "no fields": b"{}\n",
    "torn": b'{"before": 4, "part": "", "sha256": "00"}\nabc',
    "size": b'{"before": "4", "part": "", "sha256": "00"}\nabc',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_journal_that_is_not_complete_changes_nothing(name: str, report: Path) -> None:
    journal_path(report).write_bytes(HOSTILE[name])
    recover_report(report)
    assert contents(report.parent) == {"report.yaml": BEFORE}


@given(
    data=st.binary(max_size=60)
    | st.builds(lambda head, rest: json.dumps(head).encode() + b"\n" + rest, JSON, st.binary())
)
def test_no_bytes_in_place_of_a_journal_change_a_report(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    report = tmp_path_factory.mktemp("folder") / "report.yaml"
    report.write_bytes(BEFORE)
    journal_path(report).write_bytes(data)
    recover_report(report)
    assert contents(report.parent) == {"report.yaml": BEFORE}


def test_a_journal_deletes_no_other_file(report: Path) -> None:
    victim = report.with_name("victim.txt")
    victim.write_bytes(b"precious")
    write_journal(journal_path(report), Journal(BEFORE, AFTER, str(victim)))
    recover_report(report)
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("kind", ["folder", "link", "fifo", "other owner"])
def test_a_journal_of_another_is_not_obeyed(kind: str, report: Path, tmp_path: Path) -> None:
    path, real = journal_path(report), tmp_path / "real"
    write_journal(real, Journal(AFTER, BEFORE))
    match kind:
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to(real)
        case "fifo":
            os.mkfifo(path)
        case _:
            real.rename(path)
            if os.geteuid() != 0:
                pytest.skip("may not give files away")
            os.chown(path, 1234, 1234)
    assert recover_report(report) == ""
    assert report.read_bytes() == BEFORE
    with pytest.raises(WriteError, match=r"the name of a journal|cannot be restored"), lock_report(report) as locked:
        recover(locked)
    assert os.path.lexists(path)


def test_a_journal_can_be_read_back(report: Path) -> None:
    path = journal_path(report)
    part = os.fsdecode(b"/tmp/\xff/" + PART.encode())
    write_journal(path, Journal(BEFORE, AFTER, part))
    assert read_journal(path) == Journal(BEFORE, AFTER, part)
    assert json.loads(path.read_bytes().partition(b"\n")[0])["before"] == len(BEFORE)


def test_a_running_finalization_is_not_undone_by_readers(report: Path) -> None:
    write_journal(journal_path(report), Journal(BEFORE, AFTER))
    with lock_report(report):
        report.write_bytes(AFTER)
        assert recover_report(report) == ""
        assert journal_path(report).exists()
