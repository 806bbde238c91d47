"""Options of renderers that follow from where a file will be written."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def place_options(name: str, options: Mapping[str, Any] | None, base: Path | None, target: Path) -> dict[str, Any]:
    """Return the options for a file at a path, whose images are in a folder, unless they are given.

    Only Markdown for a site needs them: its links to images are relative to the file.
    """
    placed = dict(options or {})
    if name == "md" and placed.get("front_matter") and "image_folder" not in placed and base is not None:
        with suppress(ValueError):  # on another drive of Windows
            placed["image_folder"] = Path(os.path.relpath(base.resolve(), target.parent.resolve())).as_posix()
    return placed
