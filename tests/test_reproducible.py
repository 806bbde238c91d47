"""The same report, theme and version give the same bytes, wherever and whenever they are rendered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parent.parent / "samples"
FORMATS = ["pdf", "docx", "html", "md"]
SMALL = {
    "title": "تعطل الدفع",
    "language": "ar",
    "timezone": "Asia/Riyadh",
    "summary": "انقطع **الاتصال** من 14:02 إلى 14:47.",
    "tags": ["b", "a", "c"],
    "timeline": [{"time": "2026-03-14 14:02", "phase": "Detection", "event": "`checkout-api` تعطل"}],
    "action_items": [{"action": "راقب", "deadline": "2026-03-20", "status": "Open"}],
    "logs": ["ERROR pool exhausted"],
}
RENDER = """
import hashlib, json, random, sys, time

sample, small, later, order = json.loads(sys.argv[1])
if later:  # ten years on, for whoever asks the clock by way of the modules that libraries use
    import datetime

    clock, day = time.time, datetime.datetime

    class Later(day):
        @classmethod
        def now(cls, tz=None):
            return day.fromtimestamp(time.time(), tz)

        @classmethod
        def utcnow(cls):
            return day.fromtimestamp(time.time(), datetime.timezone.utc).replace(tzinfo=None)

    time.time = lambda: clock() + 315_360_000
    time.time_ns = lambda: int(time.time() * 1e9)
    gmtime, localtime = time.gmtime, time.localtime
    time.gmtime = lambda seconds=None: gmtime(time.time() if seconds is None else seconds)
    time.localtime = lambda seconds=None: localtime(time.time() if seconds is None else seconds)
    datetime.datetime = Later
    random.seed(7)
from pmexport import load, render

reports = {"full": sample, "small": load(small)}
made = [(kind, name, render(reports[kind], name)) for kind in reports for name in order]
print(json.dumps({f"{kind} {name}": [len(data), hashlib.sha256(data).hexdigest()] for kind, name, data in made}))
"""


def rendered(
    folder: Path, order: list[str], *, later: bool, python: str = sys.executable, **environment: str
) -> dict[str, list[object]]:
    """Return the lengths and digests of both reports in all formats, as a process of its own makes them."""
    folder.mkdir()
    asked = json.dumps([str(SAMPLES / "checkout-outage.yaml"), SMALL, later, order])
    kept = {name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "LANG")}
    done = subprocess.run(
        [python, "-c", RENDER, asked],
        env={**kept, "HOME": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    made: dict[str, list[object]] = json.loads(done.stdout)
    return made


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[object]], dict[str, list[object]]]:
    folder = tmp_path_factory.mktemp("reproducible")
    return (
        rendered(
            folder / "here",
            FORMATS,
            later=False,
            PYTHONHASHSEED="1",
            TZ="Pacific/Kiritimati",
            LC_ALL="C.UTF-8",
            PYTHONWARNINGS="error",
        ),
        rendered(folder / "there", FORMATS[::-1], later=True, PYTHONHASHSEED="2", TZ="America/Adak", LC_ALL="C"),
    )


@pytest.mark.parametrize("report", ["full", "small"])
@pytest.mark.parametrize("format_name", FORMATS)
def test_the_bytes_depend_on_the_report_alone(
    report: str, format_name: str, twice: tuple[dict[str, list[object]], dict[str, list[object]]]
) -> None:
    here, there = (made[f"{report} {format_name}"] for made in twice)
    assert here == there
    length, _ = here
    assert isinstance(length, int)
    assert length > 500


@pytest.mark.parametrize("python", os.environ.get("PMEXPORT_PYTHONS", "").split())
def test_every_python_makes_the_same_bytes(
    python: str, tmp_path: Path, twice: tuple[dict[str, list[object]], dict[str, list[object]]]
) -> None:
    """PMEXPORT_PYTHONS names other interpreters, with the same dependencies, separated by spaces."""
    assert rendered(tmp_path / "other", FORMATS, later=False, python=python) == twice[0]
