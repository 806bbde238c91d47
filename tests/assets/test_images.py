"""Pictures as documents need them: what is ready is kept, and what is made of the others."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms

from pmexport.assets.images import LARGEST, LoadedImage, prepare_image

RED, BLUE = (255, 0, 0), (0, 0, 255)
OWN = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def made(data: bytes) -> tuple[LoadedImage, Image.Image]:
    """Return what is made of a file, and how it looks."""
    picture = prepare_image(data, opened(data))
    image = opened(picture.data)
    assert image.size == (picture.width, picture.height)
    assert f"image/{(image.format or '').lower()}" == picture.media_type
    return picture, image


def noise(width: int, height: int) -> Image.Image:
    """Return a picture that no format can make small."""
    return Image.effect_noise((width, height), 60).convert("RGB")


def swapped() -> bytes:
    """Return a profile that calls red what is blue."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"sRGB", b"mine"))
    red, blue = profile.index(b"rXYZ", 128), profile.index(b"bXYZ", 128)
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile).replace(b"s\0R\0G\0B", b"m\0i\0n\0e")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_png_of_usual_colors_is_kept(mode: str) -> None:
    data = saved(Image.new(mode, LARGEST), "PNG")
    assert made(data)[0].data == data


def test_a_jpeg_is_kept() -> None:
    data = saved(noise(30, 20), "JPEG")
    assert made(data)[0].data == data


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "expected"),
    [((4200, 400), (2100, 200)), ((2101, 10), (2100, 10)), ((200, 10000), (100, 5000))],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_is_larger_than_print_needs_is_made_smaller(
    kind: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    data = saved(noise(*size), kind, **({"quality": 95} if kind == "JPEG" else {}))
    picture, image = made(data)
    assert image.size == expected
    assert len(picture.data) < len(data)
    assert picture.media_type == f"image/{kind.lower()}"


def test_what_would_not_become_smaller_is_kept() -> None:
    data = saved(noise(4200, 100).convert("1"), "PNG")
    assert made(data)[0].data == data


def test_a_picture_of_few_colors_keeps_to_few() -> None:
    picture, image = made(saved(noise(2400, 40).quantize(64), "PNG"))
    assert (image.mode, picture.width) == ("P", 2100)


def test_sixteen_bits_of_grey_are_made_eight() -> None:
    grey = Image.linear_gradient("L").convert("I").point(lambda value: value * 256).convert("I;16")
    _, image = made(saved(grey, "PNG"))
    assert image.mode == "L"
    assert image.getextrema() == (0, 255)
    assert image.tobytes() == Image.linear_gradient("L").tobytes()


def test_the_colors_of_print_are_made_those_of_screens() -> None:
    picture, image = made(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95))
    assert (picture.media_type, image.mode) == ("image/jpeg", "RGB")
    red, green, blue = image.getpixel((4, 4))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 80


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colors_of_a_profile_are_made_those_of_srgb(mode: str) -> None:
    image = Image.new("RGBA", (8, 8), (*RED, 128)).convert("RGB").convert(mode)
    _, shown = made(saved(image, "PNG", icc_profile=swapped()))
    assert "icc_profile" not in shown.info
    red, green, blue = shown.convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert blue > 240
    assert max(red, green) < 20


def test_transparency_is_kept_with_a_profile() -> None:
    _, shown = made(saved(Image.new("RGBA", (8, 8), (*RED, 128)), "PNG", icc_profile=swapped()))
    assert shown.getpixel((4, 4)) == (0, 0, 255, 128)


@pytest.mark.parametrize("profile", [b"", b"no profile", OWN], ids=["empty", "broken", "of other colours"])
def test_a_profile_that_cannot_be_used_is_left_alone(profile: bytes) -> None:
    data = saved(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=profile)
    assert made(data)[0].data == data


def test_what_is_stored_turned_stays_what_it_is() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture, image = made(saved(noise(40, 20), "JPEG", exif=exif))
    assert (picture.media_type, image.size) == ("image/jpeg", (20, 40))
    assert not image.getexif()


def test_a_photo_in_webp_becomes_a_jpeg_and_another_a_png() -> None:
    photo, drawing = saved(noise(40, 20), "WEBP"), saved(noise(40, 20), "WEBP", lossless=True)
    see_through = saved(Image.new("RGBA", (40, 20), (*RED, 128)), "WEBP")
    assert [made(data)[0].media_type for data in (photo, drawing, see_through)] == [
        "image/jpeg",
        "image/png",
        "image/png",
    ]
    assert made(see_through)[1].mode == "RGBA"


def test_bytes_are_the_same_each_time() -> None:
    data = saved(noise(2500, 60), "JPEG")
    assert made(data)[0].data == made(data)[0].data != data
