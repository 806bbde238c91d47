"""A company's own Word template: read within bounds, and without what runs, asks or fetches. No link is followed."""

from __future__ import annotations

import os
import stat
import zipfile
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
from lxml import etree

from pmexport.errors import RenderError
from pmexport.renderers.docx.oxml import W, child
from pmexport.renderers.docx.template.fill_ins import texts
from pmexport.renderers.docx.template.style_index import select

_MOST_BYTES, _MOST_UNPACKED, _MOST_PARTS = 64 * 2**20, 256 * 2**20, 4096
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_KINDS = {
    _MAIN: "docx",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": "dotx",
    b"application/vnd.ms-word.document.macroEnabled.main+xml": "docm",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml": "dotm",
}
_TYPES = "[Content_Types].xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LEFT_OUT = {
    "vbaProject": "macros",
    "keyMapCustomizations": "shortcuts that call macros",
    "extensibility": "buttons that call macros",
    "webextensiontaskpanes": "an add-in",
    "attachedTemplate": "the link to the template that the file was made from",
    "mailMergeSource": "the data source of a mail merge",
    "mailMergeHeaderSource": "the data source of a mail merge",
    "recipientData": "the data source of a mail merge",
    "origin": "a digital signature, which a changed file cannot keep",
    "thumbnail": "",
    "core-properties": "",  # what the template says of itself; LibreOffice gives the relation a type of its own
    "stylesWithEffects": "",  # Word 2010's copy of the styles, which new styles would make wrong
}
"""By the end of a relation's type: what it leads to, in words; nothing where it goes without saying."""
_ASKING = {
    "attachedTemplate": "",
    "linkStyles": "the update of styles from another template",
    "mailMerge": "",
    "updateFields": "the order to update fields, at which Word asks its reader a question",
}
"""Settings that are left out."""
_FOLLOWED_BY_READERS = ("hyperlink", "image")
"""Kinds of relations that may lead out of the file."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that is ready to be built on."""

    name: str
    """The file's, as the user gave it."""
    kind: str
    """docx, dotx, docm or dotm."""
    word: WordDocument
    left_out: tuple[str, ...]
    """What was not taken over, in words."""


def read(path: str | Path) -> Template:
    """Return the template in a file.

    Raises RenderError, whose message says what is wrong with the file and what to do.
    """
    if not isinstance(path, str | Path):
        raise RenderError(f"a template is the path of a file, found {type(path).__name__}.")
    try:
        parts = _unzip(_bytes(Path(path)))
        kind = _kind(parts)
        word = docx.Document(_zip(parts))
        left_out = tuple(dict.fromkeys([*_without_relations(word), *_without_settings(word)]))
        _refuse_protected(word.settings.element)
        _complete(word)
        _refuse_unsound(word)
    except RenderError as error:
        raise RenderError(f"{path}: {error}") from error
    except OSError as error:
        raise RenderError(f"{path}: {error.strerror or error}") from error
    except Exception as error:  # python-docx raises many kinds on broken files
        raise RenderError(f"{path}: it is broken, or not a Word file; open it in Word and save it anew.") from error
    return Template(str(path), kind, word, left_out)


# ---- the file


def _bytes(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RenderError("it is no regular file.")
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise RenderError(f"it is larger than {_MOST_BYTES:,} bytes.")
    if data.startswith(_OLE):
        raise RenderError("it is a .doc of old, or locked by a password. Save it in Word as .docx, without a password.")
    return data


def _unzip(data: bytes) -> dict[str, bytes]:
    """Return the parts of a file by their names, within bounds. Raises RenderError."""
    if not zipfile.is_zipfile(BytesIO(data)):
        raise RenderError("it is no Word file (.docx or .dotx).")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
            raise RenderError(f"it unpacks to more than {_MOST_UNPACKED:,} bytes or {_MOST_PARTS:,} parts.")
        parts = {entry.filename: archive.read(entry) for entry in entries}
    for name, part in parts.items():
        # The format forbids them (ISO/IEC 29500-2, 8.1.4); they could make a small part huge. UTF-16 has zeros between.
        if name.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in part.replace(b"\0", b""):
            raise RenderError(f"its part {name} has a document type declaration, which no Word file has.")
    return parts


def _kind(parts: dict[str, bytes]) -> str:
    """Return what kind of Word file the parts make, and turn it into an ordinary one. Raises RenderError."""
    if _STRICT in parts.get("_rels/.rels", b""):
        raise RenderError('it is saved as "Strict Open XML". Save it in Word as "Word Document (.docx)".')
    types = parts.get(_TYPES, b"")
    main = next((main for main in _KINDS if main in types), None)
    if main is None:
        raise RenderError("it is no Word file (.docx or .dotx).")
    parts[_TYPES] = types.replace(main, _MAIN)
    return _KINDS[main]


def _zip(parts: dict[str, bytes]) -> BytesIO:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file


# ---- what is left out


def _without_relations(word: WordDocument) -> Iterator[str]:
    """Drop what a document should not take along, and yield it in words. Raises RenderError for unknown links."""
    package = word.part.package
    parts: list[Part] = list(package.iter_parts())
    for relations in (package.rels, *(part.rels for part in parts)):
        for key, relation in list(relations.items()):
            kind = relation.reltype.rpartition("/")[2]
            if kind in _LEFT_OUT:
                drop(relations, key)
                yield from filter(None, [_LEFT_OUT[kind]])
            elif relation.is_external and kind not in _FOLLOWED_BY_READERS:
                raise RenderError(f"it holds a link of the kind {kind!r} to {relation.target_ref}. Take it out.")


def drop(relations: Relationships, key: str) -> None:
    """Drop a relation; a part to which no other leads is not saved."""
    del relations[key]
    relations.related_parts.pop(key, None)


def _without_settings(word: WordDocument) -> Iterator[str]:
    settings = word.settings.element
    for name, words in _ASKING.items():
        for found in settings.findall(W + name):
            settings.remove(found)
            yield from filter(None, [words])
    for text in (text for _, text in texts(word)):
        for field in select(text, ".//w:fldChar[@w:dirty] | .//w:fldSimple[@w:dirty]"):
            del field.attrib[f"{W}dirty"]
            yield _ASKING["updateFields"]


def _refuse_protected(settings: etree._Element) -> None:
    """Raise RenderError where the file is not to be changed: to lift that is its owner's business."""
    enforced = select(settings, "w:documentProtection/@w:enforcement")
    if select(settings, "w:writeProtection") or set(enforced) & {"1", "true", "on"}:
        raise RenderError(
            "it is protected against changes. Lift that in Word (Review > Restrict Editing), and save it."
        )


def _refuse_unsound(word: WordDocument) -> None:
    """Raise some error where the file lacks what every Word file has, or cannot be saved again."""
    elements = (word.styles.element, word.part.numbering_part.element, word.core_properties)
    names = [part.partname for part in word.part.package.iter_parts()]
    if len(set(names)) < len(names) or any(element is None for element in elements):
        raise ValueError(names)
    word.save(BytesIO())


def _complete(word: WordDocument) -> None:
    """Add what a file may do without and we do not: the last section's properties, and a part for lists."""
    text = word.element.body
    sections = text.findall(f"{W}sectPr") or [child(text, "sectPr")]
    text.append(sections[-1])
    if not any(relation.reltype == RELATIONSHIP_TYPE.NUMBERING for relation in word.part.rels.values()):
        element = parse_xml(f'<w:numbering xmlns:w="{W[1:-1]}"/>')
        part = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, element, word.part.package)
        word.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
