"""A Word file, opened within limits: its text, styles, links, images, notes and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from lxml.etree import XMLSyntaxError

from pmexport.document import nodes
from pmexport.document.clean_text import one_line
from pmexport.document.labels import Labels
from pmexport.errors import RenderError
from pmexport.renderers.docx.oxml import Element, R, W, parse_part
from pmexport.renderers.docx.properties import SHORTENED
from pmexport.renderers.docx.template.style_index import first_value, select_nodes
from pmexport.renderers.docx.template.template_package import open_word

_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_ALT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_VML = "{urn:schemas-microsoft-com:vml}imagedata"
_GENERATOR = "generator"
"""The custom property by which our own files are known."""
_NAME = re.compile(r"[^\w.-]+")


@dataclass
class WordFile:
    """An opened Word file."""

    word: WordDocument
    folder: str
    """Where its images will be, as the report names them."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    """The images that were found, by their paths."""
    notes: list[tuple[str, Element]] = field(default_factory=list)
    """The footnotes and endnotes that the text refers to, in the order of their numbers: each with its kind."""
    skipped: list[str] = field(default_factory=list)
    """The names of drawings without a text or an image that can be taken."""
    labels: Labels | None = None
    """Those of the language in which pmexport wrote the file; None if it did not write it."""
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def body(self) -> Element:
        found: Element = self.word.element.body
        return found

    @property
    def styles(self) -> Element:
        found: Element = self.word.styles.element
        return found

    @cached_property
    def numbering(self) -> Element | None:
        return self._related_element(RELATIONSHIP_TYPE.NUMBERING)

    @cached_property
    def bookmarks(self) -> dict[str, str]:
        """The names of bookmarks by their ids; LibreOffice gives one bookmark several ids."""
        return {one.get(f"{W}id", ""): one.get(f"{W}name", "") for one in self.body.iter(f"{W}bookmarkStart")}

    @property
    def is_ours(self) -> bool:
        """Whether pmexport wrote the file; also after others have edited it."""
        return self.labels is not None

    @cached_property
    def has_mark(self) -> bool:
        """Whether the file's properties say that pmexport wrote it."""
        return self._properties.get(_GENERATOR, "").startswith("pmexport")

    @property
    def is_shortened(self) -> bool:
        """Whether page one had no room for the key figures."""
        return SHORTENED in self._properties

    @cached_property
    def _properties(self) -> dict[str, str]:
        """The file's own properties."""
        relations = self.word.part.package.rels.values()
        parts = (one.target_part for one in relations if one.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
        listed = (element for part in parts for element in parse_part(part.blob))
        return {element.get("name", ""): "".join(map(str, element.itertext())) for element in listed}

    @property
    def title(self) -> str:
        """The title among the file's properties."""
        return one_line(self.word.core_properties.title or "")

    # ---- links and images

    def link_target(self, relation: str, anchor: str) -> str:
        """Return the address of a link to another document; empty if there is none. anchor: a place in it."""
        found = self.word.part.rels.get(relation)
        return f"{found.target_ref}{'#' * bool(anchor)}{anchor}" if found is not None and found.is_external else ""

    def skip_drawing(self, drawing: Element) -> None:
        """Remember a drawing that cannot be taken, such as a chart."""
        texts = (one.get(key) or "" for one in drawing.iter(_ALT) for key in ("descr", "name"))
        self.skipped.append(next((text for text in map(one_line, texts) if text), "Drawing"))

    def images(self, drawing: Element) -> Iterator[nodes.Image]:
        """Yield the images in a drawing."""
        alt = next((one_line(one.get("descr") or "") for one in drawing.iter(_ALT)), "")
        relations = [blip.get(f"{R}embed", "") for blip in drawing.iter(_BLIP)]
        relations += [image.get(f"{R}id", "") for image in drawing.iter(_VML)]
        for relation in relations:
            found = self.word.part.rels.get(relation)
            if found is not None and not found.is_external:
                source = self._save_image(found.target_part)
                yield nodes.Image(b"", "image/png", 1, 1, alt or PurePosixPath(source).stem, source)

    def _save_image(self, part: Part) -> str:
        """Keep an image, and return its path."""
        name = _NAME.sub("_", PurePosixPath(str(part.partname)).name) or "image"
        path = str(PurePosixPath(self.folder) / name)
        self.pictures[path] = part.blob
        return path

    # ---- notes and comments

    def number_note(self, kind: str, identifier: str) -> int | None:
        """Return the number of a footnote or an endnote, which is remembered; None if there is no such note."""
        key = kind, identifier
        if key not in self._numbers:
            root = self._related_element(f"{RELATIONSHIP_TYPE.OFFICE_DOCUMENT.rpartition('/')[0]}/{kind}")
            found = [note for note in ([] if root is None else root) if note.get(f"{W}id") == identifier]
            if not found:
                return None
            self.notes.append((kind, found[0]))
            self._numbers[key] = len(self.notes)
        return self._numbers[key]

    def comments(self) -> Iterator[tuple[str, str, str]]:
        """Yield the id, the author and the text of each comment."""
        root = self._related_element(f"{RELATIONSHIP_TYPE.OFFICE_DOCUMENT.rpartition('/')[0]}/comments")
        for comment in [] if root is None else select_nodes(root, "w:comment"):
            paragraphs = (element_text(one) for one in comment.iter(f"{W}p"))
            yield comment.get(f"{W}id", ""), comment.get(f"{W}author", ""), one_line(" ".join(paragraphs))

    def _related_element(self, kind: str) -> Element | None:
        part = next((one.target_part for one in self.word.part.rels.values() if one.reltype == kind), None)
        if part is None:
            return None
        element: Element | None = getattr(part, "element", None)
        return element if element is not None else parse_part(part.blob)


def open_file(data: bytes, folder: str) -> WordFile:
    """Return the Word file in these bytes. folder: where its images will be. Raises RenderError."""
    word, _, _ = open_word(data)
    file = WordFile(word, folder)
    try:
        _ = (file.styles, file.title, file.numbering)
    except XMLSyntaxError:
        raise
    except Exception as error:  # python-docx raises many kinds if a part is not what its relation says
        raise RenderError("The file is damaged. Open it in Word or LibreOffice, and save it again.") from error
    return file


def element_text(element: Element) -> str:
    """Return the text of an element, with tabs and breaks as spaces, and without what was deleted."""
    found = element.iter(f"{W}t", f"{W}tab", f"{W}br")
    return "".join((one.text or "") if one.tag == f"{W}t" else " " for one in found)


def style_of(paragraph: Element) -> str:
    """Return the id of a paragraph's style; empty if it names none."""
    return first_value(paragraph, "w:pPr/w:pStyle/@w:val")
