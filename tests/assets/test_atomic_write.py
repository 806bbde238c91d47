"""Atomic file writes, also on a full disk and when the process is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pmexport.assets.atomic_write import write_file
from pmexport.errors import WriteError

OLD = b"old" * 700_000
NEW = b"new!" * 900_000

WRITER = """
import sys
from pathlib import Path
from pmexport.assets.atomic_write import write_file
target = Path(sys.argv[1])
old, new = b"old" * 700_000, b"new!" * 900_000
print("ready", flush=True)
while True:
    write_file(target, new)
    write_file(target, old)
"""


def test_creates_the_folder_and_replaces_the_file(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b" / "report.md"
    write_file(target, b"one")
    write_file(target, b"two")
    assert target.read_bytes() == b"two"
    assert list(target.parent.iterdir()) == [target]


def test_keeps_permissions_and_follows_links(tmp_path: Path) -> None:
    target, link = tmp_path / "report.md", tmp_path / "link.md"
    target.write_bytes(b"one")
    target.chmod(0o640)
    link.symlink_to(target)
    write_file(link, b"two")
    assert link.is_symlink()
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_new_file_respects_the_umask(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_file(tmp_path / "report.md", b"one")
    finally:
        os.umask(mask)
    assert (tmp_path / "report.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("nameless", [True, False])
def test_data_is_on_disk_before_the_old_file_is_replaced(
    nameless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[object] = []
    replace = os.replace

    def record_replace(source: Path, target: Path) -> None:
        events.append("replace")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", lambda descriptor: events.append(os.fstat(descriptor).st_size))
    monkeypatch.setattr(os, "replace", record_replace)
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    write_file(tmp_path / "report.md", b"data")
    assert events == [len(b"data"), "replace"]


def test_refuses_a_folder(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="folder"):
        write_file(tmp_path, b"one")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_killed_process_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    moments = random.Random(7)
    for _ in range(15):
        target.write_bytes(OLD)
        with subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
            time.sleep(moments.uniform(0, 0.03))
            process.kill()
        assert target.read_bytes() in (OLD, NEW)
        halves = [part for part in tmp_path.iterdir() if part != target and part.read_bytes() not in (OLD, NEW)]
        assert not halves


@pytest.mark.skipif(sys.platform != "linux", reason="needs a mount")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    try:
        target = disk / "report.pdf"
        write_file(target, OLD)
        with pytest.raises(WriteError, match="No space left"):
            write_file(target, NEW)
        assert target.read_bytes() == OLD
        assert list(disk.iterdir()) == [target]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a mount")
@pytest.mark.parametrize("folder", ["writable", "read-only"])
def test_a_file_mounted_by_itself_is_written_in_place(folder: str, tmp_path: Path) -> None:
    outside, inside = tmp_path / "host.pdf", tmp_path / "mounted"
    outside.write_bytes(NEW)
    inside.mkdir()
    code = "import sys; from pathlib import Path; from pmexport.assets.atomic_write import write_file;"
    code += "write_file(Path(sys.argv[1]), b'shorter')"
    script = 'mount -t tmpfs none "$1" && touch "$1/a.pdf" && mount --bind "$2" "$1/a.pdf" || exit 77\n'
    script += (
        'if [ "$3" = read-only ]; then mount -o remount,ro "$1" || exit 77; fi\n"$4" -c "$5" "$1/a.pdf" && ls -A "$1"'
    )
    command = ["unshare", "-rm", "sh", "-c", script, "sh", inside, outside, folder, sys.executable, code]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode in (1, 77) and "Traceback" not in done.stderr:
        pytest.skip("may not mount")
    assert (done.returncode, done.stdout, done.stderr) == (0, "a.pdf\n", "")
    assert outside.read_bytes() == b"shorter"


def test_links_in_a_circle_are_reported_and_kept(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    first.symlink_to(second)
    second.symlink_to(first)
    with pytest.raises(WriteError, match="symbolic links"):
        write_file(first, NEW)
    assert first.is_symlink()


def test_a_dangling_link_creates_its_target(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").symlink_to(tmp_path / "b.pdf")
    write_file(tmp_path / "a.pdf", NEW)
    assert (tmp_path / "a.pdf").is_symlink()
    assert (tmp_path / "b.pdf").read_bytes() == NEW


@pytest.mark.parametrize("name", ["a\0b.pdf", "\ud800.pdf", "x" * 300])
def test_impossible_names_are_reported(name: str, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="cannot be written"):
        write_file(tmp_path / name, NEW)


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="no such limit")
def test_a_file_size_limit_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    target.write_bytes(OLD)
    code = (
        "import resource, signal, sys; from pathlib import Path; from pmexport.assets.atomic_write import write_file;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));"
        "write_file(Path(sys.argv[1]), b'x' * 5000)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=False)
    assert "WriteError" in done.stderr
    assert target.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [target]
