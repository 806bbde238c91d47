"""What tests of several modules share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from pmexport.cli import main


@dataclass(frozen=True)
class Ended:
    """How a run of the program ended."""

    code: int | str | None
    out: bytes
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the program in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run_main(*args: str | Path, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        out, err = capsysbinary.readouterr()
        return Ended(ended.value.code, out, err.decode())

    return run_main
