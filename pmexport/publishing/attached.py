"""Read the files in a PDF back: the report that it was made from, and its logs.

A PDF may come from anybody. pypdf finds the files, because signing and other programs rewrite PDFs in every form that
the standard allows. It is pure Python, has no dependencies, and limits what streams unpack to; we unpack the files
ourselves, with limits of our own. Programs that read strangers' PDFs should set a timeout and a memory limit as well,
as the command does. Names in the PDF never become paths.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from typing import Any

from pmexport import reading
from pmexport.document.clean_text import one_line
from pmexport.errors import InputError
from pmexport.limits import DEFAULT, Limits
from pmexport.problems import Problem
from pmexport.publishing.verify import Verdict, provenance_with, read_claim
from pmexport.report.digest import read_digests
from pmexport.report.house_style import PLAIN, HouseStyle

FILE_BYTES = 64 * 2**20
"""Unpacked size of a file in a PDF."""
MOST_FILES = 200
"""Files in a PDF."""
_MOST_NODES = 1000
"""Parts of the tree of names that are looked at."""
_ROLES = {"/Source": "source", "/Supplement": "log", "/Data": "digests"}
_LONGEST_NAME = 100
_TEXTS = frozenset({".csv", ".err", ".json", ".jsonl", ".log", ".md", ".ndjson", ".out", ".tsv", ".txt"})
"""Suffixes that a log keeps. Others get `.txt`, so that nobody starts it by accident."""


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file in a PDF."""

    role: str
    """source, log or digests; empty if it is something else."""
    name: str
    """Its name in the PDF, on one line. It comes from the PDF: do not use it as a path."""
    data: bytes = field(repr=False)


def read_attached(document: bytes) -> tuple[AttachedFile, ...]:
    """Return the files in a PDF. Raises InputError for a document that is not a PDF, or cannot be read."""
    if b"%PDF-" not in document[:1024]:
        raise InputError([Problem("only PDFs contain attached files.")])
    from pypdf import PdfReader  # noqa: PLC0415 - rarely needed
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        with _without_log():
            reader = PdfReader(BytesIO(document))
            if reader.is_encrypted:
                raise InputError([Problem("the PDF is encrypted.", help="Save it without a password.")])
            return tuple(_read_files(reader))
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise InputError([Problem(f"the files in the PDF cannot be read: {one_line(str(error))[:200]}.")]) from error


def find_source(files: Iterable[AttachedFile]) -> AttachedFile | None:
    """Return the report among the files in a PDF, if there is one."""
    sources = (file for file in files if file.role == "source" and _suffix(file) in reading.FORMATS)
    return next(sources, None)


def verify_attached(document: bytes, limits: Limits = DEFAULT, style: HouseStyle = PLAIN) -> Verdict:
    """Return whether a PDF states the digest of the report in it. For images, the digests in the PDF are used.

    style: the fields and words that the organisation has declared. Raises InputError if the PDF contains no report, one
    that cannot be read, or a log with another content.
    """
    files = read_attached(document)
    source = find_source(files)
    if source is None:
        help_ = "Pass the report first: `pmexport verify report.yaml report.pdf`."
        raise InputError([Problem("the PDF does not contain the report it was made from.", help=help_)])
    digests: dict[str, str] = {}
    for listed in (file for file in files if file.role == "digests"):
        digests |= read_digests(listed.data.decode(errors="replace"))
    for log in (file for file in files if file.role == "log"):
        if sha256(log.data).hexdigest() not in digests.values():
            raise InputError([Problem(f"the log {log.name!r} in the PDF differs from that of the report.")])
    kind = reading.FORMATS[_suffix(source)]
    report = reading.read_bytes(source.data, format=kind, name=source.name, limits=limits, style=style)
    return Verdict(provenance_with(report, digests), read_claim(document))


# ---- the files in the PDF


def _read_files(reader: Any) -> Iterator[AttachedFile]:
    root = reader.trailer["/Root"]
    seen: set[int] = set()
    for number, file in enumerate(_list_files(root)):
        if number >= MOST_FILES:
            raise ValueError(f"it contains more than {MOST_FILES} files")
        stream = file["/EF"]["/F"].get_object()
        if id(stream) in seen:
            continue
        seen.add(id(stream))
        name = one_line(str(file.get("/UF", file.get("/F", ""))))
        yield AttachedFile(_ROLES.get(str(file.get("/AFRelationship")), ""), name, _unpack_stream(stream))


def _list_files(root: Any) -> Iterator[Any]:
    """Yield the descriptions of files: those associated with the document, then those in the tree of names."""
    yield from (file.get_object() for file in root.get("/AF", ()))
    waiting = [root.get("/Names", {}).get("/EmbeddedFiles")]
    for _ in range(_MOST_NODES):
        node = waiting.pop() if waiting else None
        if node is None:
            return
        node = node.get_object()
        yield from (file.get_object() for file in node.get("/Names", ())[1::2])
        waiting += node.get("/Kids", ())


def _unpack_stream(stream: Any) -> bytes:
    """Return the content of a file. Raises ValueError if it is too large, or packed in another way than ours."""
    packed: bytes = stream._data  # noqa: SLF001 - not unpacked
    filters = stream.get("/Filter", [])
    filters = [filters] if isinstance(filters, str) else list(filters)
    if filters not in ([], ["/FlateDecode"]) or "/DecodeParms" in stream:
        raise ValueError("a file in it is packed in an unusual way")
    if filters:
        unpacker = zlib.decompressobj()
        try:
            packed = unpacker.decompress(packed, FILE_BYTES + 1)
        except zlib.error as error:
            raise ValueError("a file in it is damaged") from error
        if not unpacker.eof and len(packed) <= FILE_BYTES:
            raise ValueError("a file in it is damaged")
    if len(packed) > FILE_BYTES:
        raise ValueError(f"a file in it is larger than {FILE_BYTES:,} bytes")
    return packed


@contextmanager
def _without_log() -> Iterator[None]:
    """Keep pypdf's remarks about strange files out of the log."""
    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


# ---- names for the files on disk


def name_files(files: Iterable[AttachedFile], stem: str) -> dict[str, AttachedFile]:
    """Return the files to write, by names that are safe in any folder: each begins with the PDF's own name.

    The list of digests is left out. stem: the PDF's name without its suffix.
    """
    named: dict[str, AttachedFile] = {}
    for file in files:
        if file.role == "source" and _suffix(file) in reading.FORMATS:
            wanted = f"{stem}{_suffix(file)}"
        elif file.role in ("source", "digests"):
            continue
        else:
            wanted = f"{stem}-{_clean_name(file.name)}"
        named[_find_free(wanted, {name.casefold() for name in named})] = file
    return named


def _clean_name(name: str) -> str:
    """Return the last part of a name, with only letters, digits, and few signs."""
    last = unicodedata.normalize("NFC", re.split(r"[\\/:]", name)[-1])
    plain = re.sub(r"[^\w.-]+", "_", last).strip("._-")[-_LONGEST_NAME:].strip("._-") or "file"
    return plain if PurePath(plain).suffix.lower() in _TEXTS else f"{plain}.txt"


def _find_free(name: str, taken: set[str]) -> str:
    path = PurePath(name)
    tried = (name, *(f"{path.stem}-{number}{path.suffix}" for number in range(2, MOST_FILES + 2)))
    return next(one for one in tried if one.casefold() not in taken)


def _suffix(file: AttachedFile) -> str:
    visible = re.sub(r"\W+$", "", file.name)  # without the mark that ends a change of direction
    return PurePath(visible).suffix.lower()


# ---- between processes


def pack_files(files: Iterable[AttachedFile]) -> bytes:
    """Return files as bytes: a line of JSON, then the contents."""
    files = tuple(files)
    head = [(file.role, file.name, len(file.data)) for file in files]
    return b"\n".join((json.dumps(head).encode(), b"".join(file.data for file in files)))


def unpack_files(packed: bytes) -> tuple[AttachedFile, ...]:
    """Return the files that `pack_files` packed."""
    head, _, rest = packed.partition(b"\n")
    files, start = [], 0
    for role, name, size in json.loads(head):
        files.append(AttachedFile(role, name, rest[start : start + size]))
        start += size
    return tuple(files)
