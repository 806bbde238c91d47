"""The files that a page may load: images in data URLs, and the theme's own files."""

from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from weasyprint.urls import URLFetcher, URLFetcherResponse  # type: ignore[import-untyped]

from pmexport.theming.themes import Theme

MEDIA_TYPES = {
    ".css": "text/css",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
"""Files that a theme's style sheet may name, by suffix. No WOFF: WeasyPrint would unpack it and add the time."""

MOST_IMPORTS = 30
"""Style sheets that a theme may import in one layout. Each level of imports takes several of Python's frames."""


class FileState(NamedTuple):
    """A file, and what changes when it is written."""

    path: Path
    size: int
    modified: int
    """Nanoseconds."""


class ThemeFetcher(URLFetcher):  # type: ignore[misc]
    """Fetches images in data URLs and the theme's own files, and refuses everything else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(allowed_protocols={"data"}, fail_on_errors=True)
        self._theme = theme
        self._imported = 0
        self.read: dict[str, FileState | None] = {}
        """The states of the theme's files that were read, by their URLs."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith("data:image/"):
            return super().fetch(url, headers)
        path = _find_file(self._theme, url)
        if path is None:
            allowed = f"A theme may load only its own files ending in {', '.join(MEDIA_TYPES)}."
            raise PermissionError(f"not a file of the theme {self._theme.name!r}. {allowed}")
        if path.suffix.lower() == ".css":
            self._count_import()
        self.read[url] = examine_file(self._theme, url)
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix.lower()]})

    def _count_import(self) -> None:
        self._imported += 1
        if self._imported > MOST_IMPORTS:
            reason = "Probably a style sheet imports itself."
            raise PermissionError(f"the theme imports more than {MOST_IMPORTS} style sheets. {reason}")


def examine_file(theme: Theme, url: str) -> FileState | None:
    """Return the state of the file at this URL; None without one."""
    with suppress(OSError):
        if path := _find_file(theme, url):
            status = path.stat()
            return FileState(path, status.st_size, status.st_mtime_ns)
    return None


def _find_file(theme: Theme, url: str) -> Path | None:
    """Return the file at this URL in the theme or in one that it inherits."""
    bases = (folder.resolve().as_uri() + "/" for folder in theme.folders)
    name = next((unquote(url.removeprefix(base)) for base in bases if url.startswith(base)), "")
    return theme.find(name) if PurePosixPath(name).suffix.lower() in MEDIA_TYPES else None
