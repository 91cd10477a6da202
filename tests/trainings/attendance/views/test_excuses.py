"""Excuses and needs by the own link of a participant."""

from uuid import uuid4

import pytest
from django.test import Client

from protect.kernel import clock
from protect.orgs.alarms import unanswered_alarms
from protect.trainings.attendance.models import Excuse
from protect.trainings.needs import actions
from protect.trainings.needs.models import Need
from protect.vault.formats.secrets import TeamSecret
from protect.vault.models import Record, TeamKey
from tests.trainings.attending import (
    first_session,
    make_filled_edition,
    recorded_attendance,
    start_session_at,
)
from tests.trainings.logistics import ACCESS, DIET, assign_logistics_team, store_needs
from tests.trainings.planning import AT
from tests.vault.views.desk import words

pytestmark = pytest.mark.usefixtures("one_connection")


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER = tmp_path / "ledger.jsonl"


@pytest.fixture
def edition(host):
    return make_filled_edition(host)[0]


@pytest.fixture
def row(edition):
    return edition.registrations.order_by("applied_at").first()


@pytest.fixture
def visitor():
    return Client(headers={"host": "127.0.0.1", "origin": "http://127.0.0.1"})


def get(visitor, address):
    with clock.frozen(AT):
        return visitor.get(address)


def post(visitor, address, **typed):
    with clock.frozen(AT):
        return visitor.post(address, {"sent_key": uuid4()} | typed)


def test_page_shows_the_qr_code_for_staff_and_sets_no_cookie(visitor, edition, row):
    response = get(visitor, f"/trainings/fr/own/{row.own_token()}/attendance")

    assert 'class="square"' in response.content.decode()
    assert "<svg" in response.content.decode()
    assert not response.cookies


def test_participant_sends_an_excuse_before_the_session(visitor, edition, row):
    address = f"/trainings/en/own/{row.own_token()}/attendance"
    assert "I cannot come" in words(get(visitor, address))
    post(visitor, address, session=first_session(edition).pk)

    assert Excuse.objects.get().registration == row
    assert post(visitor, address, session=uuid4()).status_code == 404


def test_participant_withdraws_an_excuse(visitor, desk_of, edition, row):
    address, own = (f"/trainings/en/own/{row.own_token()}{end}" for end in ("/attendance", ""))
    session, one_page = first_session(edition), uuid4()
    for missed in edition.sessions.all():
        thanks = post(visitor, address, session=missed.pk, sent_key=one_page)
    desk_of("tom", "trainer").post(f"/trainings/sessions/{session.pk}/attendance/excuses")
    shown = words(get(visitor, own))
    assert own in thanks.content.decode()
    assert shown.count("I cannot come") == edition.sessions.count() > 1
    assert recorded_attendance(session)

    assert "The entry was withdrawn." in words(post(visitor, address, take_back=str(session.pk)))
    assert words(get(visitor, own)).count("I cannot come") == edition.sessions.count() - 1
    assert not session.excuses.exists()
    assert not recorded_attendance(session)


def test_excuse_is_withdrawn_only_by_its_participant_before_the_session(visitor, edition, row):
    address, session = f"/trainings/en/own/{row.own_token()}/attendance", first_session(edition)
    other = edition.registrations.exclude(pk=row.pk).first()
    post(visitor, address, session=session.pk)
    elsewhere = address.replace(row.own_token(), other.own_token())
    assert "The entry was withdrawn." not in words(
        post(visitor, elsewhere, take_back=str(session.pk))
    )
    assert post(visitor, address, take_back="zzz").status_code == 404
    start_session_at(session, AT)

    assert post(visitor, address, take_back=str(session.pk)).status_code == 409
    assert session.excuses.exists()


def test_participant_states_needs_by_the_own_link(visitor, edition, row):
    assign_logistics_team(edition)
    address = f"/trainings/en/own/{row.own_token()}/needs"
    other = edition.registrations.exclude(pk=row.pk).first()
    elsewhere = f"/trainings/en/own/{other.own_token()}/needs"
    response = post(visitor, address, diet_codes=["vegan"], children="1")
    shown = words(response)

    assert "Thank you" in shown
    assert "What you send now replaces your earlier needs of the same kind," in shown
    assert "replaces" not in words(get(visitor, elsewhere))
    assert "Food To be arranged" in shown
    assert Need.objects.count() == 2
    assert "Your needs" in words(get(visitor, f"/trainings/en/own/{row.own_token()}"))


def test_page_without_a_team_asks_participants_to_call(visitor, row):
    address = f"/trainings/en/own/{row.own_token()}/needs"

    assert "Please call" in words(get(visitor, address))
    assert address not in get(visitor, address.removesuffix("/needs")).content.decode()
    assert post(visitor, address, children="1").status_code == 409
    assert not Need.objects.exists()


def test_overwritten_team_key_stores_no_need_and_alarms_the_officers(visitor, edition, row):
    assign_logistics_team(edition)
    team = edition.logistics_team
    TeamKey.objects.filter(team=team).update(public=TeamSecret.generate().public().raw)
    address = f"/trainings/en/own/{row.own_token()}/needs"
    response = post(visitor, address, diet_detail="no fish")

    assert response.status_code == 409
    assert "Please call the organisers of the training and tell them what you need." in words(
        response
    )
    assert b"no fish" in response.content
    assert not Need.objects.exists()
    (alarm,) = unanswered_alarms([team.organisation_id])
    assert (alarm.target, alarm.outcome) == (f"team:{team.pk}", "key_mismatch")


def test_need_can_be_withdrawn_until_the_team_arranged_it(visitor, edition, row):
    lena = assign_logistics_team(edition)
    diet, access = store_needs(row, DIET, ACCESS)
    (of_another,) = store_needs(edition.registrations.exclude(pk=row.pk).first(), DIET)
    actions.mark_ordered(lena.scope, [access], at=AT)
    address = f"/trainings/en/own/{row.own_token()}/needs"
    assert "The entry was withdrawn." in words(post(visitor, address, take_back=str(diet.pk)))
    for other in (access, of_another):
        assert "The entry was withdrawn." not in words(
            post(visitor, address, take_back=str(other.pk))
        )
    assert post(visitor, address, take_back="zzz").status_code == 404

    assert {*Need.objects.values_list("pk", flat=True)} == {access.pk, of_another.pk}
    assert Record.objects.count() == 2


def test_mistakes_in_needs_name_their_field_and_a_remedy(visitor, edition, row):
    assign_logistics_team(edition)
    address = f"/trainings/en/own/{row.own_token()}/needs"
    shown = words(post(visitor, address, children="99", diet_detail="x" * 401))

    assert "Children who need to be looked after : Write 9 or a smaller number." in shown
    assert "What else we should know about what you eat :" in shown
    assert "In your own words" not in shown
    assert not Need.objects.exists()


def test_empty_needs_form_is_refused_and_earlier_needs_stay(visitor, edition, row):
    assign_logistics_team(edition)
    store_needs(row, DIET)
    shown = words(post(visitor, f"/trainings/en/own/{row.own_token()}/needs"))

    assert "Thank you." not in shown
    assert Need.objects.count() == 1
