"""Fixtures, Hypothesis profiles and markers for all tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pmexport.cli import main

EXAMPLES = {"dev": 25, "ci": 100, "fuzz": 10_000}
for name, count in EXAMPLES.items():
    settings.register_profile(
        name, max_examples=count, derandomize=name != "fuzz", deadline=None, suppress_health_check=list(HealthCheck)
    )
settings.load_profile("ci" if "CI" in os.environ else "dev")


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Mark every test with "pdf" in a parameter as slow: it lays out pages."""
    for item in items:
        values = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if any("pdf" in value for value in values if isinstance(value, str)):
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Ended:
    """How a run of the program ended."""

    code: int | str | None
    out: bytes
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return a function that runs the program in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run_main(*args: str | Path, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        out, err = capsysbinary.readouterr()
        return Ended(ended.value.code, out, err.decode())

    return run_main
