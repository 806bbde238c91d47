"""Repairs templates that violate the format or lack parts, so that Word does not ask its reader to repair them."""

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from pmexport.renderers.docx import package
from pmexport.renderers.docx.oxml import Element, W, parse_part
from pmexport.renderers.docx.template.style_index import select_nodes
from pmexport.theming.tokens import Tokens

_SIDES = {"start": "left", "end": "right"}
"""Names of sides in the Strict format, with the Transitional ones (ISO/IEC 29500-1, 17.18.44)."""


def repair_template(word: WordDocument, tokens: Tokens) -> None:
    """Repair lists and fonts as written by LibreOffice, and add a font table and a theme if they are missing.

    The appearance stays the same: styles made without a theme do not refer to its fonts or colours.
    """
    for level in word.part.numbering_part.element.iter(f"{W}lvl"):
        _repair_level(level)
    parts = {relation.reltype: relation.target_part for relation in word.part.rels.values() if not relation.is_external}
    if fonts := parts.get(RELATIONSHIP_TYPE.FONT_TABLE):
        _repair_fonts(fonts)
    else:
        package.add_fonts(word, tokens)
    if RELATIONSHIP_TYPE.THEME not in parts:
        default = docx.Document().part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme = Part(PackURI("/word/theme/theme1.xml"), default.content_type, default.blob)
        word.part.relate_to(theme, RELATIONSHIP_TYPE.THEME)


def _repair_level(level: Element) -> None:
    """Move the number format before the style, and rename the sides."""
    for style in select_nodes(level, "w:pStyle[following-sibling::w:numFmt]"):
        for form in select_nodes(level, "w:numFmt"):
            style.addprevious(form)
    for side in select_nodes(level, "w:lvlJc[@w:val='start' or @w:val='end']"):
        side.set(f"{W}val", _SIDES[side.get(f"{W}val")])


def _repair_fonts(part: Part) -> None:
    """Remove the names of character sets, which violate the format and repeat their numbers."""
    try:
        fonts = parse_part(part.blob)
    except etree.XMLSyntaxError:
        return
    named = select_nodes(fonts, ".//w:charset[@w:val and @w:characterSet]")
    for charset in named:
        del charset.attrib[f"{W}characterSet"]
    if named:
        part._blob = etree.tostring(fonts, encoding="UTF-8", standalone=True)  # noqa: SLF001 - otherwise read-only
