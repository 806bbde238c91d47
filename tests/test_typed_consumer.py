"""A project that uses pmexport passes mypy and pyright in strict mode, without plugins, and does what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONSUMER = Path(__file__).parent / "consumer"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of Python in the consumer's folder, where pmexport is an installed package."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "MYPY_CACHE_DIR": str(folder),
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    arguments = [sys.executable, "-m", *command]
    return subprocess.run(arguments, cwd=CONSUMER, env=environment, check=False, text=True, capture_output=True)


@pytest.mark.slow
@pytest.mark.parametrize("checker", [["mypy"], ["pyright", "--pythonpath", sys.executable]], ids=lambda one: one[0])
def test_types(checker: list[str], tmp_path: Path) -> None:
    done = run(tmp_path, *checker)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_it_runs(tmp_path: Path) -> None:
    done = run(tmp_path, "consumer")
    assert done.returncode == 0, done.stderr
