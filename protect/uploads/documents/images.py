"""Pictures, drawn anew: what is not a point of the picture does not come through."""

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from protect.uploads.refusal_reasons import JPEG, PNG, Reason, Unfit

MOST_PIXELS = 50_000_000  # what telephones take at most by default
QUALITY = 92  # of 100: small print and skin keep their detail
FORMATS = {JPEG: "JPEG", PNG: "PNG"}
DEEP = {"I", "F", "I;16", "I;16L", "I;16B", "I;16N"}  # Pillow's modes with 16 bits of grey
GREY = DEEP | {"1", "L"}


def redraw(content: bytes, media_type: str) -> bytes:
    """Return a picture of the same kind, upright, in sRGB, its first frame only. Its place, camera,
    time, thumbnails, comments, profile and whatever is appended are gone. Errors: Unfit."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(content), formats=[FORMATS[media_type]])
            if image.width * image.height > MOST_PIXELS:  # read from its head: nothing decoded yet
                raise Unfit(Reason.TOO_MANY_PIXELS)
            return _drawn(image, media_type)
    except Image.DecompressionBombError:
        raise Unfit(Reason.TOO_MANY_PIXELS) from None
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error):
        raise Unfit(Reason.UNREADABLE) from None


def _drawn(image: Image.Image, media_type: str) -> bytes:
    image = _eight_bit(_in_srgb(ImageOps.exif_transpose(image)))
    bare = image.convert(_mode(image, media_type))
    bare.info = {}  # Pillow writes some of it by itself
    out = BytesIO()
    bare.save(out, FORMATS[media_type], quality=QUALITY)
    return out.getvalue()


def _mode(image: Image.Image, media_type: str) -> str:
    if media_type == PNG and image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in GREY else "RGB"


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return 16 bits of grey as eight: converted as it is, Pillow makes all but black white."""
    if image.mode not in DEEP:
        return image
    eight = image.convert("I").point(lambda value: value / 256).convert("L")
    eight.info.pop("transparency", None)  # counted in 16 bits
    return eight


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert the colours to sRGB by the picture's profile, before the profile is dropped."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "CMYK"}:
        return image
    try:
        source_profile = ImageCms.ImageCmsProfile(BytesIO(profile))
        changed = ImageCms.profileToProfile(
            image, source_profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image  # an unreadable profile changes nothing
    return changed or image
