"""Reads a company's Word template within limits, without anything that runs, prompts or fetches."""

import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.rel import Relationships
from docx.oxml.parser import parse_xml
from docx.parts.numbering import NumberingPart

from pmexport.errors import RenderError
from pmexport.problems import show_name
from pmexport.renderers.docx.oxml import Element, W, add_child
from pmexport.renderers.docx.template.active_content import UPDATE, describe_load, remove_active_content
from pmexport.renderers.docx.template.package_repairs import MissingPart, repair_relations, translate_strict
from pmexport.renderers.docx.template.style_index import select_nodes

_MAX_BYTES, _MAX_UNPACKED, _MAX_PARTS = 64 * 2**20, 256 * 2**20, 4096
_MAX_ELEMENTS = 1_000_000
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_KINDS = {
    _MAIN: "docx",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": "dotx",
    b"application/vnd.ms-word.document.macroEnabled.main+xml": "docm",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml": "dotm",
}
_TYPES = "[Content_Types].xml"
_NOT_WORD = "The file is not a Word file (.docx or .dotx)."
_DAMAGED = "The file is damaged or is not a Word file. Open it in Word and save it again."
_DAMAGED_STRICT = (
    'The file is saved as "Strict Open XML" and cannot be read. Save it in Word as "Word Document (.docx)".'
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_DROPPED_PARTS = {
    "vbaProject": "macros",
    "keyMapCustomizations": "shortcuts that call macros",
    "extensibility": "buttons that call macros",
    "webextensiontaskpanes": "an add-in",
    "attachedTemplate": "the link to the template that the file was made from",
    "mailMergeSource": "the data source of a mail merge",
    "mailMergeHeaderSource": "the data source of a mail merge",
    "recipientData": "the data source of a mail merge",
    "origin": "a digital signature, which any change invalidates",
    "control": "ActiveX controls",
    "attachedToolbars": "toolbars that call macros",
    "aFChunk": "",  # empty: described with the element that refers to them
    "oleObject": "",
    "frame": "",
    "transform": "",
    "webextension": "",
    "thumbnail": "",
    "core-properties": "",  # the template's own properties; LibreOffice uses a different relationship type
    "stylesWithEffects": "",  # Word 2010's copy of the styles, which new styles would make outdated
}
"""Descriptions of dropped parts, by the end of the relationship type; empty if not reported."""
_DROPPED_SETTINGS = {
    "attachedTemplate": "",
    "linkStyles": "the automatic style update from another template",
    "mailMerge": "",
    "updateFields": UPDATE,
}
"""Descriptions of dropped settings."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that is ready to use."""

    name: str
    """The path that the user gave."""
    kind: str
    """docx, dotx, docm or dotm."""
    word: WordDocument
    dropped: tuple[str, ...]
    """Descriptions of the parts and settings that were dropped."""
    missing: list[MissingPart]
    """Parts that the file refers to and does not have."""


def name_template(template: str | Path | bytes) -> str:
    """Return the name of a template in messages: its path, or that it was passed as bytes."""
    return "word_template" if isinstance(template, bytes) else show_name(template)


def read_template(given: str | Path | bytes) -> Template:
    """Return the template in a file or in its bytes. Raises RenderError with the problem and the fix."""
    if not isinstance(given, str | Path | bytes):
        raise RenderError(f"a Word template must be the path of a file or its bytes, found {type(given).__name__}.")
    name = name_template(given)
    try:
        word, kind, missing = open_word(given if isinstance(given, bytes) else _read_bytes(Path(given)))
        dropped = tuple(_count_dropped([*_drop_content(word), *_drop_relations(word), *_drop_settings(word)]))
        _refuse_protected(word.settings.element)
        _add_missing(word)
        _refuse_unsound(word)
    except RenderError as error:
        raise RenderError(f"{name}: {error}") from error
    except OSError as error:
        raise RenderError(f"{name}: {error.strerror or error}") from error
    except Exception as error:  # python-docx raises many kinds on broken files
        raise RenderError(f"{name}: {_DAMAGED}") from error
    return Template(name, kind, word, dropped, missing)


def open_word(data: bytes) -> tuple[WordDocument, str, list[MissingPart]]:
    """Return the document in the bytes of a Word file, its kind, and the parts it lacks.

    Raises RenderError for another or a damaged file, and for one that exceeds the limits.
    """
    if data.startswith(_OLE):
        raise RenderError(
            "The file is password-protected or has the old .doc format. Save it as a .docx file without a password."
        )
    is_strict = False
    try:
        parts = _unzip_parts(data)
        kind = _detect_kind(parts)
        is_strict = translate_strict(parts)
        missing = repair_relations(parts)
        word = docx.Document(_zip_parts(parts))
        _refuse_huge(word)
    except RenderError:
        raise
    except Exception as error:  # python-docx raises many kinds on broken files
        raise RenderError(_DAMAGED_STRICT if is_strict else _DAMAGED) from error
    return word, kind, missing


def _read_bytes(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RenderError("The path is not a regular file.")
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise RenderError(f"The file is larger than {_MAX_BYTES:,} bytes.")
    return data


def _unzip_parts(data: bytes) -> dict[str, bytes]:
    """Return a file's parts by name. Raises RenderError if they exceed the limits."""
    if not zipfile.is_zipfile(BytesIO(data)):
        raise RenderError(_NOT_WORD)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > _MAX_PARTS or sum(entry.file_size for entry in entries) > _MAX_UNPACKED:
            raise RenderError(f"The file unpacks to more than {_MAX_UNPACKED:,} bytes or {_MAX_PARTS:,} parts.")
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise RenderError("The file uses a compression method that Word files do not allow.")
        parts = {entry.filename: _unzip_part(archive, entry) for entry in entries}
    for name, part in parts.items():
        # Document types are forbidden (ISO/IEC 29500-2, 8.1.4) and could expand a small part. UTF-16 has zero bytes.
        if name.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in part.replace(b"\0", b""):
            raise RenderError(f"The part {name} has a document type declaration, which Word files must not have.")
    return parts


def _unzip_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a part, unpacked up to the size that the file states. Reading it whole would not stop there."""
    with archive.open(entry) as part:
        return part.read(entry.file_size)


def _detect_kind(parts: dict[str, bytes]) -> str:
    """Return the kind of Word file, and convert it to an ordinary document. Raises RenderError."""
    types = parts.get(_TYPES, b"")
    main = next((main for main in _KINDS if main in types), None)
    if main is None:
        raise RenderError(_NOT_WORD)
    parts[_TYPES] = types.replace(main, _MAIN)
    return _KINDS[main]


def _zip_parts(parts: dict[str, bytes]) -> BytesIO:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file


def _count_dropped(found: list[tuple[str, str]]) -> Iterator[str]:
    """Yield each description once, with its number and first place if there are several. found: with places."""
    counted = Counter(description for description, _ in found)
    places: dict[str, str] = {}
    for description, place in found:
        places.setdefault(description, place)
    for description, place in places.items():
        several = counted[description] > 1 and description != UPDATE
        yield f"{description} ({counted[description]} times, first in {place})" if several else description


def _name_place(name: str) -> str:
    """Return what a part is for people."""
    stem = name.rpartition("/")[2].partition(".")[0].rstrip("0123456789")
    return {"document": "the body", "header": "a header", "footer": "a footer"}.get(stem, name)


def _drop_content(word: WordDocument) -> Iterator[tuple[str, str]]:
    """Drop what runs or fetches something, in every part, and yield descriptions and places."""
    for part in list(word.part.package.iter_parts()):
        yield from ((description, _name_place(str(part.partname))) for description in remove_active_content(part))


def _drop_relations(word: WordDocument) -> Iterator[tuple[str, str]]:
    """Drop unwanted relationships and yield descriptions and places. Raises RenderError for unknown external links."""
    package = word.part.package
    parts: list[Part] = list(package.iter_parts())
    for name, relations in (
        ("the file", package.rels),
        *((_name_place(str(part.partname)), part.rels) for part in parts),
    ):
        for key, relation in list(relations.items()):
            kind = relation.reltype.rpartition("/")[2]
            if kind in _DROPPED_PARTS:
                drop_relation(relations, key)
                yield from ((description, name) for description in filter(None, [_DROPPED_PARTS[kind]]))
            elif relation.is_external and kind == "image":
                drop_relation(relations, key)
                yield describe_load(relation.target_ref), name
            elif relation.is_external and kind != "hyperlink":
                raise RenderError(f"The file has a {kind} link to {show_name(relation.target_ref)}. Remove it.")


def drop_relation(relations: Relationships, key: str) -> None:
    """Drop a relationship; parts without one are not saved."""
    del relations[key]
    relations.related_parts.pop(key, None)


def _drop_settings(word: WordDocument) -> Iterator[tuple[str, str]]:
    settings = word.settings.element
    for name, description in _DROPPED_SETTINGS.items():
        for found in settings.findall(W + name):
            settings.remove(found)
            if description:
                yield description, "the settings"


def _refuse_huge(word: WordDocument) -> None:
    """Raise RenderError if the body has so many elements that rendering would take minutes."""
    if sum(1 for _ in word.element.iter()) > _MAX_ELEMENTS:
        raise RenderError(
            f"The text has more than {_MAX_ELEMENTS:,} XML elements. "
            "Delete the sample text that the report would replace anyway."
        )


def _refuse_protected(settings: Element) -> None:
    """Raise RenderError if the file is protected; only its owner may lift that."""
    enforced = select_nodes(settings, "w:documentProtection/@w:enforcement")
    if select_nodes(settings, "w:writeProtection") or set(enforced) & {"1", "true", "on"}:
        raise RenderError(
            "The file is protected against changes. Remove the protection in Word (Review > Restrict Editing)."
        )


def _refuse_unsound(word: WordDocument) -> None:
    """Raise an exception if the file lacks a required part or cannot be saved."""
    elements = (word.styles.element, word.part.numbering_part.element, word.core_properties)
    names = [part.partname for part in word.part.package.iter_parts()]
    if len(set(names)) < len(names) or any(element is None for element in elements):
        raise ValueError(names)
    word.save(BytesIO())


def _add_missing(word: WordDocument) -> None:
    """Add optional parts that we need: the last section's properties and a numbering part."""
    text = word.element.body
    sections = text.findall(f"{W}sectPr") or [add_child(text, "sectPr")]
    text.append(sections[-1])
    if not any(relation.reltype == RELATIONSHIP_TYPE.NUMBERING for relation in word.part.rels.values()):
        element = parse_xml(f'<w:numbering xmlns:w="{W[1:-1]}"/>')
        part = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, element, word.part.package)
        word.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
