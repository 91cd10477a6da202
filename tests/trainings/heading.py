"""A letterhead with an emblem, for tests."""

from io import BytesIO
from typing import Any

from PIL import Image

from protect.trainings.documents.actions import LetterheadInput
from protect.uploads.clean_documents import CleanDocument


def make_picture(kind: str = "PNG", side: int = 40) -> bytes:
    """Return a plain blue picture."""
    out = BytesIO()
    Image.new("RGB", (side, side // 2), "#0a5566").save(out, kind)
    return out.getvalue()


def make_letterhead(**given: Any) -> LetterheadInput:
    """Return a letterhead with an emblem and all statements."""
    plain = {
        "alt": "Demo emblem: a blue field",
        "funding": {"en": "Funded by Demo Fund", "fr": "Financé par Demo Fund"},
        "disclaimer": {"en": "Views are those of Demo Academy only"},
        "picture": CleanDocument("demo.png", "image/png", make_picture()),
    }
    return LetterheadInput(**{**plain, **given})
