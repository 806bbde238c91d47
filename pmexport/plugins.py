"""Plugins: the renderers and rules that other packages add by entry points. A broken plugin breaks only itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any


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
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        origin = f"{point.dist.name} ({point.value})" if point.dist else point.value
        yield Plugin(point.name, origin, point)
