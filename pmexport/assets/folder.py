"""The folder of a report: the pictures and logs that lie in it, and nothing that lies outside."""

from __future__ import annotations

import hashlib
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Lock
from urllib.parse import unquote

from pmexport.assets.images import Picture, kept
from pmexport.limits import DEFAULT, Limits

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""The kinds of picture that are read, as Pillow calls them."""

LONGEST_PATH = 4096
"""Characters of a path that is looked for; Linux has no longer ones."""

_pillow = Lock()


class UnavailableError(Exception):
    """A file that cannot be shown; its text tells why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What may be read for a report. Links are resolved before it is decided whether a file lies inside."""

    base: Path | None
    """None where there is no folder: then nothing may be read."""
    limits: Limits = DEFAULT
    digests: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The SHA-256 digest of each file that was read so far, in hexadecimal, by the name that it was asked for."""

    def picture(self, source: str) -> Picture:
        """Return a picture file of the folder. Raises UnavailableError."""
        return _decoded(self._read(source, self.limits.picture_bytes), self.limits.picture_pixels)

    def text(self, source: str) -> str:
        """Return the text of a file of the folder; what is no UTF-8 is replaced. Raises UnavailableError."""
        return self._read(source, self.limits.log_bytes).decode("utf-8-sig", errors="replace")

    def _read(self, source: str, most: int) -> bytes:
        path = self._find(source)
        try:
            # Not to wait for a FIFO, nor to follow a link that was laid since the path was resolved.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise UnavailableError("It cannot be opened.") from error
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnavailableError("It is no regular file.")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(most + 1)
        finally:
            os.close(descriptor)
        if len(data) > most:
            raise UnavailableError(f"It is larger than {most:,} bytes.")
        self.digests[source] = hashlib.sha256(data).hexdigest()
        return data

    def _find(self, source: str) -> Path:
        if self.base is None:
            raise UnavailableError("The report has no folder to look for it in.")
        if len(source) > LONGEST_PATH:
            raise UnavailableError("There is no such file in the report's folder.")
        try:
            base = self.base.resolve()
            # What is outside by its name is not looked for: nobody is told whether it exists, and no server is asked.
            named = [base / name for name in (source, unquote(source)) if _is_within(base / name, base)]
            if not named:
                raise UnavailableError("It lies outside the report's folder.")
            found = next((path for path in named if path.exists()), None)
            path = found.resolve() if found else None
        except (OSError, ValueError, RuntimeError):  # a name too long, with a NUL, or a loop of links
            path = None
        if path is None:
            raise UnavailableError("There is no such file in the report's folder.")
        if not path.is_relative_to(base):
            raise UnavailableError("It lies outside the report's folder.")
        return path


def _is_within(path: Path, base: Path) -> bool:
    """Return whether a path leads into a folder by its name, before any links are followed."""
    return Path(os.path.normpath(path)).is_relative_to(base)


def _decoded(data: bytes, most_pixels: int) -> Picture:
    from PIL import Image  # noqa: PLC0415 - heavy

    try:
        # The limit is ours: Pillow would warn on standard error from one of its own on.
        with (
            warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning),
            _whole_pictures_only(),
            Image.open(BytesIO(data), formats=FORMATS) as image,
        ):
            width, height = image.size
            if width * height <= most_pixels:
                image.load()
                return kept(data, image)
    except Image.DecompressionBombError:
        pass
    except Exception as error:  # Pillow raises many kinds on broken files
        svg = " SVG is not read: export it as PNG." if data.lstrip()[:1] == b"<" else ""
        raise UnavailableError(f"It is no sound PNG, JPEG, GIF or WebP picture.{svg}") from error
    raise UnavailableError(f"It has more than {most_pixels:,} pixels.")


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Have Pillow refuse what is cut off: WeasyPrint, once imported, lets it pass in the whole process."""
    from PIL import ImageFile  # noqa: PLC0415 - heavy

    with _pillow:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
