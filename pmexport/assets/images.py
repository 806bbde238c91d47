"""Pictures as documents need them: upright, no larger than print shows, in colours that all programs agree on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsProfile

LARGEST = (2100, 5000)
"""Pixels across and down: what print at 300 to the inch needs across a page, and what it takes to read a long picture
of a screen in a browser, which shows it as wide as it is."""

QUALITY = 85
"""Of a JPEG that is made anew, of 100."""

PHOTO = b"WEBPVP8 "
"""How a WebP file goes on after eight bytes if it is what JPEG is made for: without transparency, nor every detail."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was read and decoded."""

    data: bytes
    media_type: Literal["image/png", "image/jpeg"]
    width: int
    """Pixels."""
    height: int
    """Pixels."""


def kept(data: bytes, image: Image) -> Picture:
    """Return a PNG or JPEG as it is if it is ready, else what is made of it: of an animation, the first picture.

    One that is too large and nothing else stays as it is if it would not become smaller.
    """
    is_photo = image.format in ("JPEG", "MPO") or data[8:16] == PHOTO
    kind: Literal["image/png", "image/jpeg"] = "image/jpeg" if is_photo else "image/png"
    as_it_is = Picture(data, kind, *image.size) if _is_usual(image) else None
    if as_it_is and image.width <= LARGEST[0] and image.height <= LARGEST[1]:
        return as_it_is
    made, out = _made_ready(image), BytesIO()
    options = {"quality": QUALITY, "subsampling": 0} if is_photo else {}
    made.save(out, kind.removeprefix("image/"), **options)
    if as_it_is and len(data) <= out.tell():
        return as_it_is
    return Picture(out.getvalue(), kind, *made.size)


def _is_usual(image: Image) -> bool:
    """Return whether it is a PNG or JPEG that is upright, alone, and in colours that all programs agree on."""
    upright = image.getexif().get(0x0112, 1) == 1  # Exif 2.3, 4.6.4: orientation
    alone = image.format in ("PNG", "JPEG") and not getattr(image, "is_animated", False)
    return upright and alone and image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") and not _profile(image)


def _made_ready(image: Image) -> Image:
    from PIL import ImageOps  # noqa: PLC0415 - heavy

    had_few_colors = image.mode in ("1", "P")
    made = _in_srgb(ImageOps.exif_transpose(image))
    made.info.clear()  # which would be saved with it, its former profile for one
    made.thumbnail(LARGEST)
    return made.quantize() if had_few_colors and made.mode == "RGB" else made


def _in_srgb(image: Image) -> Image:
    """Return a picture in 8 bits of sRGB or of grey, with its transparency."""
    from PIL import ImageCms  # noqa: PLC0415 - heavy

    profile = _profile(image)
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    mode = "RGB" if image.mode == "CMYK" else image.mode
    if profile:
        with suppress(ImageCms.PyCMSError):
            return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    return image.convert(mode)


def _profile(image: Image) -> ImageCmsProfile | None:
    """Return the profile of a picture's colours; None where it is sRGB's, is broken, or is of other colours."""
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
