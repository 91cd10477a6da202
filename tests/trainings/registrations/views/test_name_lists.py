"""Name lists, nominating organisations and quotas at the desk."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from protect.trainings.registrations import access
from protect.trainings.registrations.fields import LIST_COLUMNS
from protect.trainings.registrations.models import Cohort, Participant, Registration, Roster, Sender
from protect.uploads.refusal_reasons import MEBIBYTE
from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT, LONG, long_list, make_edition, make_sender
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

NAMES = "Demo Noor, noor@demo.example\nDemo Ali, ali@demo.example\nDemo Nobody"


@pytest.fixture
def host(db):
    return make_organisation("Demo Academy")


@pytest.fixture
def desk(host):
    person = make_person("pia")
    serve(person, host, "coordinator")
    return Desk(at=AT).let_in(person)


@pytest.fixture
def edition(host):
    return make_edition(host)


def list_data(**more):
    return {"names": NAMES, "country": "BE", "language": "fr"} | more


def upload_list(desk, edition, **more):
    return desk.post(f"/trainings/{edition.pk}/list", **list_data(**more))


def test_list_is_previewed_before_registration(desk, edition):
    answer = upload_list(desk, edition)
    shown = words(desk.get(answer["Location"]))

    assert "Register 2" in shown
    assert "Line Name E-mail address Remarks 3 Demo Nobody" in shown.replace("⁨", "").replace("⁩", "")
    assert "Write the e-mail address." in shown
    assert not Registration.objects.exists()


def test_good_rows_are_registered_and_their_number_is_shown(desk, edition):
    address = upload_list(desk, edition)["Location"]
    response = desk.post(address, deed="confirm")

    assert "Registered: 2." in words(desk.get(response["Location"]))
    assert Registration.objects.count() == 2


def test_bad_rows_can_be_downloaded_for_correction(desk, edition):
    address = upload_list(
        desk, edition, names="=1+1@, a\nDemo Nobody\nDemo Noor, noor@demo.example"
    )
    response = desk.get(f"{address['Location']}/to-mend.csv")
    lines = response.content.decode("utf-8-sig").splitlines()

    assert response["Content-Disposition"] == 'attachment; filename="to-mend.csv"'
    assert lines[0] == ",".join([*LIST_COLUMNS, "line", "what_is_wrong"])
    assert len(lines) == 3
    assert lines[2].startswith(f"Demo Nobody{',' * len(LIST_COLUMNS)}2,")
    assert not any(line.startswith("=") for line in lines)


def test_corrected_download_can_be_uploaded_again(desk, edition):
    first = upload_list(desk, edition, names="Demo Nobody")["Location"]
    table = desk.get(f"{first}/to-mend.csv").content.replace(b"Nobody,,", b"Nobody,n@demo.example,")
    file = SimpleUploadedFile("to-mend.csv", table)
    again = upload_list(desk, edition, names="", file=file)["Location"]
    desk.post(again, deed="confirm")

    assert Participant.objects.get().email == "n@demo.example"


def table(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.csv", "\n".join(lines).encode())


def test_preview_shows_the_recognised_words_of_a_row(desk, edition):
    file = table(
        "Nom et prénom;E-mail;Fonction;Secteur;Âge",
        "Demo Noor;noor@demo.example;Infirmière;Hôpital;34",
    )
    address = upload_list(desk, edition, names="", file=file)["Location"]
    assert "Nurse Health 25 to 49 years" in words(desk.get(address)).replace("⁨", "").replace("⁩", "")
    desk.post(address, deed="confirm")

    noor = Participant.objects.get()
    assert (noor.profession, noor.sector, noor.age_band) == ("nurse", "health", "25-49")


def test_unknown_word_is_a_mistake_and_accepted_words_are_shown(desk, edition):
    file = table("name,email,profession", "Demo Noor,noor@demo.example,demo astronaut")
    address = upload_list(desk, edition, names="", file=file)["Location"]
    shown = words(desk.get(address))

    assert (
        "Profession: This cell contains a word that is not accepted. Use one of the accepted words"
        in shown
    )
    assert "Midwife" in shown
    assert desk.post(address, deed="confirm").status_code == 422
    assert not Participant.objects.exists()


def test_file_without_headings_is_refused_at_its_field(desk, edition):
    file = SimpleUploadedFile("list.csv", b"Demo Noor,noor@demo.example\n")
    answer = upload_list(desk, edition, names="", file=file)

    assert answer.status_code == 422
    assert {*answer.context["form"].errors} == {"file"}
    assert not Roster.objects.exists()


def test_list_of_five_thousand_people_is_uploaded(desk, edition):
    answer = upload_list(desk, edition, names="", file=long_list())

    assert answer.status_code == 302
    assert len(Roster.objects.get().rows) == LONG


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"names": "", "file": SimpleUploadedFile("l.csv", bytes(21 * MEBIBYTE))}, "23 MB"),
        ({"names": "ن" * 40_000}, "81 kB"),
    ],
    ids=["a file", "typed"],
)
def test_too_large_list_is_refused_with_a_message(desk, edition, more, message):
    answer = upload_list(desk, edition, **more)

    assert answer.status_code == 413
    assert f"The file has {message}" in words(answer)
    assert not Roster.objects.exists()


@pytest.mark.parametrize("more", [{"names": ""}, {"file": SimpleUploadedFile("l.csv", b"name")}])
def test_exactly_one_of_text_and_file_is_required(desk, edition, more):
    assert upload_list(desk, edition, **more).status_code == 422
    assert not Roster.objects.exists()


def test_list_is_discarded(desk, edition):
    address = upload_list(desk, edition)["Location"]
    desk.post(address, deed="throw_away")

    assert desk.get(address).status_code == 404
    assert not Registration.objects.exists()


def test_a_class_is_registered_by_its_list(desk, host, edition):
    desk.post("/trainings/senders/new", **school_data())
    sender = Sender.objects.get()
    desk.post(f"/trainings/senders/{sender.pk}/class", programme="Demo social work", year="2")
    address = upload_list(desk, edition, cohort=Cohort.objects.get().pk)["Location"]
    desk.post(address, deed="confirm")

    assert {*Registration.objects.values_list("source", "sender")} == {("cohort", sender.pk)}
    assert "2 students" in words(desk.get(f"/trainings/senders/{sender.pk}")).replace(
        "⁨", ""
    ).replace("⁩", "")


def school_data(**more):
    data = {"name": "Demo School", "country": "BE", "language": "fr", "is_school": "on"}
    return data | {"email": "school@demo.example"} | more


def test_an_organisation_is_added_once_and_changed(desk):
    assert "Add the first organisation" in words(desk.get("/trainings/senders"))
    desk.post("/trainings/senders/new", **school_data())
    again = desk.post("/trainings/senders/new", **school_data())
    assert (again.status_code, {*again.context["form"].errors}) == (409, {"name"})

    sender = Sender.objects.get()
    desk.post(f"/trainings/senders/{sender.pk}/edit", **school_data(name="Demo Other"))
    assert "Demo Other" in words(desk.get("/trainings/senders"))


def test_sender_link_is_shown_once_and_can_be_ended(desk, host):
    sender = make_sender(host)
    address = f"/trainings/senders/{sender.pk}"
    shown = words(desk.post(address, deed="show"))
    token = re.search(r"/trainings/fr/send/([\w-]{43})", shown)[1]
    assert access.get_sender_by_token(token) == sender
    assert token not in words(desk.get(address))

    desk.post(address, deed="end")
    sender.refresh_from_db()
    assert sender.token_hash is None


def test_quota_is_created_changed_and_removed(desk, host, edition):
    sender = make_sender(host)
    address = f"/trainings/{edition.pk}/seats"
    desk.post(address, sender=sender.pk, seats="2", released_at="2026-12-24T09:00")
    quota = edition.quotas.get()
    assert (quota.seats, quota.released_at.isoformat()) == (2, "2026-12-24T08:00:00+00:00")
    assert 'value="2026-12-24T09:00"' in desk.get(f"{address}?sender={sender.pk}").content.decode()
    assert "Demo Shelter" in words(desk.get(f"/trainings/{edition.pk}"))

    desk.post(address, sender=sender.pk, seats="0")
    assert not edition.quotas.exists()


def test_quota_below_the_taken_seats_is_refused_at_its_field(desk, host, edition):
    sender = make_sender(host)
    desk.post(upload_list(desk, edition, sender=sender.pk)["Location"], deed="confirm")
    address = f"/trainings/{edition.pk}/seats"
    desk.post(address, sender=sender.pk, seats="3")
    response = desk.post(address, sender=sender.pk, seats="1")

    assert (response.status_code, {*response.context["form"].errors}) == (409, {"seats"})
    assert edition.quotas.get().seats == 3
