"""What is known of an uploaded video before anything reads it: its size, and its first bytes."""

import re
import shutil
import sys
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile

from protect.campaigns.base.errors import CampaignRefusal
from protect.uploads.parsers import FFMPEG
from protect.uploads.refusal_reasons import MAX_FILM_MEBIBYTES, MEBIBYTE
from protect.uploads.upload_handler import OversizedFile

FILM_PATHS = re.compile("/materials/[0-9a-f-]{36}/film/files")  # the form with a video
SIGNATURES = ((4, b"ftyp"), (0, b"\x1aE\xdf\xa3"))  # offset and bytes of MP4 and MOV; of Matroska
CHUNK_BYTES = 256 * 1024


def can_make_films() -> bool:
    """Return whether ffmpeg is installed, on a system that has files in memory."""
    return sys.platform == "linux" and shutil.which(FFMPEG) is not None


def film_too_large(size: int) -> CampaignRefusal:
    """Return the refusal of a request with a video. Units: bytes."""
    megabytes = -(-size // MEBIBYTE)
    return CampaignRefusal("campaigns_film_too_large", size=megabytes, limit=MAX_FILM_MEBIBYTES)


def read_video(file: UploadedFile[bytes]) -> Iterator[bytes]:
    """Return the content of an uploaded video in chunks. Errors: campaigns_film_too_large;
    campaigns_film_wrong_type, by its first bytes; campaigns_no_ffmpeg."""
    if not can_make_films():
        raise CampaignRefusal("campaigns_no_ffmpeg")
    if isinstance(file, OversizedFile):
        raise film_too_large(file.size or 0)
    file.seek(0)
    head = file.read(16)
    if not any(head[at : at + len(mark)] == mark for at, mark in SIGNATURES):
        raise CampaignRefusal("campaigns_film_wrong_type")
    return file.chunks(CHUNK_BYTES)
