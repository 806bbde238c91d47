"""Find LibreOffice. Tests that need it are skipped without it, or fail if PMEXPORT_REQUIRE_OFFICE is set."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest


@cache
def find_soffice() -> str:
    """Return the path of LibreOffice."""
    return shutil.which("soffice") or give_up("LibreOffice")


@cache
def find_python() -> str:
    """Return a Python that can import LibreOffice's module `uno`: its own, the system's, or the first on the path."""
    beside = Path(find_soffice()).resolve().parent
    candidates = (beside / "python", beside / "../Resources/python", Path("/usr/bin/python3"), Path("python3"))
    for candidate in filter(shutil.which, map(str, candidates)):
        if subprocess.run([candidate, "-c", "import uno"], check=False, capture_output=True).returncode == 0:
            return candidate
    return give_up("LibreOffice's Python module `uno`")


def give_up(missing: str) -> NoReturn:
    """Skip the test because something is missing, or fail it if the environment requires LibreOffice."""
    reason = f"{missing} is not installed. Run: tools/system-packages.sh writer"
    if os.environ.get("PMEXPORT_REQUIRE_OFFICE"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
