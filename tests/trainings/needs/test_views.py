"""Needs of participants at the desk: entered by planners, read and arranged by the team."""

import pytest

from protect.orgs.alarms import unanswered_alarms
from protect.trainings.needs import actions
from protect.trainings.needs.actions import StatedNeed
from protect.trainings.needs.enums import NeedKind, NeedState
from protect.trainings.needs.models import Need
from protect.vault.formats.secrets import TeamSecret
from protect.vault.models import Sealed, TeamKey
from tests.trainings.attending import make_filled_edition
from tests.trainings.logistics import CARE, DIET, PLANTED, assign_logistics_team, store_needs
from tests.trainings.planning import AT
from tests.vault.views.desk import Desk, words


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER = tmp_path / "ledger.jsonl"


@pytest.fixture
def edition(host):
    return make_filled_edition(host)[0]


@pytest.fixture
def lena(edition):
    return assign_logistics_team(edition)


@pytest.fixture
def team_desk(lena):
    return Desk(at=AT).let_in(lena)


@pytest.fixture
def row(edition, lena):
    return edition.registrations.order_by("applied_at").first()


def test_planner_enters_a_need_and_it_is_encrypted(desk_of, row):
    desk, address = desk_of(), f"/trainings/registrations/{row.pk}/needs"
    typed = {"diet_codes": ["vegan"], "diet_detail": PLANTED, "children": "2", "language": "ti"}
    response = desk.post(address, **typed)

    assert response.status_code == 302
    assert [*Need.objects.order_by("kind").values_list("kind", "quantity", "language")] == [
        ("childcare", 2, None),
        ("diet", 1, None),
        ("interpreter", 1, "ti"),
    ]
    shown = words(desk.get(address))
    assert "Food: To be arranged" in shown
    assert PLANTED not in shown


def test_too_many_children_are_refused(desk_of, row):
    address = f"/trainings/registrations/{row.pk}/needs"
    response = desk_of().post(address, children="10", diet_detail="no fish")

    assert response.status_code == 422
    assert b"no fish" in response.content
    assert not Need.objects.exists()


def test_the_team_reads_orders_and_counts(edition, row, team_desk):
    store_needs(row, DIET, CARE)
    address = f"/trainings/{edition.pk}/needs"
    assert "Participants’ needs in trainings" in words(team_desk.get("/"))
    shown = words(team_desk.get(address))
    assert PLANTED in shown
    assert row.participant.name in shown
    assert "Mark food needs without free text as ordered" not in shown
    team_desk.post(f"{address}/order")

    assert {*Need.objects.values_list("state", flat=True)} == {NeedState.OPEN}


def test_changed_team_key_raises_an_alarm_on_every_page(edition, row, lena):
    store_needs(row, DIET)
    team = edition.logistics_team
    lena.unlocked().team_secret(team.pk, 1)
    TeamKey.objects.filter(team=team).update(public=TeamSecret.generate().public().raw)

    assert Desk(at=AT).let_in(lena).get(f"/trainings/{edition.pk}/needs").status_code == 409

    (alarm,) = unanswered_alarms([team.organisation_id])
    assert (alarm.target, alarm.outcome) == (f"team:{team.pk}", "key_mismatch")


def test_needs_changed_in_the_database_raise_an_alarm(edition, row, lena):
    (need,) = store_needs(row, DIET)
    Sealed.objects.filter(record=need.record).update(ct=b"\x01" + bytes(80))

    page = words(Desk(at=AT).let_in(lena).get(f"/trainings/{edition.pk}/needs"))

    assert PLANTED not in page
    (alarm,) = unanswered_alarms([edition.logistics_team.organisation_id])
    assert (alarm.target, alarm.outcome) == (f"inbound:{need.record_id}", "record_damaged")


def test_button_orders_food_but_no_needs_in_own_words(edition, team_desk):
    plain, told, other = edition.registrations.order_by("applied_at")[:3]
    store_needs(plain, StatedNeed(NeedKind.DIET, codes=("halal",)))
    store_needs(told, DIET)
    store_needs(other, StatedNeed(NeedKind.ACCESSIBILITY, codes=("step_free",)))
    team_desk.post(f"/trainings/{edition.pk}/needs/order")

    assert plain.needs.get().state == NeedState.ORDERED
    assert {told.needs.get().state, other.needs.get().state} == {NeedState.OPEN}


def test_the_caterer_gets_counts_of_food_and_nothing_else(edition, row, team_desk):
    somali = StatedNeed(NeedKind.INTERPRETER, language="so")
    steps = StatedNeed(NeedKind.ACCESSIBILITY, codes=("step_free",))
    store_needs(row, DIET, CARE, somali, steps)
    for address in (
        f"/trainings/{edition.pk}/needs/counts",
        f"/trainings/{edition.pk}/needs/counts.csv",
    ):
        response = team_desk.get(address)
        text = response.content.decode("utf-8-sig")
        assert "Halal" in text
        assert "Own words or no details: ask the team" in text
        assert PLANTED not in text
        assert row.participant.name not in text
        for other in ("Childcare", "Under 3 years", "Interpreter", "Somali", "No steps"):
            assert other not in text
    assert text.splitlines() == [
        "Food,People",
        "Halal,1",
        "Own words or no details: ask the team,1",
        "Without nuts,1",
    ]


def test_team_page_shows_all_other_counts(edition, row, team_desk):
    store_needs(row, DIET, CARE, StatedNeed(NeedKind.INTERPRETER, language="so"))
    shown = words(team_desk.get(f"/trainings/{edition.pk}/needs"))

    others = shown.partition("Needs other than food")[2]
    assert "Childcare Under 3 years 2" in others
    assert "Interpreter Somali 1" in others
    assert "Halal" not in others


def test_unmet_need_needs_an_alternative(row, team_desk):
    (need,) = store_needs(row, DIET)
    address = f"/trainings/needs/{need.pk}"
    assert team_desk.post(address, deed="cannot", alternative="").status_code == 422
    team_desk.post(address, deed="cannot", alternative="There is a kitchen")

    need.refresh_from_db()
    assert (need.state, need.alternative) == (NeedState.CANNOT_BE_MET, "There is a kitchen")
    assert "There is a kitchen" in words(team_desk.get(address))
    team_desk.post(f"{address}/reopen")
    need.refresh_from_db()
    assert (need.state, need.alternative) == (NeedState.OPEN, "")


def test_planner_outside_the_team_cannot_open_needs(desk_of, edition, row):
    (need,) = store_needs(row, DIET)
    desk = desk_of()
    for address in (
        f"/trainings/{edition.pk}/needs",
        f"/trainings/{edition.pk}/needs/counts",
        f"/trainings/{edition.pk}/needs/counts.csv",
        f"/trainings/needs/{need.pk}",
    ):
        assert desk.get(address).status_code == 404, address
    assert desk.post(f"/trainings/needs/{need.pk}/order").status_code == 404
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_page_explains_a_missing_team(desk_of, host):
    edition = make_filled_edition(host)[0]
    row = edition.registrations.first()
    desk, address = desk_of(), f"/trainings/registrations/{row.pk}/needs"
    assert "No team can receive needs." in words(desk.get(address))

    assert desk.post(address, diet_detail="no fish").status_code == 409
    assert not actions.can_state_needs(edition)
