"""Whoever applies is asked at the mailed page whether it was them: until then no seat is theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from protect.trainings.actions import entering, registering
from protect.trainings.actions.entering import Entry
from protect.trainings.enums import Approval, RegistrationState, Source
from tests.trainings.actions.test_registering import LATER, come, states
from tests.trainings.planning import AT, make_edition, make_participant
from tests.trainings.views.test_applying import own, plain


@pytest.mark.parametrize("has_answered", [True, False])
def test_who_is_approved_at_an_address_of_anybody_is_offered_the_seat(planners, has_answered):
    edition = make_edition(planners.host, approval=Approval.OWNER)
    person, entry = make_participant(edition.host), Entry(Source.APPLIED, is_proven=False)
    row = entering.enter(edition, person, entry, at=AT)
    if has_answered:
        registering.agree(row, at=AT)
    registering.approve(planners.scope("pia"), row, at=LATER)
    row.refresh_from_db()

    until = LATER + timedelta(hours=edition.offer_hours)
    expected = ("confirmed", None) if has_answered else ("offered", until)
    assert (row.state, row.offer_expires_at) == expected
    registering.pass_on(at=until)
    assert states(edition) == [RegistrationState.CONFIRMED if has_answered else "waiting"]


def test_past_the_line_somebody_at_an_address_of_anybody_is_offered_the_seat(planners):
    edition = make_edition(planners.host, seat_limit=1)
    come(edition)
    person, entry = make_participant(edition.host), Entry(Source.APPLIED, is_proven=False)
    row = entering.enter(edition, person, entry, at=AT)
    registering.confirm_over(planners.scope("pia"), row, at=LATER, reason="She drives the others")
    row.refresh_from_db()
    assert (row.state, row.is_proven) == ("offered", False)
    registering.accept_offer(row, at=LATER)
    row.refresh_from_db()

    assert (row.state, row.is_proven) == ("confirmed", True)


@pytest.mark.usefixtures("starter", "one_connection")
def test_whoever_applied_says_that_it_was_them(planners):
    visitor, host = Client(headers={"host": "127.0.0.1"}), planners.host
    edition = make_edition(host, approval=Approval.OWNER)
    person, entry = make_participant(host), Entry(Source.APPLIED, is_proven=False)
    row = entering.enter(edition, person, entry, at=AT)
    assert "Was it you, and do you want to take part?" in plain(visitor.get(own(row)))
    visitor.post(own(row), {"deed": "agree"})
    row.refresh_from_db()

    assert (row.state, row.is_proven, row.is_own_consent) == ("applied", True, True)
    assert "Was it you" not in plain(visitor.get(own(row)))
