"""Pictures in a Word file."""

from __future__ import annotations

from itertools import count
from typing import Literal

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.parts.image import ImagePart
from lxml import etree
from PIL import Image as Picture

from pmexport.document.nodes import Image
from pmexport.errors import ThemeError
from pmexport.renderers.docx.oxml import R, child, clean
from pmexport.theming.themes import Theme

_PIXEL = 9525
"""English metric units of a pixel, of which there are 96 to the inch."""
_TWIP = 635
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


class Pictures:
    """The pictures of one document; each file is stored once."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._relations: dict[bytes, str] = {}
        self._drawn = 0

    def draw(self, parent: etree._Element, image: Image, width: int, height: int) -> None:
        """Append a run with the picture, made smaller where it is larger than this; in twentieths of a point."""
        self._drawn += 1
        scale = min(1, width * _TWIP / (image.width * _PIXEL), height * _TWIP / (image.height * _PIXEL))
        cx, cy = (max(1, round(pixels * _PIXEL * scale)) for pixels in (image.width, image.height))
        xml = _DRAWING.format(r=R[1:-1], cx=cx, cy=cy, id=self._drawn, relation=self._relation(image))
        inline = etree.fromstring(xml)
        inline[1].set("descr", clean(image.alt))
        child(child(parent, "r"), "drawing").append(inline)

    def _relation(self, image: Image) -> str:
        if image.data not in self._relations:
            # python-docx would look into the file, and refuses a JPEG without JFIF or Exif; the reader has checked it.
            suffix = image.media_type.removeprefix("image/")
            part = ImagePart(PackURI(self._free_name(suffix)), image.media_type, image.data)
            self._relations[image.data] = self._part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        return self._relations[image.data]

    def _free_name(self, suffix: str) -> str:
        package = self._part.package
        taken = {str(part.partname) for part in package.iter_parts()} if package else set()
        names = (f"/word/media/image{number}.{suffix}" for number in count(len(self._relations) + 1))
        return next(name for name in names if name not in taken)


def logo(theme: Theme) -> Image:
    """Return the theme's logo. Raises ThemeError where there is no such file, or it is neither PNG nor JPEG."""
    path = theme.find(theme.tokens.logo)
    if path is None:
        raise ThemeError(f"the theme {theme.name!r} has no file {theme.tokens.logo!r}, which is to be its logo")
    try:
        with Picture.open(path, formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            media_type: Literal["image/png", "image/jpeg"] = "image/png" if picture.format == "PNG" else "image/jpeg"
    except (OSError, ValueError) as error:
        raise ThemeError(f"{path}: the logo is neither a PNG nor a JPEG file: {error}") from error
    return Image(path.read_bytes(), media_type, width, height, theme.tokens.logo_alt)
