import os
import subprocess
import sys

import pytest

from protect.uploads import parser_process
from protect.uploads.refusal_reasons import Refused
from tests.uploads.media.samples import TITLE, needs_ffmpeg, tone, video

pytestmark = needs_ffmpeg


def probed(content: bytes) -> str:
    """Return what ffmpeg tells of a file."""
    told = subprocess.run(
        ["ffmpeg", "-nostdin", "-hide_banner", "-i", "pipe:0"], input=content, capture_output=True
    )
    return told.stderr.decode()


@pytest.mark.parametrize("ending", ["mp4", "webm"])
def test_a_video_becomes_a_small_mp4_whose_index_stands_first(ending):
    made = parser_process.parse_without_turn("film", video(ending))

    assert made.facts == {"seconds": 2}
    assert made.body[4:8] == b"ftyp"
    assert made.body.index(b"moov") < made.body.index(b"mdat")
    told = probed(made.body)
    assert "320x240" in told
    assert "h264" in told
    assert "aac" in told


def test_an_upright_video_is_240_wide():
    made = parser_process.parse_without_turn("film", video(size="480x640"))

    assert "240x320" in probed(made.body)


def test_a_small_video_is_not_made_larger():
    made = parser_process.parse_without_turn("film", video(size="160x120"))

    assert "160x120" in probed(made.body)


def test_nothing_of_the_original_is_told():
    assert TITLE.encode() in video()

    assert TITLE.encode() not in parser_process.parse_without_turn("film", video()).body


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "wrong_type"),
        (b"%PDF-1.7", "wrong_type"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "wrong_type"),  # a list of other files
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "wrong_type"),
        (b"\0\0\0\x18ftypmp42" + bytes(2000), "unreadable"),
        (b"\x1aE\xdf\xa3" + os.urandom(5000), "unreadable"),
    ],
)
def test_what_is_no_video_is_refused(content, code):
    with pytest.raises(Refused) as refusal:
        parser_process.parse_without_turn("film", content)

    assert refusal.value.code == code


def test_a_sound_is_no_film():
    with pytest.raises(Refused) as refusal:
        parser_process.parse_without_turn("film", tone("wav"))

    assert refusal.value.code == "wrong_type"


FENCED = """
import shutil, subprocess, sys
from pathlib import Path
from protect.uploads import sandbox
ffmpeg = Path(shutil.which("ffmpeg")).resolve()
sandbox.limit_resources(memory=2**31, cpu_seconds=10, file_bytes=10**6)
sandbox.restrict_access(ffmpeg)
try:
    {body}
except OSError as error:
    print(type(error).__name__)
else:
    print("done")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp and Landlock are of Linux")
@pytest.mark.parametrize(
    ("body", "printed"),
    [
        ("subprocess.run([str(ffmpeg), '-version'], stdout=subprocess.PIPE, check=True)", "done"),
        ("subprocess.run(['/usr/bin/env'], stdout=subprocess.PIPE)", "PermissionError"),
        ("open('/etc/passwd')", "PermissionError"),
        ("open('/tmp/film', 'wb')", "PermissionError"),
        ("import socket; socket.socket()", "PermissionError"),
    ],
)
def test_the_process_of_a_film_starts_ffmpeg_alone(body, printed):
    done = subprocess.run(
        [sys.executable, "-c", FENCED.format(body=body)], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [printed]


def test_ffmpeg_reads_no_other_file_and_no_network():
    body = """
    told = subprocess.run([str(ffmpeg), "-v", "error", "-i", "/etc/passwd"],
                          stderr=subprocess.PIPE).stderr
    told += subprocess.run([str(ffmpeg), "-v", "error", "-i", "tcp://127.0.0.1:9"],
                           stderr=subprocess.PIPE).stderr
    assert told.count(b"ermi") + told.count(b"not permitted") >= 2, told
    """
    done = subprocess.run(
        [sys.executable, "-c", FENCED.format(body=body.strip())],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["done"], done.stderr
