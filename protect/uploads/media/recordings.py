"""The parser of recorded speech: makes Opus, which is small, and MP3, which plays anywhere."""

from typing import IO

from protect.uploads.media import ffmpeg
from protect.uploads.media.ffmpeg import Output
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

DEMUXERS = ("mov", "matroska", "ogg", "wav", "flac", "mp3")
MAX_SECONDS = 180
TOO_LONG = "too_long"
_SOUND = ("-map", "0:a:0", "-vn", "-ac", "1", "-t", str(MAX_SECONDS + 1))
OPUS = Output((*_SOUND, "-c:a", "libopus", "-b:a", "16k", "-application", "voip", "-f", "ogg"))
MP3 = Output((*_SOUND, "-c:a", "libmp3lame", "-b:a", "32k", "-ar", "22050", "-f", "mp3"))


def parse(content: IO[bytes], options: Options) -> tuple[Facts, bytes]:
    """Return the length of a recording and the bytes of its Opus file; then that and the MP3 file.
    Errors: Refused: too_long, beyond MAX_SECONDS."""
    made = ffmpeg.transcode(content, DEMUXERS, [OPUS, MP3])
    if made.seconds > MAX_SECONDS:
        raise Refused(TOO_LONG)
    opus, mp3 = made.contents
    return {"seconds": max(1, round(made.seconds)), "opus_bytes": len(opus)}, opus + mp3
