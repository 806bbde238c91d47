"""The Word package: an empty document, its settings and properties, and reproducible output."""

import os
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from pmexport.document.nodes import Document
from pmexport.errors import RenderError
from pmexport.renderers.docx import properties
from pmexport.renderers.docx.oxml import W, clean_xml, create_root, spell_language
from pmexport.renderers.docx.theme_part import create_theme
from pmexport.theming.tokens import Tokens

_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""The earliest date in a ZIP file."""
_LATEST = datetime(2107, 12, 31, tzinfo=UTC)

_KEPT_IN_FILE = (RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES)
_KEPT_IN_DOCUMENT = (RT.STYLES, RT.SETTINGS, RT.NUMBERING)
_FONTS = """\
<w:fonts xmlns:w="{w}"><w:font w:name="{text}"><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>
<w:font w:name="{code}"><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font></w:fonts>"""
_SETTINGS = """\
<w:settings xmlns:w="{w}"><w:zoom w:percent="100"/>{background}<w:defaultTabStop w:val="720"/>
<w:autoHyphenation/><w:consecutiveHyphenLimit w:val="2"/><w:hyphenationZone w:val="425"/><w:doNotHyphenateCaps/>
<w:characterSpacingControl w:val="doNotCompress"/>
<w:compat>{compat}</w:compat>
<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2"
 w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink"
 w:followedHyperlink="followedHyperlink"/>
<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>"""
_COMPAT = {
    "compatibilityMode": 15,  # Word 2013 and later; otherwise Word uses compatibility mode
    "overrideTableStyleFontSizeAndJustification": 1,
    "enableOpenTypeFeatures": 1,
    "doNotFlipMirrorIndents": 1,
    "differentiateMultirowTableHeaders": 1,
}


def create_document() -> WordDocument:
    """Return an empty document: python-docx's template without its thumbnail and unused parts."""
    word = docx.Document()
    for relations, kept in ((word.part.package.rels, _KEPT_IN_FILE), (word.part.rels, _KEPT_IN_DOCUMENT)):
        for key in [key for key, relation in relations.items() if relation.reltype not in kept]:
            del relations[key]
    return word


def apply_settings(word: WordDocument, tokens: Tokens) -> None:
    """Replace the settings and the theme, set the page colour unless it is white, and declare the fonts."""
    word.part.relate_to(create_theme(tokens), RT.THEME)
    shown = tokens.colors.page.lower() != "#ffffff"
    if shown:
        word.element.insert(0, create_root("background", color=tokens.colors.page.removeprefix("#").upper()))
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
    """Declare the font families, so that Word substitutes a similar font for a missing one."""
    fonts = _FONTS.format(w=W[1:-1], text=tokens.fonts.word_body, code=tokens.fonts.word_code)
    part = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, fonts.encode())
    word.part.relate_to(part, RT.FONT_TABLE)


def write_properties(word: WordDocument, document: Document, *, is_shortened: bool) -> None:
    """Write the core properties (ISO/IEC 29500-2) and the custom properties.

    is_shortened: whether page one had no room for the key figures.
    """
    own = document.properties
    core = word.core_properties
    core.title = _shorten_property(document.title)
    core.subject = _shorten_property(own.subject)
    core.author = core.last_modified_by = _shorten_property("; ".join(own.authors))
    core.keywords = _shorten_property(", ".join(own.keywords))
    core.comments = ""
    core.category = _shorten_property(own.classification)
    core.content_status = _shorten_property(own.status)
    core.identifier = _shorten_property(own.id)
    core.language = _shorten_property(spell_language(document.language))
    core.version = _shorten_property(own.revision)  # `revision` counts saves and is an integer
    core.revision = 1
    core.created = core.modified = _resolve_timestamp(document)
    properties.write_custom(word.part.package, own, is_shortened=is_shortened)


def save_document(word: WordDocument, document: Document) -> bytes:
    """Return the file's bytes, with entry order, dates and platform fixed so that output is reproducible."""
    saved, fixed = BytesIO(), BytesIO()
    word.save(saved)
    stamp = _resolve_timestamp(document).timetuple()[:6]
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, stamp)
            entry.create_system = 0
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _shorten_property(text: str) -> str:
    text = clean_xml(text)
    return text if len(text) <= properties.MAX_LENGTH else text[: properties.MAX_LENGTH - 1] + "…"


def _resolve_timestamp(document: Document) -> datetime:
    """Return the file's timestamp: the document's date, otherwise SOURCE_DATE_EPOCH, otherwise 1980."""
    try:
        day = date.fromisoformat(document.properties.date)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError:
        moment = _read_epoch()
    return min(max(moment, _EARLIEST), _LATEST)


def _read_epoch() -> datetime:
    """Return SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), or the earliest date."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return _EARLIEST
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise RenderError(f"SOURCE_DATE_EPOCH must be a Unix timestamp in seconds, not {seconds!r}.") from error
