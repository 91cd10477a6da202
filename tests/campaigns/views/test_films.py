"""A campaigner uploads a film, describes it, corrects its subtitles and publishes it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.campaigns.base.enums import MaterialKind
from protect.campaigns.films import actions, uploads
from protect.campaigns.films.models import Film, FilmPart, FilmText
from protect.uploads.refusal_reasons import MAX_FILM_BYTES
from tests.campaigns.campaigners import make_campaigners, make_material
from tests.campaigns.filming import (
    SUBTITLES,
    TRANSCRIPT,
    VIDEO,
    describe,
    published_film,
    ready_film,
    upload,
)
from tests.uploads.media.samples import needs_ffmpeg, video
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
OVERLAP = SUBTITLES + "\n00:02.000 --> 00:05.000\nTell someone.\n"


class Unreadable:
    """A body that nothing may read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.fixture
def cast(db):
    return make_campaigners()


@pytest.fixture
def material(cast):
    return make_material(cast, kind=MaterialKind.FILM, template="", title="Demo film")


def desk_of(name, organisation, role):
    person = make_person(name)
    serve(person, organisation, role)
    return Desk().let_in(person)


@pytest.fixture
def nela(cast):
    return desk_of("nela2", cast.office, "campaigner")


@pytest.fixture
def otto(cast):
    return desk_of("otto2", cast.other, "campaigner")


@pytest.fixture
def page(material):
    return f"/materials/{material.pk}/film"


def file(content, name="demo.mp4"):
    return SimpleUploadedFile(name, content)


@needs_ffmpeg
def test_a_film_is_uploaded_described_and_published(nela, page, material):
    assert "No video yet" in words(nela.get(page))

    answer = nela.post(f"{page}/files", language="en", file=file(video()))
    assert answer.status_code == 302
    assert "Being made" in words(nela.get(page))
    actions.make_film(Film.objects.get().pk)
    shown = nela.get(page)
    assert "2 seconds" in words(shown)
    assert 'preload="none"' in shown.content.decode()
    assert "needs its text" in words(shown)
    nela.post(
        f"{page}/texts/en/files",
        title="Demo film",
        transcript=TRANSCRIPT,
        subtitles="WEBVTT\n\n00:00.000 --> 00:01.500\nDemo tone\n",
    )
    assert nela.post(f"{page}/publish").status_code == 302

    assert "On the site" in words(nela.get(page))
    assert Film.objects.published().count() == 1
    nela.post(f"{page}/unpublish")
    assert not Film.objects.published().exists()


def test_a_video_is_refused_by_its_content_whatever_its_name_says(nela, page, monkeypatch):
    monkeypatch.setattr(uploads, "can_make_films", lambda: True)

    answer = nela.post(f"{page}/files", language="en", file=file(b"%PDF-1.7 demo", "film.mp4"))

    assert answer.status_code == 422
    assert "not an MP4" in words(answer)
    assert not Film.objects.exists()


def test_without_ffmpeg_no_video_is_taken(nela, page, monkeypatch):
    monkeypatch.setattr(uploads, "can_make_films", lambda: False)

    answer = nela.post(f"{page}/files", language="en", file=file(VIDEO))

    assert answer.status_code == 409
    assert "ffmpeg" in words(answer)
    assert not FilmPart.objects.exists()


def test_a_video_of_two_gigabytes_is_refused_before_it_is_read(nela, page):
    answer = nela.client.post(
        f"{page}/files",
        data=b"",
        content_type="multipart/form-data; boundary=demo",
        **{"CONTENT_LENGTH": str(2 * 1024**3), "wsgi.input": Unreadable()},
    )

    assert answer.status_code == 413
    assert "2048 MB" in words(answer)
    assert "at most 200 MB" in words(answer)
    assert not Film.objects.exists()


def test_a_film_may_be_larger_than_other_files_but_nothing_else_may(nela, page, material):
    length = {"CONTENT_LENGTH": str(MAX_FILM_BYTES), "wsgi.input": Unreadable()}
    answer = nela.client.post(
        f"{page}/texts/en/files", data=b"", content_type="multipart/form-data; boundary=x", **length
    )

    assert answer.status_code in (404, 422)
    assert "larger than 20 MB" in words(answer)


def test_subtitles_with_mistakes_come_back_with_each_mistake_and_nothing_is_lost(
    cast, nela, page, material
):
    ready_film(cast, material)

    answer = nela.post(
        f"{page}/texts/fr/files", title="Film démo", transcript="Mes mots", subtitles=OVERLAP
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Subtitle 2, line 6: it begins before subtitle 1 ends." in words(answer)
    assert "Mes mots" in text
    assert "Tell someone." in text
    assert not FilmText.objects.exists()


def test_a_file_of_subtitles_is_put_into_the_field_so_that_it_can_be_corrected(
    cast, nela, page, material
):
    ready_film(cast, material)
    sent = {"title": "Demo", "transcript": TRANSCRIPT, "subtitles": ""}

    answer = nela.post(f"{page}/texts/fr/files", file=file(OVERLAP.encode(), "a.vtt"), **sent)
    assert answer.status_code == 422
    assert "Tell someone." in answer.content.decode()
    answer = nela.post(f"{page}/texts/fr/files", file=file(SUBTITLES.encode(), "a.vtt"), **sent)

    assert answer.status_code == 302
    assert FilmText.objects.get().subtitles == SUBTITLES
    shown = nela.get(f"{page}/texts/fr/subtitles")
    assert shown.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert shown.content.decode() == SUBTITLES


def test_script_in_a_subtitle_is_refused(cast, nela, page, material):
    ready_film(cast, material)

    answer = nela.post(
        f"{page}/texts/fr/files",
        title="Demo",
        transcript=TRANSCRIPT,
        subtitles="WEBVTT\n\n00:01.000 --> 00:03.000\n<script>alert(1)</script>\n",
    )

    assert "Subtitle 1, line 4: it has script" in words(answer)
    assert "<script>alert" not in answer.content.decode()
    assert not FilmText.objects.exists()


def test_a_film_without_transcript_cannot_be_published(cast, nela, page, material):
    film = ready_film(cast, material)
    describe(cast, film, transcript="")

    answer = nela.post(f"{page}/publish")

    assert answer.status_code == 409
    assert "text is missing" in words(answer)
    assert not Film.objects.published().exists()


def test_another_country_sees_neither_film_nor_form(cast, otto, page, material):
    published_film(cast, material)

    for address in ("", "/files", "/video", "/texts/en/files", "/texts/en/subtitles"):
        assert otto.get(page + address).status_code == 404, address
    assert otto.post(f"{page}/unpublish").status_code == 404
    assert Film.objects.published().exists()


def test_the_desk_plays_any_part_of_a_film(cast, nela, page, material):
    ready_film(cast, material)

    answer = nela.get(f"{page}/video", range="bytes=262140-262150")

    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == VIDEO[262140:262151]
    assert "media-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_poster_has_no_page_for_a_video(cast, nela):
    poster = make_material(cast)

    assert nela.get(f"/materials/{poster.pk}/film").status_code == 404
    assert nela.get(f"/materials/{poster.pk}/film/files").status_code == 404


def test_a_film_that_was_taken_down_offers_no_step(cast, nela, page, material):
    published_film(cast, material)
    nela.post(f"/materials/{material.pk}/take-down", reason="Demo")

    shown = nela.get(page).content.decode()

    assert "Taken down" in shown
    assert "/publish" not in shown
    assert "/film/files" not in shown


def test_a_waiting_film_has_no_video_yet(cast, nela, page, material):
    upload(cast, material)

    assert nela.get(f"{page}/video").status_code == 404
