"""Prepare images for documents: upright, no larger than print needs, in colours that every program shows alike."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsProfile

LARGEST = (2100, 5000)
"""Pixels across and down: a page's width in print at 300 dpi, and enough to read a long screenshot in a browser."""
QUALITY = 85
"""JPEG quality for images that are encoded again, from 0 to 100."""
PHOTO = b"WEBPVP8 "
"""The chunk after the first eight bytes of a lossy WebP file without transparency, which JPEG suits best."""


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """An image that was read and decoded."""

    data: bytes
    media_type: Literal["image/png", "image/jpeg"]
    width: int
    """Pixels."""
    height: int
    """Pixels."""


def prepare_image(data: bytes, image: Image, *, sound: bool = True) -> LoadedImage:
    """Return a PNG or JPEG unchanged if it is ready, otherwise converted; an animation becomes its first frame.

    sound: whether Pillow read the file without a warning. Otherwise it is converted, so that no other program has to
    decide what to do with the file.

    An image whose only fault is its size stays unchanged if resizing would not make the file smaller.
    """
    is_photo = image.format in ("JPEG", "MPO") or data[8:16] == PHOTO
    kind: Literal["image/png", "image/jpeg"] = "image/jpeg" if is_photo else "image/png"
    as_it_is = LoadedImage(data, kind, *image.size) if sound and _is_ready(image) else None
    if as_it_is and image.width <= LARGEST[0] and image.height <= LARGEST[1]:
        return as_it_is
    made, out = _convert_image(image), BytesIO()
    options = {"quality": QUALITY, "subsampling": 0} if is_photo else {}
    made.save(out, kind.removeprefix("image/"), **options)
    if as_it_is and len(data) <= out.tell():
        return as_it_is
    return LoadedImage(out.getvalue(), kind, *made.size)


def _is_ready(image: Image) -> bool:
    """Return whether an image is a PNG or JPEG that is upright, not animated, and in unambiguous colours."""
    upright = image.getexif().get(0x0112, 1) == 1  # Exif 2.3, 4.6.4: orientation
    alone = image.format in ("PNG", "JPEG") and not getattr(image, "is_animated", False)
    return upright and alone and image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") and not _color_profile(image)


def _convert_image(image: Image) -> Image:
    from PIL import ImageOps  # noqa: PLC0415 - heavy

    had_few_colors = image.mode in ("1", "P")
    made = _convert_colors(ImageOps.exif_transpose(image))
    made.info.clear()  # saving would write it, including the old colour profile
    made.thumbnail(LARGEST)
    return made.quantize() if had_few_colors and made.mode == "RGB" else made


def _convert_colors(image: Image) -> Image:
    """Return an image in 8-bit sRGB or greyscale, with its transparency."""
    from PIL import ImageCms  # noqa: PLC0415 - heavy

    profile = _color_profile(image)
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    mode = "RGB" if image.mode == "CMYK" else image.mode
    if profile:
        with suppress(ImageCms.PyCMSError):
            return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    return image.convert(mode)


def _color_profile(image: Image) -> ImageCmsProfile | None:
    """Return an image's colour profile; None if it is sRGB, broken, or for another colour space."""
    from PIL import ImageCms  # noqa: PLC0415 - heavy

    if "icc_profile" not in image.info:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
    except OSError:
        return None
    space = {"P": "RGB ", "RGB": "RGB ", "RGBA": "RGB ", "CMYK": "CMYK"}.get(image.mode)
    is_srgb = "sRGB" in (profile.profile.profile_description or "")
    return profile if profile.profile.xcolor_space == space and not is_srgb else None
