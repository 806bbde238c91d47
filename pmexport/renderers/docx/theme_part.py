"""The theme part, made from a theme's tokens, so that Design > Colors and Fonts in Word change the document."""

import re
from xml.sax.saxutils import quoteattr

from docx.opc.packuri import PackURI
from docx.opc.part import Part

from pmexport.theming.tokens import Tokens

_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_THEME = """\
<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="pmexport"><a:themeElements>
<a:clrScheme name="pmexport">{colors}</a:clrScheme>
<a:fontScheme name="pmexport"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>
<a:fmtScheme name="pmexport"><a:fillStyleLst>{fills}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>
<a:effectStyleLst>{effects}</a:effectStyleLst><a:bgFillStyleLst>{fills}</a:bgFillStyleLst></a:fmtScheme>
</a:themeElements></a:theme>"""
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_LINE = f'<a:ln w="9525">{_FILL}<a:prstDash val="solid"/></a:ln>'
_EFFECT = "<a:effectStyle><a:effectLst/></a:effectStyle>"
_NAMES = {
    "dk1": "text1",
    "lt1": "background1",
    "dk2": "text2",
    "lt2": "background2",
    **{f"accent{number}": f"accent{number}" for number in range(1, 7)},
}
"""The names of colours in the theme, and in the document (ISO/IEC 29500-1, 17.18.97)."""
_COLOR = re.compile(r'w:(val|fill|color)="([0-9A-F]{6})"')
_ATTRIBUTES = {"val": "themeColor", "fill": "themeFill", "color": "themeColor"}


def create_theme(tokens: Tokens) -> Part:
    """Return a theme part with the colours and the font of a theme."""
    colors = _list_colors(tokens)
    colors |= {"hlink": colors["accent1"], "folHlink": colors["accent1"]}
    shown = "".join(f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>' for name, color in colors.items())
    face = quoteattr(tokens.fonts.word_body)
    font = f'<a:latin typeface={face}/><a:ea typeface=""/><a:cs typeface=""/>'
    xml = _THEME.format(colors=shown, font=font, fills=_FILL * 3, lines=_LINE * 3, effects=_EFFECT * 3)
    return Part(PackURI("/word/theme/theme1.xml"), _TYPE, xml.encode())


def refer_to_theme(xml: str, tokens: Tokens) -> str:
    """Return styles whose colours refer to the theme, where it has them; each keeps its value beside the reference."""
    names = {color: _NAMES[name] for name, color in reversed(_list_colors(tokens).items())}

    def name_color(found: re.Match[str]) -> str:
        name = names.get(found[2])
        return f'{found[0]} w:{_ATTRIBUTES[found[1]]}="{name}"' if name else found[0]

    return _COLOR.sub(name_color, xml)


def _list_colors(tokens: Tokens) -> dict[str, str]:
    """Return the colours of the theme by their names, in the order of the format."""
    colors, tones = tokens.colors, tokens.tones
    inks = (tone.ink for tone in (tones.critical, tones.warning, tones.caution, tones.good, tones.info))
    every = (colors.text, colors.page, colors.muted, colors.surface, colors.accent, *inks)
    return {name: color.removeprefix("#").upper() for name, color in zip(_NAMES, every, strict=True)}
