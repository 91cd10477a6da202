"""Run ffmpeg on files in memory. It stands under the limits of the parser's process, opens no other
file and no address, and writes new streams: no byte of the original remains."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from typing import IO, NamedTuple

from protect.uploads.parsers import FFMPEG
from protect.uploads.refusal_reasons import MEBIBYTE, Refused

UNREADABLE, WRONG_TYPE = "unreadable", "wrong_type"
MAX_PROGRESS_BYTES = MEBIBYTE  # of ffmpeg's report on its progress
SIGNATURES: Sequence[tuple[int, bytes, str]] = (  # offset, bytes, and name of ffmpeg's demuxer
    (4, b"ftyp", "mov"),  # MP4, MOV, M4A
    (0, b"\x1aE\xdf\xa3", "matroska"),  # WebM, Matroska
    (0, b"OggS", "ogg"),
    (0, b"RIFF", "wav"),
    (0, b"fLaC", "flac"),
    (0, b"ID3", "mp3"),
    *((0, bytes((0xFF, second)), "mp3") for second in (0xFB, 0xF3, 0xF2, 0xFA)),
)
THREADS = 2  # of each decoder and encoder: other work has priority
HEAD_BYTES = 16  # that decide the type
# Nothing of the original but its pictures and sounds: no title, place, chapter or cover.
WITHOUT_METADATA = ("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-bitexact")


class Output(NamedTuple):
    """A file that ffmpeg writes: its arguments before the name, with the format."""

    arguments: tuple[str, ...]


class Transcoded(NamedTuple):
    seconds: float
    contents: list[bytes]  # of each output


def format_of(head: bytes) -> str:
    """Return the name of the demuxer for a file that begins so; "" for no film or sound."""
    kinds = (kind for at, mark, kind in SIGNATURES if head[at : at + len(mark)] == mark)
    return next(kinds, "")


def transcode(source: IO[bytes], demuxers: Sequence[str], outputs: Sequence[Output]) -> Transcoded:
    """Return what ffmpeg makes of a film or sound. Errors: Refused: wrong_type, if its first bytes
    are of none of these demuxers; unreadable."""
    original = _memory_file()
    shutil.copyfileobj(source, original)
    original.flush()
    demuxer = format_of(os.pread(original.fileno(), HEAD_BYTES, 0))
    if demuxer not in demuxers:
        raise Refused(WRONG_TYPE)
    os.lseek(original.fileno(), 0, os.SEEK_SET)  # ffmpeg reads on from where this stands
    made = [_memory_file() for _ in outputs]
    command = _command(original.fileno(), demuxer, [each.fileno() for each in made], outputs)
    passed = (original.fileno(), *(each.fileno() for each in made))
    progress = subprocess.run(  # noqa: S603 - our own words only
        command, stdout=subprocess.PIPE, pass_fds=passed, check=False
    )
    if progress.returncode or len(progress.stdout) > MAX_PROGRESS_BYTES:
        raise Refused(UNREADABLE)
    for each in made:
        each.seek(0)
    contents = [each.read() for each in made]
    if not all(contents):
        raise Refused(UNREADABLE)
    return Transcoded(_seconds(progress.stdout), contents)


def _command(
    original: int, demuxer: str, made: Sequence[int], outputs: Sequence[Output]
) -> list[str]:
    program = shutil.which(FFMPEG) or FFMPEG
    few = ("-threads", str(THREADS), "-filter_threads", "1")
    reading = [*few, "-protocol_whitelist", "fd", "-f", demuxer, "-fd", str(original), "-i", "fd:"]
    writing = [
        word
        for number, output in zip(made, outputs, strict=True)
        for word in (*few[:2], *WITHOUT_METADATA, *output.arguments, f"/proc/self/fd/{number}")
    ]
    quiet = ("-nostdin", "-hide_banner", "-loglevel", "quiet", "-progress", "pipe:1", "-y")
    return [program, *quiet, *reading, *writing]


def _memory_file() -> IO[bytes]:
    return os.fdopen(os.memfd_create("media"), "w+b")


def _seconds(progress: bytes) -> float:
    """Return the length that the last report on the progress names. Units: it is in microseconds.
    Errors: Refused, unreadable."""
    times = [line[12:] for line in progress.splitlines() if line.startswith(b"out_time_us=")]
    if not times or not times[-1].isdigit():
        raise Refused(UNREADABLE)
    return int(times[-1]) / 1_000_000
