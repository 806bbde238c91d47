"""The folder of a report: what lies in it is read; what lies outside of it, or is broken, is not."""

from __future__ import annotations

import os
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from PIL import Image

from pmexport.assets.folder import Folder, UnavailableError
from pmexport.assets.images import LoadedImage
from pmexport.limits import Limits

posix = pytest.mark.skipif(os.name != "posix", reason="links, FIFOs and devices as POSIX has them")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A report's folder, beside which a file lies that is none of its business."""
    (tmp_path / "secret.txt").write_text("secret")
    save(tmp_path / "secret.png")
    base = tmp_path / "report"
    (base / "graphs").mkdir(parents=True)
    return base


def save(path: Path, size: tuple[int, int] = (3, 2), mode: str = "RGB", **options: Any) -> Path:
    """Save a picture whose upper left corner is red, in the format of its suffix."""
    image = Image.new(mode, size, "blue")
    image.putpixel((0, 0), (255, 0, 0))
    image.save(path, **options)
    return path


def lossless(suffix: str) -> dict[str, Any]:
    """Return the options with which a format changes colours least."""
    options: dict[str, dict[str, Any]] = {"webp": {"lossless": True}, "jpg": {"quality": 100}}
    return options.get(suffix, {})


def decoded(picture: LoadedImage) -> Image.Image:
    image = Image.open(BytesIO(picture.data))
    assert image.size == (picture.width, picture.height)
    assert f"image/{(image.format or '').lower()}" == picture.media_type
    return image


def png(width: int, height: int) -> bytes:
    """Return a PNG file that is smaller than the picture that it claims to be."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def why_not(base: Path | None, source: str, limits: Limits | None = None) -> str:
    """Return why neither a picture nor a text is to be had."""
    folder = Folder(base, limits or Limits())
    with pytest.raises(UnavailableError) as picture:
        folder.image(source)
    with pytest.raises(UnavailableError) as text:
        folder.text(source)
    assert str(picture.value) == str(text.value)
    return str(picture.value)


# ---- what may be read


@pytest.mark.parametrize("source", ["graphs/a.png", "./graphs/a.png", "graphs/../graphs/a.png", "graphs//a.png"])
def test_a_picture_of_the_folder_is_read(base: Path, source: str) -> None:
    path = save(base / "graphs" / "a.png")
    assert Folder(base).image(source) == LoadedImage(path.read_bytes(), "image/png", 3, 2)


def test_a_name_is_read_as_written_and_else_as_an_address_writes_it(base: Path) -> None:
    save(base / "a b.png", (1, 1))
    save(base / "50%20.png", (2, 1))
    folder = Folder(base)
    assert folder.image("a%20b.png").width == folder.image("a b.png").width == 1
    assert folder.image("50%20.png").width == 2


def test_a_link_inside_the_folder_is_followed(base: Path) -> None:
    save(base / "graphs" / "a.png")
    (base / "latest.png").symlink_to("graphs/a.png")
    assert Folder(base).image("latest.png").width == 3


def test_a_folder_that_is_a_link_is_the_one_it_leads_to(base: Path, tmp_path: Path) -> None:
    save(base / "a.png")
    (tmp_path / "link").symlink_to(base)
    assert Folder(tmp_path / "link").image("a.png").width == 3


def test_a_text_is_read_as_utf_8_and_what_is_none_is_replaced(base: Path) -> None:
    (base / "a.log").write_bytes(b"\xef\xbb\xbfPool \xe2\x86\x92 empty\r\n\xff\x00")
    assert Folder(base).text("a.log") == "Pool → empty\r\n\N{REPLACEMENT CHARACTER}\x00"


# ---- what may not


@pytest.mark.parametrize(
    "source",
    [
        *("../secret.png", "../secret.txt", "graphs/../../secret.png", "..", "../", "/etc/passwd", "/"),
        *("/proc/self/environ", "//etc/passwd", "../missing.png", "/missing"),
    ],
)
def test_nothing_outside_the_folder_is_read(base: Path, source: str) -> None:
    assert why_not(base, source) == "outside"


@pytest.mark.parametrize("source", ["%2e%2e/secret.png", "..%2Fsecret.png", "%2Fetc%2Fpasswd"])
def test_nothing_outside_the_folder_is_read_by_the_name_that_an_address_gives_it(base: Path, source: str) -> None:
    assert why_not(base, source) == "missing"


def test_no_absolute_path_outside_is_read(base: Path, tmp_path: Path) -> None:
    assert why_not(base, str(tmp_path / "secret.png")) == "outside"


@posix
def test_no_link_that_leads_outside_is_followed(base: Path, tmp_path: Path) -> None:
    (base / "a.png").symlink_to(tmp_path / "secret.png")
    (base / "relative.png").symlink_to("../secret.png")
    (base / "up").symlink_to("..")
    for source in ("a.png", "relative.png", "up/secret.png", "up"):
        assert why_not(base, source) == "outside"


@posix
def test_a_folder_beside_whose_name_begins_the_same_is_outside(base: Path, tmp_path: Path) -> None:
    (tmp_path / "report-2").mkdir()
    save(tmp_path / "report-2" / "a.png")
    assert why_not(base, "../report-2/a.png") == "outside"


@posix
def test_no_fifo_is_waited_for(base: Path) -> None:
    os.mkfifo(base / "fifo.png")
    assert why_not(base, "fifo.png") == "irregular"


@posix
@pytest.mark.parametrize("device", ["zero", "null"])
def test_no_device_is_read(device: str) -> None:
    assert why_not(Path("/dev"), device) == "irregular"


@pytest.mark.parametrize("source", ["graphs", "graphs/", ".", "", "./", "graphs/.."])
def test_a_folder_is_no_file(base: Path, source: str) -> None:
    assert why_not(base, source) == "irregular"


@posix
@pytest.mark.parametrize(
    "source", ["missing.png", "graphs/missing.png", "a\x00.png", "x" * 5000, "loop", "https://e.x/a.png"]
)
def test_what_is_not_there_is_missing(base: Path, source: str) -> None:
    (base / "loop").symlink_to("loop")
    assert why_not(base, source) == "missing"


@posix
def test_no_descriptor_stays_open(base: Path) -> None:
    os.mkfifo(base / "fifo")
    save(base / "a.png")
    folder = Folder(base, Limits(picture_bytes=10))
    before = len(list(Path("/dev/fd").iterdir()))
    for source in ("fifo", "graphs", "a.png", "missing"):
        with pytest.raises(UnavailableError):
            folder.image(source)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_without_a_folder_nothing_is_read() -> None:
    assert why_not(None, "/etc/passwd") == "no_folder"
    assert why_not(None, "a.png") == "no_folder"


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert why_not(tmp_path / "missing", "a.png") == "missing"


# ---- limits


def test_a_file_may_be_as_large_as_its_limit_and_no_larger(base: Path) -> None:
    size = len(save(base / "a.png").read_bytes())
    assert Folder(base, Limits(picture_bytes=size)).image("a.png").width == 3
    assert why_not(base, "a.png", Limits(picture_bytes=size - 1, log_bytes=size - 1)) == "large"


def test_a_log_has_a_limit_of_its_own(base: Path) -> None:
    (base / "a.log").write_text("0123456789")
    assert Folder(base, Limits(picture_bytes=1, log_bytes=10)).text("a.log") == "0123456789"


@pytest.mark.parametrize("side", [6_000, 13_000, 60_000])  # beyond our limit, where Pillow warns, where it refuses
def test_a_picture_of_too_many_pixels_is_not_decoded(base: Path, side: int) -> None:
    (base / "bomb.png").write_bytes(png(side, side))
    with pytest.raises(UnavailableError, match="pixels"):
        Folder(base).image("bomb.png")


def test_a_picture_may_have_as_many_pixels_as_its_limit(base: Path) -> None:
    save(base / "a.png", (3, 2))
    assert Folder(base, Limits(picture_pixels=6)).image("a.png").width == 3
    with pytest.raises(UnavailableError, match="pixels"):
        Folder(base, Limits(picture_pixels=5)).image("a.png")


# ---- pictures


UNSOUND = {
    "empty": b"",
    "text": b"no picture",
    "signature": b"\x89PNG\r\n\x1a\n",
    "smaller than it claims": png(3000, 3000),
    "no pixels": png(0, 5),
    "gif of no pixels": b"GIF89a\0\0\0\0\0\0\0;",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
    "pdf": b"%PDF-1.7\n",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "html": b"<img src=x onerror=alert(1)>",
}


@pytest.mark.parametrize("data", UNSOUND.values(), ids=UNSOUND)
def test_what_is_no_sound_picture_is_refused_whatever_it_is_called(base: Path, data: bytes) -> None:
    (base / "a.png").write_bytes(data)
    with pytest.raises(UnavailableError, match=r"broken|format"):
        Folder(base).image("a.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp"])
def test_a_truncated_picture_is_refused(base: Path, suffix: str) -> None:
    path = save(base / f"a.{suffix}", (64, 64))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(UnavailableError, match="broken"):
        Folder(base).image(path.name)


@pytest.mark.parametrize("suffix", ["bmp", "tiff", "ico", "ppm", "tga"])
def test_other_kinds_of_picture_are_refused(base: Path, suffix: str) -> None:
    path = save(base / f"a.{suffix}")
    path.rename(base / "a.png")
    with pytest.raises(UnavailableError, match=r"broken|format"):
        Folder(base).image("a.png")


@pytest.mark.parametrize(("suffix", "kind"), [("png", "image/png"), ("jpg", "image/jpeg")])
def test_a_png_or_jpeg_is_kept_as_it_is_whatever_it_is_called(base: Path, suffix: str, kind: str) -> None:
    data = save(base / f"a.{suffix}").read_bytes()
    (base / "b.gif").write_bytes(data)
    picture = Folder(base).image("b.gif")
    assert (picture.data, picture.media_type) == (data, kind)
    assert decoded(picture).size == (3, 2)


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_a_gif_or_webp_becomes_a_png(base: Path, suffix: str) -> None:
    save(base / f"a.{suffix}", (20, 10), **lossless(suffix))
    picture = Folder(base).image(f"a.{suffix}")
    assert picture.media_type == "image/png"
    assert decoded(picture).convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert decoded(picture).convert("RGB").getpixel((19, 9)) == (0, 0, 255)


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_of_an_animation_the_first_frame_is_kept(base: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    frames[0].save(
        base / f"a.{suffix}",
        save_all=True,
        append_images=frames[1:],
        **lossless(suffix),
    )
    image = decoded(Folder(base).image(f"a.{suffix}"))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
@pytest.mark.parametrize(("orientation", "corner"), [(3, (39, 19)), (6, (19, 0)), (8, (0, 39))])
def test_a_picture_that_is_stored_turned_is_turned(
    base: Path, suffix: str, orientation: int, corner: tuple[int, int]
) -> None:
    image = Image.new("RGB", (40, 20), "blue")
    image.paste((255, 0, 0), (0, 0, 8, 8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(base / f"a.{suffix}", exif=exif, **lossless(suffix))
    turned = decoded(Folder(base).image(f"a.{suffix}"))
    assert turned.size == ((40, 20) if orientation == 3 else (20, 40))
    assert turned.getexif().get(0x0112, 1) == 1  # or a reader would turn it once more
    red, _, blue = turned.convert("RGB").getpixel(corner)  # type: ignore[misc]
    assert red > 200
    assert blue < 100


def test_a_picture_that_is_stored_upright_keeps_its_bytes(base: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1
    data = save(base / "a.jpg", exif=exif).read_bytes()
    assert Folder(base).image("a.jpg").data == data


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1"])
def test_pictures_of_every_mode_are_read(base: Path, mode: str) -> None:
    Image.new("RGBA", (5, 4), (255, 0, 0, 128)).convert(mode).save(base / "a.png")
    assert decoded(Folder(base).image("a.png")).size == (5, 4)


@posix
@pytest.mark.parametrize("name", ["secret.png", "secret.txt"])
def test_a_link_created_after_the_path_was_resolved_is_not_followed(
    name: str, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (base / name).write_bytes((base.parent / name).read_bytes())
    read = Folder(base).image if name.endswith("png") else Folder(base).text
    assert read(name)
    open_file = os.open

    def swap(path: Path, flags: int) -> int:
        path.unlink()
        path.symlink_to(base.parent / name)
        return open_file(path, flags)

    monkeypatch.setattr(os, "open", swap)
    with pytest.raises(UnavailableError, match="closed"):
        read(name)


# ---- hostile images


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg(**options: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise((40, 30), 60).save(out, "JPEG", **options)
    return out.getvalue()


def with_scans(count: int) -> bytes:
    """Return a progressive JPEG with this many more copies of its last scan."""
    data = jpeg(progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + data[-2:]


def in_header(part: bytes, count: int) -> bytes:
    data = jpeg()
    return data[:2] + part * count + data[2:]


def in_png(part: bytes, count: int) -> bytes:
    data = png(3, 2)
    return data[:33] + part * count + data[33:]


HOSTILE = {
    "scans": with_scans(200),
    "scans behind what looks like an end": in_header(b"\xff\xfe\x00\x04\xff\xd9", 1)[:-2] + with_scans(200)[2:],
    "comments": in_header(b"\xff\xfe\x00\x02", 4_000_000),
    "fill bytes": in_header(b"\xff", 16_000_000),
    "tables after the header": jpeg()[:-2] + b"\xff\xc4\x00\x02" * 30_000 + b"\xff\xd9",
    "texts": in_png(chunk(b"tEXt"), 1_000_000),
    "unknown chunks": in_png(chunk(b"prVt"), 1_000_000),
    "chunks that are longer than the file": in_png(b"\xff\xff\xff\xffprVt", 2),
}
SOUND = {
    "progressive": jpeg(progressive=True),
    "with scans as in some cameras": with_scans(50),
    "with a thumbnail": jpeg(exif=b"Exif\0\0" + jpeg(progressive=True) * 20),
    "followed by a film": jpeg() + bytes(range(256)) * 4 + b"\xff\xda\x00\x02" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_image_takes_long(name: str, base: Path) -> None:
    (base / "image").write_bytes(HOSTILE[name])
    began = process_time()
    with pytest.raises(UnavailableError) as error:
        Folder(base).image("image")
    assert error.value.code == ("broken" if "longer" in name else "parts")
    assert process_time() - began < 2


@pytest.mark.parametrize("name", SOUND)
def test_images_of_many_parts_are_shown(name: str, base: Path) -> None:
    (base / "image").write_bytes(SOUND[name])
    assert Folder(base).image("image").data == SOUND[name]


@pytest.mark.parametrize("action", ["error", "ignore", "always"])
def test_an_image_that_pillow_warns_about_is_made_anew_whatever_filters_say(action: Any, base: Path) -> None:
    damaged = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 9) + struct.pack("<HHII", 0x0112, 3, 1, 1)
    (base / "image").write_bytes(data := jpeg(exif=damaged))
    with warnings.catch_warnings(action=action):
        image = Folder(base).image("image")
        decoded(image).getexif()
    assert image.data != data
    assert Image.open(BytesIO(image.data)).size == (40, 30)
