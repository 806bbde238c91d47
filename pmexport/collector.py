"""The cyclic garbage collector in processes of our own. Rendering leaves that of the caller's process alone."""

import gc

_FIRST = 100_000
"""New objects between two collections: the layout of a document makes millions, and few of them become garbage."""


def collect_rarely() -> None:
    """Collect garbage less often in this process: it takes a quarter of a long document's time."""
    gc.freeze()
    gc.set_threshold(_FIRST, 20, 100)
