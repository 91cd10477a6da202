"""A translator adds the recording of a text at the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.content.models import Recording
from tests.content.editing import member, segment, texts_of, translate
from tests.orgs.conftest import make_organisation
from tests.uploads.media.samples import needs_ffmpeg, tone
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
PAGE = "/texts/men/fr/recordings"


def desk_of(name, role):
    person = make_person(name)
    serve(person, make_organisation(f"Demo office of {name}", "BE"), role)
    return Desk().let_in(person)


@pytest.fixture
def tess(db):
    return desk_of("tess", "translator")


def send(desk, content, **fields):
    address = f"{PAGE}/lead/files"
    seen = desk.get(address).context["form"]["seen"].initial
    file = SimpleUploadedFile("demo.wav", content)
    return desk.post(address, file=file, **{"origin": "human", "seen": seen, **fields})


@needs_ffmpeg
def test_a_recording_is_added_heard_replaced_and_deleted(tess, page):
    assert "Add a recording" in words(tess.get(PAGE))

    answer = send(tess, tone("wav"))

    assert answer.status_code == 302, words(answer)
    row = Recording.objects.get()
    shown = tess.get(PAGE)
    assert "2 seconds" in words(shown)
    assert "A person reads it" in words(shown)
    assert f'src="/texts/recordings/{row.pk}"' in shown.content.decode()
    played = tess.get(f"/texts/recordings/{row.pk}", range="bytes=0-9")
    assert played.status_code == 206
    assert b"".join(played.streaming_content) == bytes(row.mp3)[:10]
    translate(member("amal"), page, "Les hommes aussi.")
    assert "Text has changed" in words(tess.get(PAGE))
    tess.post(f"{PAGE}/lead/remove")
    assert not Recording.objects.exists()


@needs_ffmpeg
def test_a_file_without_sound_is_refused_beside_the_field(tess):
    answer = send(tess, b"hello")

    assert answer.status_code == 400
    assert "This is not a recording" in words(answer)
    assert not Recording.objects.exists()


def test_the_text_to_read_is_shown(tess, page):
    text = texts_of(page).text_in(segment(page), "fr").text

    assert text in words(tess.get(f"{PAGE}/lead/files"))


def test_a_heading_and_a_filled_in_text_have_no_recording(tess):
    assert tess.get(f"{PAGE}/title/files").status_code == 404
    assert tess.get(f"{PAGE}/nothing/files").status_code == 404


def test_a_reader_of_reports_sees_no_recordings(db):
    chidi = desk_of("chidi", "reader")

    assert chidi.get(PAGE).status_code == 403
    assert chidi.post(f"{PAGE}/lead/remove").status_code == 403
