from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from protect.uploads.documents.images import PILLOW_FORMATS, redraw
from protect.uploads.refusal_reasons import JPEG, PNG, Reason, Unfit
from tests.uploads.sample_files import SECRET, exif, opened, picture, png_head


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    info.add_text("Membership", SECRET.decode(), zip=True)
    return info


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("JPEG", exif=exif(), icc_profile=profile(), comment=SECRET, xmp=SECRET), JPEG),
        (picture("PNG", exif=exif(), icc_profile=profile(), pnginfo=text(), dpi=(72, 72)), PNG),
        (picture("PNG", "P", exif=exif(), pnginfo=text(), transparency=0), PNG),
    ],
    ids=["jpeg", "png", "palette"],
)
def test_only_pixels_are_kept(content, kind):
    assert SECRET in content

    clean = redraw(content, kind)

    image = opened(clean)
    assert SECRET not in clean
    assert dict(image.getexif()) == {}
    known = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}  # the same in every JPEG
    assert set(image.info) <= known
    assert image.size == (40, 20)


def test_picture_is_turned_upright_before_its_metadata_is_dropped():
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 10, 20))  # on the left as stored, on top as shown
    out = BytesIO()
    image.save(out, "JPEG", exif=exif(orientation=6))

    upright = opened(redraw(out.getvalue(), JPEG)).convert("L")

    assert upright.size == (20, 40)
    assert upright.getpixel((10, 2)) < 40
    assert upright.getpixel((10, 38)) > 215


def test_50_000_by_50_000_points_are_refused_before_they_are_decoded():
    with pytest.raises(Unfit) as refused:
        redraw(png_head(50_000, 50_000), PNG)

    assert refused.value.reason == Reason.TOO_MANY_PIXELS


def test_one_row_of_points_beyond_the_limit_is_refused():
    with pytest.raises(Unfit) as refused:
        redraw(png_head(10_000, 5_001), PNG)

    assert refused.value.reason == Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("CMYK", "JPEG", "RGB"),
        ("L", "JPEG", "L"),
        ("1", "PNG", "L"),
        ("LA", "PNG", "RGBA"),
        ("P", "PNG", "RGB"),
        ("RGBA", "PNG", "RGBA"),
        ("I;16", "PNG", "L"),
    ],
)
def test_every_pixel_mode_is_converted(mode, kind, expected):
    clean = redraw(picture(kind, mode), {"JPEG": JPEG, "PNG": PNG}[kind])

    assert (opened(clean).mode, opened(clean).format) == (expected, kind)


def test_sixteen_bits_of_grey_become_eight_without_turning_white():
    image = Image.new("I;16", (2, 1))
    image.putpixel((0, 0), 0x8000)
    image.putpixel((1, 0), 0xFFFF)
    out = BytesIO()
    image.save(out, "PNG")

    clean = opened(redraw(out.getvalue(), PNG))

    assert [clean.getpixel((x, 0)) for x in (0, 1)] == [128, 255]


def test_transparent_points_stay_transparent():
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    out = BytesIO()
    image.save(out, "PNG", transparency=0)

    clean = opened(redraw(out.getvalue(), PNG))

    assert [clean.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0, 0), (0, 0, 255, 255)]


def test_only_the_first_frame_of_an_animation_is_kept():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert opened(out.getvalue()).n_frames == 2

    clean = opened(redraw(out.getvalue(), PNG))

    assert getattr(clean, "n_frames", 1) == 1
    assert clean.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_appended_data_is_dropped(kind):
    content = picture(kind) + b"PK\x03\x04<script>" + SECRET

    clean = redraw(content, {"JPEG": JPEG, "PNG": PNG}[kind])

    assert SECRET not in clean
    assert b"PK\x03\x04" not in clean


def test_colours_of_another_profile_are_converted_to_srgb():
    turned = profile().replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
    image = Image.new("RGB", (8, 8), (200, 0, 0))  # red, of a camera that says it means blue
    out = BytesIO()
    image.save(out, "PNG", icc_profile=turned)

    clean = opened(redraw(out.getvalue(), PNG))

    assert "icc_profile" not in clean.info
    red, green, blue = clean.getpixel((4, 4))
    assert red < 5
    assert green < 5
    assert blue > 195


def test_a_profile_that_cannot_be_read_changes_no_colour():
    image = Image.new("RGB", (8, 8), (120, 120, 60))
    out = BytesIO()
    image.save(out, "PNG", icc_profile=b"no profile")

    assert opened(redraw(out.getvalue(), PNG)).getpixel((4, 4)) == (120, 120, 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("part", [2, 5, 20])
def test_a_part_of_a_picture_is_unreadable(kind, part):
    whole = picture(kind, size=(200, 200))
    content = whole[: len(whole) // part]

    with pytest.raises(Unfit) as refused:
        redraw(content, {"JPEG": JPEG, "PNG": PNG}[kind])

    assert refused.value.reason == Reason.UNREADABLE


def test_picture_with_the_header_of_another_type_is_unreadable():
    with pytest.raises(Unfit) as refused:
        redraw(picture("PNG"), JPEG)

    assert refused.value.reason == Reason.UNREADABLE


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([JPEG, PNG]),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=12),
)
def test_no_damage_breaks_the_reader(kind, damage):
    content = bytearray(picture(PILLOW_FORMATS[kind], exif=exif(6), icc_profile=profile()))
    for at, value in damage:
        content[at % len(content)] = value

    with suppress(Unfit):
        assert SECRET not in redraw(bytes(content), kind)
