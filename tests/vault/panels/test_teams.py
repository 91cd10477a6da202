from datetime import timedelta

import pytest
from django.utils import timezone

from protect.orgs.enums import TeamState
from protect.vault import desk
from protect.vault.models import RecoveryOfficer
from protect.vault.team_keys import members, recovery_kit, rotation
from protect.vault.teams.panel import home_panel_rows
from tests.vault import cast as casting
from tests.vault.cast import AT, make_person, new_team, note, renew, versions, wait_in
from tests.vault.traces import everything

CAST_IS_KEPT = True
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_the_desk(settings) -> None:
    settings.ROOT_URLCONF = "protect.site.urls.desk"


def waits(person, at=AT):
    return home_panel_rows(person.scope, person.unlocked(), at)


def said(person, at=AT) -> list[tuple[str, str]]:
    return [(row["verb"], row["group"]) for row in waits(person, at)]


@pytest.mark.parametrize("name", ["sana", "amal", "dana", "chidi", "olga"])
def test_where_all_is_in_order_nothing_waits(cast, name):
    assert waits(cast.people[name]) == []


def test_somebody_to_let_in_waits_for_those_who_can(cast):
    place = wait_in(make_person("rana"), cast.desk)

    row = waits(cast.sana)[0]

    assert (row["text"], row["detail"]) == (
        "\u2068Demo Rana\u2069 is waiting to be let in",
        "Demo desk",
    )
    assert (row["url"], row["verb"]) == (f"/places/{place.pk}/admit", "Let in")
    assert (row["due"], row["group"]) == (AT + 2 * DAY, "soon")
    assert waits(cast.amal) == waits(cast.dana) == waits(cast.chidi) == []


def test_what_is_due_today_is_due_on_this_day_of_ones_own_calendar(cast):
    wait_in(make_person("rana"), cast.desk)
    eve = AT + DAY + timedelta(hours=13)  # ten in the evening, in UTC

    assert said(cast.sana, eve) == [("Let in", "soon")]
    with timezone.override("Asia/Tokyo"):
        assert said(cast.sana, eve) == [("Let in", "today")]


def test_after_two_days_they_have_waited_too_long(cast):
    wait_in(make_person("rana"), cast.desk)

    assert said(cast.sana, AT + 2 * DAY) == [("Let in", "overdue")]
    assert said(cast.sana, AT + 2 * DAY - timedelta(seconds=1)) == [("Let in", "today")]


def test_whoever_begins_anew_waits_from_then_on(cast):
    later = AT + 30 * DAY
    members.remove_access_of_user(cast.amal.pk, actor=cast.dana.pk, at=later)
    renew(cast.amal)

    row = next(row for row in waits(cast.sana, later) if row["verb"] == "Let in")

    assert row["due"] == later + 2 * DAY


def test_ones_own_waiting_place_shows_the_words_and_who_can_let_one_in(cast):
    rana = make_person("rana")
    wait_in(rana, cast.desk)

    row = waits(rana)[0]

    assert rana.words in row["detail"]
    assert "Demo Sana" in row["detail"]
    assert row["url"] == f"/teams/{cast.desk.pk}#words"


def test_a_team_without_a_key_waits_for_its_founder_and_for_whoever_invites_one(cast):
    team, rana = new_team(cast.office, "Demo new"), make_person("rana")
    assert said(cast.dana) == [("Invite a supervisor", "today")]

    wait_in(rana, team, "supervisor")

    assert said(rana) == [("Make the team's key", "today")]
    assert waits(rana)[0]["url"] == f"/teams/{team.pk}"
    assert said(cast.dana) == []


def test_an_unfinished_kit_waits_for_officers_then_for_the_supervisor(cast):
    team, rana = new_team(cast.office, "Demo new"), make_person("rana")
    casting.found(team, rana)
    assert said(rana) == [("Finish the recovery kit", "soon")]

    RecoveryOfficer.objects.filter(organisation=cast.office, slot=2).update(confirmed_at=None)

    assert said(rana) == [("See what is missing", "soon")]
    assert said(cast.dana) == [("Appoint recovery officers", "soon")]


def test_missing_officers_are_told_of_once_for_all_teams(cast):
    for name in ("Demo one", "Demo two"):
        casting.found(new_team(cast.office, name), make_person(name.replace(" ", "")))
    RecoveryOfficer.objects.filter(organisation=cast.office, slot=2).delete()

    assert said(cast.dana) == [("Appoint recovery officers", "soon")]
    assert waits(cast.dana)[0]["text"] == "Demo office"


def test_a_drill_waits_a_month_before_it_is_due_and_is_overdue_after_it(cast):
    due = AT + recovery_kit.DRILL_INTERVAL

    assert waits(cast.sana, due - 31 * DAY) == []
    assert said(cast.sana, due - 30 * DAY) == [("Test the codes", "soon")]
    assert said(cast.dana, due) == [("Test the codes", "overdue")]
    assert waits(cast.amal, due) == []


def test_after_a_drill_the_next_one_is_six_months_away(cast):
    at = AT + 100 * DAY
    codes = cast.codes[cast.office.pk]
    recovery_kit.hold_drill(cast.sana.scope, cast.desk, {1: codes[1], 2: codes[2]}, at=at)

    assert recovery_kit.next_drill_due_at(cast.office.pk) == at + recovery_kit.DRILL_INTERVAL
    assert waits(cast.sana, AT + recovery_kit.DRILL_INTERVAL) == []


def test_what_is_most_urgent_stands_first_on_the_desk(cast, rf):
    wait_in(make_person("rana"), cast.desk)
    team = new_team(cast.office, "Demo a new one")
    casting.found(team, cast.sana)

    request = rf.get("/")
    request.vault = cast.sana.unlocked()
    panels = list(desk.panels(cast.sana.scope, request, AT + 3 * DAY))
    (waiting,) = [panel for panel in panels if panel["title"] == "Your tasks"]

    assert [row["group"] for row in waiting["rows"]] == ["overdue", "soon"]


def test_a_renewal_that_is_due_waits_for_a_key_holder_and_nothing_changes_by_looking(cast):
    note(cast.sana, cast.desk)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    before = everything()

    for _ in range(2):
        assert said(cast.sana) == [("Renew the key", "today")]

    assert everything() == before
    cast.desk.refresh_from_db()
    assert (versions(cast.desk), cast.desk.state) == ({1: "active"}, TeamState.ROTATION_DUE)


def test_what_is_left_after_a_batch_waits_until_the_last_wrap_has_moved(cast):
    for _ in range(3):
        note(cast.sana, cast.desk)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT, limit=2)
    assert said(cast.sana) == [("Finish the key renewal", "today")]

    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert said(cast.sana) == []


def test_whoever_manages_without_a_key_begins_nothing(cast):
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)

    assert waits(cast.dana) == []
    assert versions(cast.desk) == {1: "active"}
