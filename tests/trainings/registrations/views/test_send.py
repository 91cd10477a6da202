"""An organisation nominates participants by its link, without an account."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from protect.interchange.errors import FileTooLarge
from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.trainings.registrations.actions import name_lists, nominating_organisations
from protect.trainings.registrations.actions.name_lists import NameList
from protect.trainings.registrations.models import Registration, Roster
from protect.trainings.registrations.name_list_rows import read_file, read_text
from protect.uploads import parser_process
from protect.uploads.parser_process import ParserQueue, QueueLimits
from protect.uploads.refusal_reasons import MEBIBYTE
from protect.uploads.senders import Queue, Sender
from tests.faults.hostile import wide_workbook
from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT, LONG, long_list, make_edition, make_planners, make_sender
from tests.vault.views.desk import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]
NAMES = "Demo Noor, noor@demo.example\nDemo Nobody"


@pytest.fixture
def visitor():
    with clock.frozen(AT):
        yield Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def planners():
    return make_planners()


@pytest.fixture
def sender(planners):
    return make_sender(planners.host)


@pytest.fixture
def page(planners, sender):
    token = nominating_organisations.create_link(
        planners.scope("pia"), sender, is_mailed=False, at=AT
    )
    return f"/trainings/en/send/{token}"


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


def list_data(**more):
    return {"names": NAMES, "country": "BE", "language": "fr"} | more


def test_sender_page_lists_open_trainings_and_nominated_people(visitor, planners, edition, page):
    closed = make_edition(planners.host, state="closed")
    shown = words(visitor.get(page))

    assert edition.course_version.title in shown
    assert closed.course_version.title not in shown


def test_people_are_nominated_after_a_preview(visitor, edition, page, sender):
    response = visitor.post(f"{page}/{edition.code}", list_data())
    assert response.status_code == 303
    seen = visitor.get(response["Location"])
    assert "Register 1" in words(seen).replace("⁨", "").replace("⁩", "")
    assert not Registration.objects.exists()
    visitor.post(response["Location"], {"deed": "confirm"})

    row = Registration.objects.get()
    assert (row.source, row.sender, row.is_own_consent) == ("nominated", sender, False)
    assert Outgoing.objects.get().template == "training_named"
    assert row.participant.email in words(visitor.get(page))
    assert not visitor.cookies


def test_bad_rows_are_shown_for_correction(visitor, edition, page):
    address = visitor.post(f"{page}/{edition.code}", list_data())["Location"]

    assert b"Demo Nobody" in visitor.get(f"{address}/to-mend.csv").content


def test_unreadable_file_is_refused_and_typed_values_stay(visitor, edition, page):
    file = SimpleUploadedFile("list.json", b'{"a": 1}')
    response = visitor.post(f"{page}/{edition.code}", list_data(names="", file=file))

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"file"}
    assert not Roster.objects.exists()


def test_five_thousand_people_are_nominated_by_one_file(visitor, edition, page):
    response = visitor.post(f"{page}/{edition.code}", list_data(names="", file=long_list()))

    assert response.status_code == 303
    assert len(Roster.objects.get().rows) == LONG


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"names": "", "file": SimpleUploadedFile("l.csv", bytes(21 * MEBIBYTE))}, "23 MB"),
        ({"names": "ن" * 40_000}, "81 kB"),
    ],
    ids=["a file", "typed"],
)
def test_too_large_list_is_refused_on_an_open_page(visitor, edition, page, more, message):
    response = visitor.post(f"{page}/{edition.code}", list_data(**more))

    assert response.status_code == 413
    assert f"The file has {message}" in words(response)
    assert "This is not possible now" in words(response)
    assert not Roster.objects.exists()


def test_ended_sender_link_is_not_found(visitor, planners, sender, edition, page):
    nominating_organisations.end_link(planners.scope("pia"), sender, at=AT)

    assert visitor.get(page).status_code == 404
    assert visitor.post(f"{page}/{edition.code}", list_data()).status_code == 404
    assert not Roster.objects.exists()


def test_lists_of_others_and_of_the_desk_are_not_found(visitor, planners, edition, page, sender):
    brought = NameList(read_text(NAMES), "BE", "fr")
    of_others = name_lists.store_list(edition, brought, at=AT)
    by_desk = name_lists.store_list(
        edition, NameList(read_text(NAMES), "BE", "fr", sender), at=AT, scope=planners.scope("pia")
    )

    for roster in (of_others, by_desk):
        assert visitor.get(f"{page}/list/{roster.pk}").status_code == 404
        assert visitor.post(f"{page}/list/{roster.pk}", {"deed": "confirm"}).status_code == 404
    assert not Registration.objects.exists()


def test_trainings_of_another_organisation_are_not_found(visitor, page):
    other = make_edition(make_organisation("Demo Third"))

    assert visitor.get(f"{page}/{other.code}").status_code == 404


def test_workbook_of_ten_million_cells_is_refused(visitor, edition, page):
    file = SimpleUploadedFile("a.xlsx", wide_workbook())

    response = visitor.post(f"{page}/{edition.code}", list_data(names="", file=file))

    assert response.status_code == 413
    assert {*response.context["form"].errors} == {"file"}
    assert "The file has more than 2000000 cells. Nothing was read." in words(response)
    assert not Roster.objects.exists()
    with pytest.raises(FileTooLarge) as refused:
        read_file(wide_workbook(), today=AT.date())
    assert refused.value.code == "file_too_large"


def test_typed_values_stay_while_all_list_parsers_are_busy(visitor, edition, page, monkeypatch):
    file = SimpleUploadedFile("a.csv", b"name,email\nDemo Noor,noor@demo.example\n")
    full = ParserQueue({Queue.VISITORS: QueueLimits(max_files=1, seconds=0)})

    with monkeypatch.context() as busy, full.turn(Sender(Queue.VISITORS)):
        busy.setattr(parser_process, "TURNS", full)
        response = visitor.post(f"{page}/{edition.code}", list_data(names="", file=file))

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert {*response.context["form"].errors} == {"file"}
    assert response.context["form"]["country"].value() == "BE"
    assert not Roster.objects.exists()
