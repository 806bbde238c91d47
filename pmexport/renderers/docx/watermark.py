"""The watermark on every page of a report that is not final, in the form that Word creates and can remove."""

from string import Template

from lxml import etree

from pmexport.renderers.docx.oxml import Element, W, add_child, clean_xml
from pmexport.renderers.docx.tables import measure_text
from pmexport.renderers.shared.paper import TWIPS_PER_POINT

_SHARE = 0.9
"""Share of the text width, from corner to corner."""
_FLATTEST = 6
"""Maximum width relative to height; longer words get smaller type."""
_RUN = Template("""\
<w:pict xmlns:w="$w" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:w10="urn:schemas-microsoft-com:office:word"
><v:shapetype id="$type" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"
><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"
/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"
/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"
/><v:f eqn="sum @6 0 @5"/></v:formulas
><v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"
 o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"
/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles
><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype
><v:shape id="$name" o:spid="$shape" type="#$type" style="position:absolute;\
margin-left:0;margin-top:0;width:${width}pt;height:${height}pt;rotation:315;z-index:-251658752;\
mso-position-horizontal:center;mso-position-horizontal-relative:margin;\
mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="$color" stroked="f"
><v:fill opacity=".5"/><v:textpath style="font-family:&quot;$font&quot;;font-size:1pt"
/><w10:wrap anchorx="margin" anchory="margin"/></v:shape></w:pict>""")
SHAPE_TYPE = "_x0000_t136"
"""The id of the type of shape that is a word."""
_FIRST_SHAPE = 2049
"""Word's first shape number for headers."""


def shape_ids(number: int) -> tuple[str, str]:
    """Return the name and the id of the n-th watermark of a file, from 1."""
    return f"PowerPlusWaterMarkObject{number}", f"_x0000_s{_FIRST_SHAPE - 1 + number}"


def draw_watermark(paragraph: Element, mark: str, number: int, *, font: str, color: str, width: int) -> None:
    """Append a semi-transparent watermark to a header paragraph, behind text of this width in twips.

    number: distinguishes the headers of a file, from 1.
    """
    long, high = _watermark_size(mark, width)
    name, identifier = shape_ids(number)
    fields = {"w": W[1:-1], "name": name, "shape": identifier, "type": SHAPE_TYPE, "font": font, "color": color}
    shape = etree.fromstring(_RUN.substitute(fields, width=long, height=high))
    shape[1][1].set("string", clean_xml(mark))
    run = add_child(paragraph, "r")
    add_child(add_child(run, "rPr"), "noProof")
    run.append(shape)


def _watermark_size(mark: str, width: int) -> tuple[float, float]:
    """Return the width and height in points; rotated by 45°, the word is nearly as wide as the text."""
    shape = min(_FLATTEST, measure_text(mark, 1000) / 1200)
    diagonal = width / TWIPS_PER_POINT * _SHARE * 2**0.5
    return round(diagonal * shape / (shape + 1), 1), round(diagonal / (shape + 1), 1)
