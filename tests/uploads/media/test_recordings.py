import pytest

from protect.uploads import parser_process
from protect.uploads.refusal_reasons import Refused
from tests.uploads.media.samples import TITLE, needs_ffmpeg, tone, video

pytestmark = needs_ffmpeg


@pytest.mark.parametrize("ending", ["wav", "mp3", "ogg", "flac"])
def test_a_recording_becomes_opus_and_mp3_without_its_title(ending):
    made = parser_process.parse("recording", tone(ending))

    opus = made.body[: int(made.facts["opus_bytes"])]
    mp3 = made.body[len(opus) :]
    assert made.facts["seconds"] == 2
    assert opus.startswith(b"OggS")
    assert b"OpusHead" in opus
    assert mp3.startswith((b"ID3", b"\xff\xf3", b"\xff\xfb"))
    assert TITLE.encode() not in made.body


def test_opus_needs_about_100_kilobytes_a_minute():
    made = parser_process.parse("recording", tone("wav", 60))

    assert 20_000 < int(made.facts["opus_bytes"]) < 160_000


def test_the_sound_of_a_video_is_taken_alone():
    assert parser_process.parse("recording", video()).facts["seconds"] == 2


def test_a_recording_of_more_than_three_minutes_is_refused():
    with pytest.raises(Refused) as refusal:
        parser_process.parse("recording", tone("wav", 182))

    assert refusal.value.code == "too_long"


@pytest.mark.parametrize("content", [b"", b"RIFF" + bytes(400), b"hello"])
def test_what_is_no_sound_is_refused(content):
    with pytest.raises(Refused):
        parser_process.parse("recording", content)
