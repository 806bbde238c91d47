"""The standards that a PDF can be made to: which ISO documents it claims, and what each of them forbids."""

from dataclasses import dataclass
from typing import Literal, get_args

from pmexport.errors import FormatError

StandardName = Literal["ua-1", "a-1b", "a-2a", "a-2u", "a-3a", "a-3u"]
"""PDF/UA-1 (ISO 14289-1) and parts of PDF/A (ISO 19005) with their levels."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard for PDF files. Each of them here can hold together with PDF/UA-1, and does."""

    name: str
    title: str
    """Its name in messages."""
    variant: str
    """WeasyPrint's name for it."""
    part: int | None = None
    """The part of PDF/A; None for PDF/UA alone."""

    @property
    def archival(self) -> bool:
        """Whether it is PDF/A: images must not be smoothed, and colours must be those of the output intent."""
        return self.part is not None

    @property
    def opaque(self) -> bool:
        """Whether nothing may be transparent (ISO 19005-1, 6.4)."""
        return self.part == 1

    @property
    def longest_string(self) -> int | None:
        """Bytes that a string may have, such as an address or a description (ISO 19005-1, 6.1.12; 19005-2, 6.1.13)."""
        return {None: None, 1: 65_535}.get(self.part, 32_767)

    @property
    def carries_files(self) -> bool:
        """Whether any file may be attached (ISO 19005-3, 6.8). PDF/A-1 allows none, PDF/A-2 only PDF/A."""
        return self.part is None or self.part >= 3


STANDARDS: dict[str, Standard] = {"ua-1": Standard("ua-1", "PDF/UA-1", "pdf/ua-1")} | {
    name: Standard(name, f"PDF/A-{name.removeprefix('a-')}", f"pdf/{name}", int(name[2]))
    for name in map(str, get_args(StandardName))
    if name.startswith("a-")
}
DEFAULT = STANDARDS["ua-1"]


def find_standard(name: str | None) -> Standard:
    """Return the standard with this name; PDF/UA-1 by default. Raises FormatError for an unknown one."""
    if name is None:
        return DEFAULT
    if name not in STANDARDS:
        raise FormatError(f"unknown PDF standard {name!r}. Known standards: {', '.join(STANDARDS)}.")
    return STANDARDS[name]
