"""Plugins: the renderers and rules that other packages add by entry points. A broken plugin breaks only itself."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

TYPE_CHECKING = False  # type checkers know it by its name
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint
    from typing import Any

_METADATA = (".dist-info", ".egg-info", "EGG-INFO")
"""How the names of folders that describe packages end."""


class PluginError(Exception):
    """A plugin that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """Something another package offers. Nothing is imported until it is loaded."""

    name: str
    origin: str
    """The package and the object, such as `acme-tools (acme.rules:RULES)`."""
    _point: EntryPoint

    def load(self) -> Any:
        """Import and return the object. Raises PluginError, whatever goes wrong in the other package."""
        try:
            return self._point.load()
        except (Exception, SystemExit) as error:
            raise PluginError(f"{type(error).__name__}: {error}") from error


def find_plugins(group: str) -> Iterator[Plugin]:
    """Yield the plugins of an entry-point group, such as `pmexport.rules`, by name. Imports nothing."""
    for point in sorted(list_points(group), key=lambda point: (point.name, point.value)):
        origin = f"{point.dist.name} ({point.value})" if point.dist else point.value
        yield Plugin(point.name, origin, point)


def list_points(group: str) -> Iterable[EntryPoint]:
    """Return the entry points of a group.

    The module that finds them takes as long to import as the rest of the program's start, so it is used only if there
    are some: most people have no plugins.
    """
    if not any(_may_offer(folder, group.encode()) for folder in sys.path) and not _has_other_finders():
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415

    return entry_points(group=group)


def _may_offer(folder: str, group: bytes) -> bool:
    """Return whether a package in a folder may have entry points of a group."""
    try:
        names = os.listdir(folder or ".")  # noqa: PTH208 - pathlib takes twice as long
    except NotADirectoryError:  # an archive
        return True
    except OSError:
        return False
    return any(group in _read_points(f"{folder or '.'}/{name}") for name in names if name.endswith(_METADATA))


def _read_points(described: str) -> bytes:
    """Return the text that declares a package's entry points."""
    try:
        with open(f"{described}/entry_points.txt", "rb") as file:  # noqa: PTH123 - as above
            return file.read()
    except OSError:
        return b""


def _has_other_finders() -> bool:
    """Return whether packages may be elsewhere than in the folders of Python's path."""
    own = "_frozen_importlib_external"
    return any(hasattr(finder, "find_distributions") and finder.__module__ != own for finder in sys.meta_path)
