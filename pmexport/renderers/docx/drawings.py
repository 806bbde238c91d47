"""Images in a Word file."""

from itertools import count

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.parts.image import ImagePart
from lxml import etree

from pmexport.document.nodes import Image
from pmexport.renderers.docx.oxml import Element, R, add_child, clean_xml
from pmexport.renderers.shared.paper import EMU_PER_PIXEL, EMU_PER_TWIP

_DRAWING = """\
<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"
 xmlns:r="{r}" distT="0" distB="0" distL="0" distR="0"
><wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="{id}" name="image{id}"
/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr
><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"
><pic:pic><pic:nvPicPr><pic:cNvPr id="{id}" name="image{id}"/><pic:cNvPicPr/></pic:nvPicPr
><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill
><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm
><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"""


class ImageWriter:
    """Draws the images of one document and stores each image once."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._relations: dict[bytes, str] = {}
        self._drawn = 0

    def draw_image(self, parent: Element, image: Image, width: int, height: int) -> None:
        """Append a run with the image, scaled down to fit this width and height in twips."""
        self._drawn += 1
        full = image.width * EMU_PER_PIXEL, image.height * EMU_PER_PIXEL
        scale = min(1, width * EMU_PER_TWIP / full[0], height * EMU_PER_TWIP / full[1])
        cx, cy = (max(1, round(pixels * EMU_PER_PIXEL * scale)) for pixels in (image.width, image.height))
        xml = _DRAWING.format(r=R[1:-1], cx=cx, cy=cy, id=self._drawn, relation=self._relate_image(image))
        inline = etree.fromstring(xml)
        inline[1].set("descr", clean_xml(image.alt))
        add_child(add_child(parent, "r"), "drawing").append(inline)

    def _relate_image(self, image: Image) -> str:
        if image.data not in self._relations:
            # python-docx would parse the file and reject a JPEG without JFIF or Exif. It was already checked.
            suffix = image.media_type.removeprefix("image/")
            part = ImagePart(PackURI(self._free_name(suffix)), image.media_type, image.data)
            self._relations[image.data] = self._part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        return self._relations[image.data]

    def _free_name(self, suffix: str) -> str:
        package = self._part.package
        taken = {str(part.partname) for part in package.iter_parts()} if package else set()
        names = (f"/word/media/image{number}.{suffix}" for number in count(len(self._relations) + 1))
        return next(name for name in names if name not in taken)
