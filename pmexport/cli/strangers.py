"""The bounds within which the command reads PDFs, which may come from strangers."""

import sys
from typing import TypedDict


class Bounds(TypedDict):
    """The arguments `timeout` and `memory` of functions of the API."""

    timeout: float
    """Seconds."""
    memory: int | None
    """Bytes of address space; None where it cannot be limited."""


BOUNDS = Bounds(timeout=60, memory=2 * 2**30 if sys.platform == "linux" else None)
