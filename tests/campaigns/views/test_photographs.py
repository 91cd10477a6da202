"""Photographs of posters in their places."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from protect.audit.models import Entry
from protect.campaigns.base.enums import CopySource
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.distribution import actions as log, photographs
from protect.campaigns.distribution.actions import Given
from protect.campaigns.distribution.models import Photograph
from protect.campaigns.extension import Campaigns
from protect.uploads.clean_documents import CleanDocument
from tests.campaigns.campaigners import AT, TODAY, make_campaigners, make_file, make_material
from tests.uploads.sample_files import pdf, picture, saved
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def cast(db):
    return make_campaigners()


@pytest.fixture
def entry(cast):
    poster = make_file(cast, make_material(cast))
    log.record_run(cast.scope(), poster, CopySource.PRINTED, 10, TODAY, at=AT)
    return log.distribute(cast.scope(), poster, Given(4, TODAY, "Demo centre"), at=AT)


@pytest.fixture
def nela(cast):
    return desk_of("nela2", cast.office)


def desk_of(name, organisation):
    person = make_person(name)
    serve(person, organisation, "campaigner")
    return Desk().let_in(person)


def large_picture() -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Demo place that nobody must find"
    Image.new("RGB", (4000, 3000), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def send(desk, entry, content, **fields):
    file, values = SimpleUploadedFile("demo.jpg", content), {"place": "Demo centre", **fields}
    return desk.post(f"/materials/distributed/{entry.pk}/files", file=file, **values)


def test_a_photograph_is_re_encoded_made_smaller_and_shown(nela, entry):
    assert b"nobody must find" in large_picture()

    assert send(nela, entry, large_picture(), has_no_people="on").status_code == 302

    photograph = Photograph.objects.get()
    stored = bytes(photograph.content)
    assert Image.open(BytesIO(stored)).size == (1600, 1200)
    assert b"nobody must find" not in stored
    shown = nela.get(f"/materials/files/{entry.file_id}").content.decode()
    assert f"/materials/photographs/{photograph.pk}" in shown
    assert "Copies in their place: Demo centre" in shown
    image = nela.get(f"/materials/photographs/{photograph.pk}")
    assert (image.headers["Content-Type"], image.content) == ("image/jpeg", stored)
    assert Entry.objects.filter(action="campaigns.add_photograph").count() == 1


def test_a_forgotten_tick_keeps_the_chosen_file_for_its_user_alone(cast, nela, entry):
    answer = send(nela, entry, picture("JPEG"), place="Demo hall")

    assert answer.status_code == 422
    assert "only shown to others if it shows no person" in words(answer)
    assert "you need not choose it again" in words(answer)
    kept = Photograph.objects.get()
    assert kept.confirmed_at is None
    assert nela.get(f"/materials/photographs/{kept.pk}").status_code == 200
    colleague = desk_of("nives2", cast.office)
    assert colleague.get(f"/materials/photographs/{kept.pk}").status_code == 404
    assert f"{kept.pk}" not in nela.get(f"/materials/files/{entry.file_id}").content.decode()

    fields = {"place": "Demo hall", "caption": "Notice board", "has_no_people": "on"}
    page = f"/materials/distributed/{entry.pk}/files"
    assert colleague.post(page, kept=kept.pk, **fields).status_code == 422
    assert nela.post(page, kept=kept.pk, **fields).status_code == 302

    shown = words(nela.get(f"/materials/files/{entry.file_id}"))
    assert "Demo hall" in shown
    assert "Notice board" in shown
    assert Photograph.objects.confirmed().count() == 1


def test_a_file_sent_again_replaces_the_kept_one(nela, entry):
    send(nela, entry, picture("JPEG"))
    first = Photograph.objects.get()

    answer = send(nela, entry, picture("PNG"), kept=first.pk)

    assert answer.status_code == 422
    assert [row.media_type for row in Photograph.objects.all()] == ["image/png"]


def test_without_a_file_nothing_is_kept(nela, entry):
    answer = nela.post(
        f"/materials/distributed/{entry.pk}/files", place="Demo hall", has_no_people="on"
    )

    assert answer.status_code == 422
    assert "Choose a file first" in words(answer)
    assert not Photograph.objects.exists()


def test_pictures_that_no_user_confirms_are_deleted_after_a_day(cast, entry):
    document = CleanDocument("", "image/png", b"Demo")
    kept = photographs.keep_picture(cast.scope(), entry, document, at=AT)

    assert photographs.delete_unconfirmed(at=AT + timedelta(hours=20)) == 0
    assert Campaigns.night["delete_unconfirmed_photographs"](at=AT + timedelta(hours=25)) == 1
    with pytest.raises(CampaignRefusal, match="campaigns_photograph_gone"):
        photographs.confirm_photograph(
            cast.scope(), entry, kept.pk, photographs.Caption("Demo hall"), at=AT
        )
    assert not Photograph.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (saved(pdf()), "not a JPEG or PNG picture"),
        (b"GIF89a", "not a PDF, JPEG or PNG"),
        (b"", "cannot be opened"),
    ],
)
def test_other_files_are_refused(nela, entry, content, said):
    answer = send(nela, entry, content, has_no_people="on")

    assert answer.status_code == 422
    assert said in words(answer)
    assert not Photograph.objects.exists()


def test_a_photograph_that_shows_a_person_is_deleted(nela, entry):
    send(nela, entry, picture("PNG"), has_no_people="on")
    photograph = Photograph.objects.get()

    nela.post(f"/materials/photographs/{photograph.pk}/remove")

    assert not Photograph.objects.exists()
    assert nela.get(f"/materials/photographs/{photograph.pk}").status_code == 404


def test_another_country_sees_and_changes_nothing(cast, nela, entry):
    send(nela, entry, picture("PNG"), has_no_people="on")
    photograph = Photograph.objects.get()
    otto = desk_of("otto2", cast.other)

    assert otto.get(f"/materials/photographs/{photograph.pk}").status_code == 404
    assert otto.post(f"/materials/photographs/{photograph.pk}/remove").status_code == 404
    assert send(otto, entry, picture("PNG"), has_no_people="on").status_code == 404
    assert Photograph.objects.count() == 1


def test_a_photograph_has_the_type_of_its_bytes(nela, entry):
    send(nela, entry, large_picture())
    row = Photograph.objects.get()
    Photograph.objects.update(media_type="text/html")  # as a writer to the database does

    assert nela.get(f"/materials/photographs/{row.pk}").headers["Content-Type"] == "image/jpeg"

    Photograph.objects.update(content=b"<script>alert(1)</script>")
    assert nela.get(f"/materials/photographs/{row.pk}").status_code == 404
