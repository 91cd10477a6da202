"""Names of documents: shown to people and saved by their browsers, so made harmless first."""

from __future__ import annotations

import re
import unicodedata

from protect.uploads.media_types import EXTENSIONS

LONGEST = 120  # characters, extension included
LONGEST_BYTES = 240  # in UTF-8; most file systems stop at 255
NAMELESS = "document"

JOINERS = "\u200c\u200d"  # invisible, but Persian and Indic spelling needs them
FORBIDDEN = re.compile(r'[<>:"|?*%]')  # what file systems or browsers take for something else
SOME_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")  # .docx, but not .2026
OURS = re.compile(r"\.(?:pdf|jpe?g|png)$", re.IGNORECASE)
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # on Windows


def cleaned_name(name: str, media_type: str) -> str:
    """Return a name without path, control or direction characters, its extension set by type.

    Units: at most 120 characters and 240 bytes.
    """
    extension = EXTENSIONS[media_type]
    stem = SOME_EXTENSION.sub("", _harmless(name))
    while OURS.search(stem):
        stem = OURS.sub("", stem)
    stem = stem.strip(" .") or NAMELESS
    if RESERVED.match(stem):
        stem = f"{NAMELESS}-{stem}"
    return _shortened(stem, extension) + extension


def _harmless(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    seen = unicodedata.normalize("NFC", "".join(each for each in last if _is_seen(each)))
    return FORBIDDEN.sub("_", " ".join(seen.split())).strip(" .")


def _is_seen(letter: str) -> bool:
    return letter.isspace() or letter in JOINERS or unicodedata.category(letter)[0] != "C"


def _shortened(stem: str, extension: str) -> str:
    stem = stem[: LONGEST - len(extension)]
    raw = stem.encode()[: LONGEST_BYTES - len(extension)]
    return raw.decode(errors="ignore").rstrip(" .")
