from datetime import timedelta

import pytest
from django.http import Http404

from protect.audit.models import Entry
from protect.campaigns.base.enums import FilmState
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.films import access, actions
from protect.campaigns.films.errors import SubtitlesRefused
from protect.campaigns.films.models import Film, FilmPart, FilmText
from protect.campaigns.films.subtitle_rules import Fault
from protect.campaigns.materials import actions as materials
from tests.campaigns.campaigners import AT, make_material
from tests.campaigns.filming import (
    SUBTITLES,
    TRANSCRIPT,
    VIDEO,
    describe,
    published_film,
    ready_film,
    upload,
)
from tests.uploads.media.samples import needs_ffmpeg, tone, video


def publish(cast, film):
    return actions.publish_film(cast.scope(), film, is_published=True, at=AT)


def test_an_uploaded_video_waits_in_pieces(cast, material):
    film = upload(cast, material, VIDEO * 3)

    pieces = FilmPart.objects.filter(film=film, is_original=True).order_by("position")
    assert film.state == FilmState.WAITING
    assert pieces.count() == 3
    assert b"".join(bytes(each.content) for each in pieces) == VIDEO * 3
    assert Entry.objects.filter(action="campaigns.upload_film").count() == 1


@needs_ffmpeg
def test_the_film_is_made_from_the_video_which_is_then_deleted(cast, material):
    film = upload(cast, material, video())

    made = actions.make_film(film.pk)

    assert (made.state, made.seconds) == (FilmState.READY, 2)
    assert not FilmPart.objects.filter(is_original=True).exists()
    content = b"".join(access.read_film(made, 0, made.file_bytes - 1))
    assert len(content) == made.file_bytes
    assert content[4:8] == b"ftyp"


@needs_ffmpeg
@pytest.mark.parametrize("content", [VIDEO, b"\x1aE\xdf\xa3 no film"])
def test_a_video_that_cannot_be_read_is_deleted_and_said(cast, material, content):
    film = upload(cast, material, content)

    assert actions.make_film(film.pk).state == FilmState.FAILED
    assert not FilmPart.objects.exists()


def test_a_video_that_was_replaced_meanwhile_is_not_made(cast, material):
    film = upload(cast, material)
    Film.objects.update(uploaded_at=AT + timedelta(minutes=1))

    assert actions._store_result(film, FilmState.READY, VIDEO, 60) is None
    assert Film.objects.get().state == FilmState.WAITING
    assert FilmPart.objects.filter(is_original=True).exists()


def test_a_new_video_takes_the_film_off_the_site(cast, material):
    published_film(cast, material)

    upload(cast, material)

    assert Film.objects.published().count() == 0


def test_only_a_material_that_is_a_film_takes_a_video(cast):
    with pytest.raises(CampaignRefusal) as refusal:
        upload(cast, make_material(cast))

    assert refusal.value.code == "campaigns_not_a_film"
    assert not Film.objects.exists()


def test_another_organisation_cannot_upload_write_or_publish(cast, material):
    film = ready_film(cast, material)
    with pytest.raises(Http404):
        upload(cast, material, name="otto")
    with pytest.raises(Http404):
        actions.publish_film(cast.scope("otto"), film, is_published=True, at=AT)


def test_a_film_that_is_not_made_is_not_published(cast, material):
    film = upload(cast, material)
    describe(cast, film)

    with pytest.raises(CampaignRefusal) as refusal:
        publish(cast, film)

    assert refusal.value.code == "campaigns_film_not_ready"
    assert Film.objects.get().published_at is None


@pytest.mark.parametrize(("tag", "transcript"), [("en", " \n"), ("fr", TRANSCRIPT)])
def test_a_film_without_transcript_in_its_language_is_not_published(
    cast, material, tag, transcript
):
    film = ready_film(cast, material)
    describe(cast, film, tag, transcript=transcript)

    with pytest.raises(CampaignRefusal) as refusal:
        publish(cast, film)

    assert refusal.value.code == "campaigns_film_without_transcript"
    assert Film.objects.get().published_at is None


def test_a_published_film_does_not_lose_its_transcript(cast, material):
    film = published_film(cast, material)

    with pytest.raises(CampaignRefusal) as refusal:
        describe(cast, film, transcript="")

    assert refusal.value.code == "campaigns_film_without_transcript"
    assert FilmText.objects.get().transcript == TRANSCRIPT


def test_subtitles_that_overlap_are_refused_and_the_old_ones_stay(cast, material):
    film = ready_film(cast, material)
    describe(cast, film)
    bad = f"{SUBTITLES}\n00:02.000 --> 00:04.000\nTell someone.\n"

    with pytest.raises(SubtitlesRefused) as refusal:
        describe(cast, film, subtitles=bad, transcript="Other words")

    assert [(each.code, each.cue, each.line) for each in refusal.value.problems] == [
        (Fault.OVERLAP, 2, 6)
    ]
    text = FilmText.objects.get()
    assert (text.subtitles, text.transcript) == (SUBTITLES, TRANSCRIPT)


def test_subtitles_that_are_fast_are_stored_with_a_hint(cast, material):
    film = ready_film(cast, material)

    describe(cast, film, subtitles="WEBVTT\n\n00:01.000 --> 00:02.000\n" + "word " * 9)

    assert FilmText.objects.get().hints == [["too_fast", 1, 3, 44]]


def test_subtitles_after_the_end_of_the_film_are_refused(cast, material):
    film = ready_film(cast, material)

    with pytest.raises(SubtitlesRefused):
        describe(cast, film, subtitles="WEBVTT\n\n02:00.000 --> 02:02.000\nHello\n")

    assert not FilmText.objects.exists()


def test_a_withdrawn_consent_takes_the_film_off_the_site(cast, material):
    film = published_film(cast, material)
    assert list(Film.objects.published()) == [film]

    materials.take_down(cast.scope(), material, "Consent withdrawn", at=AT)

    assert not Film.objects.published().exists()
    with pytest.raises(CampaignRefusal) as refusal:
        publish(cast, film)
    assert refusal.value.code == "campaigns_material_taken_down"


@pytest.mark.parametrize(
    ("first", "last"), [(0, 0), (0, 99), (262_143, 262_144), (300_000, 600_000), (767_999, 768_011)]
)
def test_any_part_of_a_film_is_read(cast, material, first, last):
    film = ready_film(cast, material)

    assert b"".join(access.read_film(film, first, last)) == VIDEO[first : last + 1]


@needs_ffmpeg
def test_a_sound_is_no_film(cast, material):
    film = upload(cast, material, tone("wav"))

    assert actions.make_film(film.pk).state == FilmState.FAILED
