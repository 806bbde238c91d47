"""The file around the text: an empty document to begin with, what it says of itself, and the same bytes every time."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from pmexport.document.nodes import Document
from pmexport.errors import RenderError
from pmexport.renderers.docx import properties
from pmexport.renderers.docx.oxml import W, clean, root
from pmexport.theming.themes import Tokens

_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Before which a zip file has no dates."""
_LATEST = datetime(2107, 12, 31, tzinfo=UTC)
_LONGEST_PROPERTY = 255
_KEPT_IN_FILE = (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES)
_KEPT_IN_DOCUMENT = (
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
    RELATIONSHIP_TYPE.NUMBERING,
    RELATIONSHIP_TYPE.THEME,
)
_FONTS = """\
<w:fonts xmlns:w="{w}"><w:font w:name="{text}"><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>
<w:font w:name="{code}"><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font></w:fonts>"""
_SETTINGS = """\
<w:settings xmlns:w="{w}"><w:zoom w:percent="100"/>{background}<w:defaultTabStop w:val="720"/>
<w:characterSpacingControl w:val="doNotCompress"/>
<w:compat>{compat}</w:compat>
<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2"
 w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink"
 w:followedHyperlink="followedHyperlink"/>
<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>"""
_COMPAT = {
    "compatibilityMode": 15,  # that of Word 2013 and later; without it Word opens the file in a mode for old ones
    "overrideTableStyleFontSizeAndJustification": 1,
    "enableOpenTypeFeatures": 1,
    "doNotFlipMirrorIndents": 1,
    "differentiateMultirowTableHeaders": 1,
}


def blank() -> WordDocument:
    """Return an empty document: python-docx's template without its thumbnail and stale parts."""
    word = docx.Document()
    for relations, kept in ((word.part.package.rels, _KEPT_IN_FILE), (word.part.rels, _KEPT_IN_DOCUMENT)):
        for key in [key for key, relation in relations.items() if relation.reltype not in kept]:
            del relations[key]
    return word


def set_up(word: WordDocument, tokens: Tokens) -> None:
    """Replace the template's settings, colour the page unless it is white, and say of what kind the fonts are."""
    shown = tokens.colors.page.lower() != "#ffffff"
    if shown:
        word.element.insert(0, root("background", color=tokens.colors.page.removeprefix("#").upper()))
    add_fonts(word, tokens)
    settings = word.settings.element
    for old in list(settings):
        settings.remove(old)
    compat = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in _COMPAT.items()
    )
    background = "<w:displayBackgroundShape/>" if shown else ""
    xml = _SETTINGS.format(w=W[1:-1], background=background, compat=compat)
    settings.extend(list(etree.fromstring(xml)))


def add_fonts(word: WordDocument, tokens: Tokens) -> None:
    """Say of what kind the fonts are: where one is missing, Word takes another of its kind."""
    fonts = _FONTS.format(w=W[1:-1], text=tokens.fonts.word_text, code=tokens.fonts.word_code)
    part = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, fonts.encode())
    word.part.relate_to(part, RELATIONSHIP_TYPE.FONT_TABLE)


def describe(word: WordDocument, document: Document) -> None:
    """Write the core properties (ISO/IEC 29500-2) and the custom ones: what the file says of itself."""
    own = document.properties
    core = word.core_properties
    core.title = _property(document.title)
    core.subject = _property(own.subject)
    core.author = core.last_modified_by = _property("; ".join(own.authors))
    core.keywords = _property(", ".join(own.keywords))
    core.comments = ""
    core.category = _property(own.classification)
    core.content_status = _property(own.status)
    core.identifier = _property(own.id)
    core.language = _property(document.language)
    core.version = _property(own.revision)  # `revision` counts how often the file was saved: a whole number
    core.revision = 1
    core.created = core.modified = _moment(document)
    properties.add(word.part.package, own)


def save(word: WordDocument, document: Document) -> bytes:
    """Return the file's bytes, the same for the same document: its dates are the document's, its order is fixed."""
    saved, fixed = BytesIO(), BytesIO()
    word.save(saved)
    stamp = _moment(document).timetuple()[:6]
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, stamp)
            entry.create_system = 0
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _property(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _LONGEST_PROPERTY else text[: _LONGEST_PROPERTY - 1] + "…"


def _moment(document: Document) -> datetime:
    """Return when the file was made, as far as it says: the document's day, else SOURCE_DATE_EPOCH, else 1980."""
    try:
        day = date.fromisoformat(document.properties.date)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        moment = _epoch()
    return min(max(moment, _EARLIEST), _LATEST)


def _epoch() -> datetime:
    """Return the moment of https://reproducible-builds.org/specs/source-date-epoch/, or the earliest there is."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return _EARLIEST
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise RenderError(f"SOURCE_DATE_EPOCH is {seconds!r}, which is no number of seconds since 1970") from error
