"""The page of a training offers only possible actions and names its sessions."""

import re
from datetime import timedelta

import pytest

from protect.trainings.registrations.actions.register import register_people
from protect.trainings.scheduling.models import Edition
from tests.trainings.planning import AT, make_edition, make_participant, make_sender
from tests.trainings.registrations.test_decisions import APPLIED, come, fill, registration_states
from tests.vault.views.desk import words

OF_TRAININGS = ("edit", "session", "seats", "register", "list")
OF_SESSIONS = ("", "/book", "/cancel")


@pytest.fixture
def edition(host):
    return make_edition(host)


def offered(desk, edition) -> set[str]:
    """Return which pages of a training and its first session its own page leads to."""
    shown = desk.get(f"/trainings/{edition.pk}").content.decode()
    first = edition.sessions.order_by("number")[0]
    found = {name: f"/trainings/{edition.pk}/{name}" for name in OF_TRAININGS}
    found |= {name: f"/trainings/sessions/{first.pk}{name}" for name in OF_SESSIONS}
    return {name for name, address in found.items() if re.search(f'"{address}["?]', shown)}


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_past_training_offers_no_action_that_would_be_refused(desk_of, edition, state):
    fill(edition, 1)
    edition.quotas.create(sender=make_sender(edition.host), seats=1)
    desk = desk_of()
    assert offered(desk, edition) == {*OF_TRAININGS, *OF_SESSIONS}
    Edition.objects.update(state=state, state_reason="Demo")

    assert offered(desk, edition) == set()
    assert "Plan a copy" in words(desk.get(f"/trainings/{edition.pk}"))


def test_participant_cannot_be_entered_before_registration_opens(desk_of, edition):
    Edition.objects.update(state="planned")
    desk = desk_of()

    assert offered(desk, edition) == {*OF_TRAININGS, *OF_SESSIONS} - {"register", "list"}
    shown = words(desk.get(f"/trainings/{edition.pk}"))
    assert "People can be entered only once registration has opened." in shown


def test_session_numbers_on_the_page_match_the_messages(desk_of, edition):
    edition.sessions.filter(number=2).update(reason="Two groups")
    shown = words(desk_of().get(f"/trainings/{edition.pk}"))

    assert "Session 2 has no trainer." in shown
    assert re.search("1 .{,8} Tue 12 Jan.* 2 .{,8} Wed 13 Jan.* Two groups", shown)


@pytest.mark.parametrize("released", [None, AT + timedelta(days=1)])
def test_board_warns_of_unreleased_quota_seats_while_others_wait(desk_of, edition, released):
    sender = make_sender(edition.host)
    edition.quotas.create(sender=sender, seats=1, released_at=released)
    come(edition, sender=None)
    desk, said = desk_of(), "1 of the seats reserved for"
    assert said not in words(desk.get(f"/trainings/{edition.pk}"))
    fill(edition, 4)

    assert (said in words(desk.get(f"/trainings/{edition.pk}"))) == (released is None)


def test_all_applications_are_approved_at_once_up_to_the_seat_limit(desk_of, host):
    edition = make_edition(host, approval="owner", seat_limit=2)
    desk, first = desk_of(), come(edition)
    address = f"/trainings/{edition.pk}"
    assert "Accept all applications" not in words(desk.get(address))
    fill(edition, 2)
    assert "Accept all applications" in words(desk.get(address))
    assert "Confirm 3 people?" in words(desk.get(f"{address}/approve"))
    assert registration_states(edition) == ["applied"] * 3
    desk.post(f"{address}/approve")

    shown = words(desk.get(address))
    assert "Confirmed: 2. On the waiting list: 1." in shown
    assert registration_states(edition) == ["confirmed", "confirmed", "waiting"]
    assert first.participant.name in shown


def test_decision_page_shows_companions(desk_of, host):
    edition = make_edition(host, approval="owner")
    one, two = (make_participant(host) for _ in range(2))
    row = register_people(edition, [one, two], APPLIED, at=AT, is_together=True)[0]
    alone, desk = come(edition), desk_of()
    shown = words(desk.get(f"/trainings/registrations/{row.pk}"))

    assert f"Any other decision applies to this person only. {two.name}" in shown
    assert "Companions" not in words(desk.get(f"/trainings/registrations/{alone.pk}"))
