"""The heights of images on paper, by their shapes."""

from types import MappingProxyType
from typing import Literal

from pmexport.document.nodes import Image

Shape = Literal["wide", "portrait", "strip"]
"""`wide`: at least as wide as high. `portrait`: higher. `strip`: a long screenshot, which must stay readable."""
MAX_HEIGHTS: MappingProxyType[Shape, float] = MappingProxyType({"wide": 0.385, "portrait": 0.47, "strip": 0.78})
"""Maximum heights, as fractions of a page's height between the margins. Two wide images with captions fit on a page,
with the headings above them."""
_STRIP = 3
"""Height of an image, as a multiple of its width, above which it is a strip."""


def classify_image(image: Image) -> Shape:
    """Return the shape of an image."""
    if image.height <= image.width:
        return "wide"
    return "portrait" if image.height <= _STRIP * image.width else "strip"
