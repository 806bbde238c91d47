"""The folder of a report: the images and logs in it, and nothing outside it."""

import codecs
import hashlib
import os
import stat
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Literal

from pmexport.assets.file_formats import is_pointer, name_binary, name_format
from pmexport.assets.image_parts import has_too_many_parts
from pmexport.assets.images import LoadedImage, prepare_image
from pmexport.assets.near_files import list_spellings
from pmexport.limits import DEFAULT, Limits

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""The image formats that are read, by Pillow's names."""
LONGEST_PATH = 4096
"""Characters of a path; Linux allows no more."""
Reason = Literal[
    "no_folder",
    "outside",
    "missing",
    "closed",
    "irregular",
    "large",
    "broken",
    "format",
    "binary",
    "pointer",
    "pixels",
    "parts",
]
"""Why a file cannot be shown; `[reasons]` in the labels has a sentence for each."""

_pillow = Lock()


class UnavailableError(Exception):
    """A file that cannot be shown: a code for the reason, and the values that its sentence needs."""

    def __init__(self, code: Reason, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Folder:
    """The files that may be read for a report. Links are resolved before deciding whether a file is inside."""

    base: Path | None
    """None if there is no folder: then nothing may be read."""
    limits: Limits = DEFAULT
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Images that came with the report, by name; they need no folder."""
    digests: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The SHA-256 digest of each file read so far, in hexadecimal, by the name it was requested with."""

    def image(self, source: str) -> LoadedImage:
        """Return an image file of the folder. Raises UnavailableError."""
        return read_image(self.image_bytes(source), FORMATS, self.limits.picture_pixels)

    def image_bytes(self, source: str) -> bytes:
        """Return the bytes of an image file of the folder, not decoded. Raises UnavailableError."""
        return self._read_file(source, "picture_bytes")

    def text(self, source: str) -> str:
        """Return the text of a file of the folder; bytes that are not UTF-8 become U+FFFD. Raises UnavailableError.

        A file that begins with a byte order mark of UTF-16, as PowerShell writes, is read as such.
        """
        data = self.log_bytes(source)
        if name := name_binary(data):
            raise UnavailableError("binary", format=name)
        encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        return data.decode(encoding, errors="replace")

    def log_bytes(self, source: str) -> bytes:
        """Return the bytes of a log file of the folder. Raises UnavailableError."""
        return self._read_file(source, "log_bytes")

    def _read_file(self, source: str, limit: Literal["picture_bytes", "log_bytes"]) -> bytes:
        most: int = getattr(self.limits, limit)
        given = self._find_given(source)
        data = self._read_path(source, most) if given is None else self.files[given][: most + 1]
        if len(data) > most:
            raise UnavailableError("large", bytes=f"{most:,}", limit=limit)
        self.digests[source] = hashlib.sha256(data).hexdigest()
        return data

    def _read_path(self, source: str, most: int) -> bytes:
        """Return the content of a file, at most one byte more than this number."""
        path, _ = self._find_file(source)
        try:
            # Do not wait for a FIFO, nor follow a link that was created after the path was resolved.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        except OSError as error:
            raise UnavailableError("closed") from error
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnavailableError("irregular")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(most + 1)
        finally:
            os.close(descriptor)

    def find_path(self, source: str) -> Path:
        """Return the path of a file of the folder, without links. Raises UnavailableError."""
        return self._find_file(source)[0]

    def spell_name(self, source: str) -> str:
        """Return the path of a file in the spelling that the folder has. Raises UnavailableError."""
        return self._find_given(source) or self._find_file(source)[1]

    def _find_given(self, source: str) -> str | None:
        """Return the name of the file that came with the report and has this path, in whatever spelling."""
        if source in self.files or not self.files:
            return source if source in self.files else None
        given = {os.path.normpath(name): name for name in self.files}
        return next((given[path] for name in list_spellings(source) if (path := os.path.normpath(name)) in given), None)

    def _find_file(self, source: str) -> tuple[Path, str]:
        """Return the resolved path of a file, and the spelling under which it was found."""
        if self.base is None:
            raise UnavailableError("no_folder")
        if len(source) > LONGEST_PATH:
            raise UnavailableError("missing")
        try:
            base = self.base.resolve()
            # A name that leads outside is not looked up: nobody learns whether it exists, and no server is contacted.
            named = [name for name in list_spellings(source) if _is_within(base / name, base)]
            if not named:
                raise UnavailableError("outside")
            name = next((name for name in named if (base / name).exists()), None)
            path = None if name is None else (base / name).resolve()
        except (OSError, ValueError, RuntimeError):  # a name that is too long or contains a NUL, or a loop of links
            path, name = None, None
        if path is None or name is None:
            raise UnavailableError("missing")
        if not path.is_relative_to(base):
            raise UnavailableError("outside")
        return path, name


def _is_within(path: Path, base: Path) -> bool:
    """Return whether a path leads into a folder by its name, before links are followed."""
    return Path(os.path.normpath(path)).is_relative_to(base)


def read_image(data: bytes, formats: tuple[str, ...], most_pixels: int) -> LoadedImage:
    """Return an image of one of these formats, by Pillow's names, that is decoded. Raises UnavailableError."""
    from PIL import Image  # noqa: PLC0415 - heavy

    if has_too_many_parts(data):
        raise UnavailableError("parts")
    try:
        with _control_pillow() as noticed, Image.open(BytesIO(data), formats=formats) as image:
            width, height = image.size
            if width * height <= most_pixels:
                image.load()
                image.getexif()  # may warn, and other programs would read it too
                return prepare_image(data, image, sound=not noticed)
    except Image.DecompressionBombError:
        pass
    except Exception as error:  # Pillow raises many kinds on broken files
        raise _explain_broken(data) from error
    raise UnavailableError("pixels", pixels=f"{most_pixels:,}", limit="picture_pixels")


def _explain_broken(data: bytes) -> UnavailableError:
    """Return why bytes are not an image."""
    if is_pointer(data):
        return UnavailableError("pointer")
    name = name_format(data)
    return (
        UnavailableError("format", format=name) if name and name.upper() not in FORMATS else UnavailableError("broken")
    )


@contextmanager
def _control_pillow() -> Iterator[list[warnings.WarningMessage]]:
    """Make Pillow behave the same in every process, and collect its warnings.

    WeasyPrint, once imported, makes it accept truncated files. PYTHONWARNINGS can turn a warning into an error.
    """
    from PIL import ImageFile  # noqa: PLC0415 - heavy

    with _pillow, warnings.catch_warnings(record=True, action="always") as noticed:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield noticed
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
