"""Many reports on a real Dask cluster: a scheduler and two worker processes on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pmexport import render

pytestmark = pytest.mark.slow

PLOT = Path(__file__).parents[2] / "samples" / "graphs" / "checkout-error-rate.png"
COUNT = 40


@contextmanager
def start(folder: Path, module: str, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program of Dask in a folder of its own, and kill it in the end."""
    folder.mkdir()
    command = [sys.executable, "-m", f"distributed.cli.{module}", *map(str, arguments)]
    environment = os.environ | {"TMPDIR": str(folder)}  # a process that is killed leaves files behind
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def read_address(file: Path, scheduler: subprocess.Popen[bytes]) -> str:
    while scheduler.poll() is None:
        try:
            return str(json.loads(file.read_text("utf-8"))["address"])
        except (OSError, ValueError):
            time.sleep(0.05)
    pytest.fail("the scheduler ended")


def write_inputs(folder: Path) -> None:
    """Write reports with an image, and a theme."""
    (folder / "reports").mkdir()
    (folder / "reports" / "plot.png").write_bytes(PLOT.read_bytes())
    for number in range(COUNT):
        text = f"title: Incident {number}\nfigures: [{{src: plot.png, alt: Errors}}]\nsummary: It was *slow*.\n"
        (folder / "reports" / f"r{number}.yaml").write_text(text, "utf-8")
    (folder / "acme").mkdir()
    (folder / "acme" / "theme.toml").write_text('inherit = "default"\n[colors]\naccent = "#7a1fa2"', "utf-8")


def test_a_worker_is_killed_and_every_report_is_there(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    file = tmp_path / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    worker = (*local, "--nthreads", "1", "--no-nanny", "--local-directory")
    options = ["--html", "--docx", "--theme", "./acme", "-o", "out/", "--dask"]
    with start(tmp_path / "s", "dask_scheduler", *local, "--port", "0", "--scheduler-file", file) as scheduler:
        address = read_address(file, scheduler)
        with (
            start(tmp_path / "a", "dask_worker", address, *worker, tmp_path / "a"),
            start(tmp_path / "b", "dask_worker", address, *worker, tmp_path / "b") as victim,
            subprocess.Popen(
                [sys.executable, "-m", "pmexport", "reports", *options, address],
                cwd=tmp_path,
                stderr=subprocess.PIPE,
                text=True,
            ) as process,
        ):
            while process.poll() is None and len(list((tmp_path / "out").glob("*.html"))) < 5:
                time.sleep(0.005)
            assert process.poll() is None
            victim.kill()
            _, err = process.communicate()
            assert len(list((tmp_path / "out").glob("r*.html"))) == COUNT, err
            while list((tmp_path / "b").glob("pmexport-*")):
                time.sleep(0.01)
    assert process.returncode == 0, err
    assert f"{COUNT} reports: {COUNT} written, 0 unchanged, 0 failed" in err
    for path in (tmp_path / "reports").glob("*.yaml"):
        for kind in ("html", "docx"):
            document = tmp_path / "out" / f"{path.stem}.{kind}"
            assert document.read_bytes() == render(path, kind, theme=tmp_path / "acme")


def test_without_dask_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    (tmp_path / "distributed.py").write_text("raise ImportError", "utf-8")
    command = [sys.executable, "-m", "pmexport", "reports", "--md", "-o", "out/", "--dask", "tcp://127.0.0.1:1"]
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    run = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": path}, check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (1, "error: --dask needs Dask. Run: pip install 'pmexport[dask]'\n")
