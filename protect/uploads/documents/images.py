"""Redraw pictures, so that only their pixels remain."""

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from protect.uploads.refusal_reasons import JPEG, PNG, Reason, Unfit

MAX_PIXELS = 50_000_000  # the most that phones take by default
JPEG_QUALITY = 92  # of 100: keeps the detail of small print and skin
PILLOW_FORMATS = {JPEG: "JPEG", PNG: "PNG"}
DEEP_GREYS = {"I", "F", "I;16", "I;16L", "I;16B", "I;16N"}  # Pillow's modes with more than 8 bits
GREYS = DEEP_GREYS | {"1", "L"}


def redraw(content: bytes, media_type: str, max_side: int = 0) -> bytes:
    """Return a picture of the same type, upright, in sRGB, with its first frame only. Location,
    camera, time, thumbnails, comments, profile and appended data are dropped. Units: `max_side` is
    the most pixels of its longer side, 0: all that it has. Errors: Unfit."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(content), formats=[PILLOW_FORMATS[media_type]])
            if image.width * image.height > MAX_PIXELS:  # known from the header, before decoding
                raise Unfit(Reason.TOO_MANY_PIXELS)
            return _redraw_image(image, media_type, max_side)
    except Image.DecompressionBombError:
        raise Unfit(Reason.TOO_MANY_PIXELS) from None
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error):
        raise Unfit(Reason.UNREADABLE) from None


def _redraw_image(image: Image.Image, media_type: str, max_side: int) -> bytes:
    image = _to_eight_bit(_to_srgb(ImageOps.exif_transpose(image)))
    plain_image = image.convert(_target_mode(image, media_type))
    if max_side:
        plain_image.thumbnail((max_side, max_side))
    plain_image.info = {}  # Pillow would write parts of it
    out = BytesIO()
    plain_image.save(out, PILLOW_FORMATS[media_type], quality=JPEG_QUALITY)
    return out.getvalue()


def _target_mode(image: Image.Image, media_type: str) -> str:
    if media_type == PNG and image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in GREYS else "RGB"


def _to_eight_bit(image: Image.Image) -> Image.Image:
    """Return 16-bit grey as 8-bit, others unchanged; Pillow's conversion makes grey white."""
    if image.mode not in DEEP_GREYS:
        return image
    eight = image.convert("I").point(lambda value: value / 256).convert("L")
    eight.info.pop("transparency", None)  # this value is in 16 bits
    return eight


def _to_srgb(image: Image.Image) -> Image.Image:
    """Convert RGB or CMYK to sRGB by the picture's profile; return other images unchanged."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "CMYK"}:
        return image
    try:
        source_profile = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(image, source_profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image  # an unreadable profile changes nothing
    return changed or image
