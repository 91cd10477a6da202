"""Videos and sounds that ffmpeg generates: test pictures and tones, no person and no voice."""

import subprocess
from functools import cache

import pytest

needs_ffmpeg = pytest.mark.ffmpeg
TITLE = "Demo title that nobody must find"


@cache
def video(ending: str = "mp4", seconds: int = 2, size: str = "640x480") -> bytes:
    picture = ["-f", "lavfi", "-i", f"testsrc=s={size}:d={seconds}:r=10"]
    codecs = {"mp4": ["-f", "mp4"], "webm": ["-c:v", "libvpx", "-f", "webm"]}[ending]
    out = ["-metadata", f"title={TITLE}", *codecs]
    if ending == "mp4":
        out += ["-movflags", "frag_keyframe+empty_moov"]  # a pipe cannot be read backwards
    return _run([*picture, *_tone(seconds), *out])


@cache
def tone(ending: str = "wav", seconds: int = 2) -> bytes:
    return _run([*_tone(seconds), "-metadata", f"title={TITLE}", "-f", ending])


def _tone(seconds: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]


def _run(words: list[str]) -> bytes:
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", *words, "pipe:1"]
    return subprocess.run(command, capture_output=True, check=True).stdout
