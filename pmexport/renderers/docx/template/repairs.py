"""What other programs than Word write against the format, set right, and what they leave out, added.

Word is strict: it may offer its reader to repair such a file.
"""

from __future__ import annotations

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from pmexport.renderers.docx import package
from pmexport.renderers.docx.oxml import W
from pmexport.renderers.docx.template.style_index import select
from pmexport.theming.themes import Tokens

_SIDES = {"start": "left", "end": "right"}
"""How lists name sides: the names of the Strict format (ISO/IEC 29500-1, 17.18.44) by those that we write."""


def mend(word: WordDocument, tokens: Tokens) -> None:
    """Set right the lists and fonts of a template, as LibreOffice writes them; add fonts and a theme if it has none.

    Its look stays: styles that have been made without a theme name no font or colour of one.
    """
    for level in word.part.numbering_part.element.iter(f"{W}lvl"):
        _order(level)
    parts = {relation.reltype: relation.target_part for relation in word.part.rels.values() if not relation.is_external}
    if fonts := parts.get(RELATIONSHIP_TYPE.FONT_TABLE):
        _mend_fonts(fonts)
    else:
        package.add_fonts(word, tokens)
    if RELATIONSHIP_TYPE.THEME not in parts:
        usual = docx.Document().part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme = Part(PackURI("/word/theme/theme1.xml"), usual.content_type, usual.blob)
        word.part.relate_to(theme, RELATIONSHIP_TYPE.THEME)


def _order(level: etree._Element) -> None:
    """Put the form of a list's numbers before the style that goes with it, and give its side the usual name."""
    for style in select(level, "w:pStyle[following-sibling::w:numFmt]"):
        for form in select(level, "w:numFmt"):
            style.addprevious(form)
    for side in select(level, "w:lvlJc[@w:val='start' or @w:val='end']"):
        side.set(f"{W}val", _SIDES[side.get(f"{W}val")])


def _mend_fonts(part: Part) -> None:
    """Leave out the names of character sets, which the format has other ones for; their numbers say the same."""
    try:
        fonts = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return
    named = select(fonts, ".//w:charset[@w:val and @w:characterSet]")
    for charset in named:
        del charset.attrib[f"{W}characterSet"]
    if named:
        part._blob = etree.tostring(fonts, encoding="UTF-8", standalone=True)  # noqa: SLF001 - python-docx only reads it
