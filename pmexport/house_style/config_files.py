"""Find the configuration of a folder: the nearest file in it or above it that configures pmexport."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pmexport.house_style.config import NO_CONFIG, Config
from pmexport.house_style.config_reader import OWN_FILE, SHARED_FILE, read_config


def find_config(folder: Path, allows: Callable[[Path], bool] = lambda _path: True) -> Config:
    """Return the configuration of a folder; an empty one if there is none.

    If a folder contains both files, pmexport.toml is used. allows: returns whether a file may be read. Raises
    InputError as `read_config` does.
    """
    found = (read_config(path) for path in list_candidates(folder) if allows(path))
    return next((config for config in found if config is not None), NO_CONFIG)


def list_candidates(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and above it that may configure pmexport, the nearest first."""
    for parent in (folder.absolute(), *folder.absolute().parents):
        for path in (parent / OWN_FILE, parent / SHARED_FILE):
            if os.path.exists(path):  # noqa: PTH110 - unlike Path.exists, it never raises
                yield path
