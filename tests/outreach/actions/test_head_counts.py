"""Head counts of a session: one per nonce, revised and never replaced."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.db import IntegrityError
from django.http import Http404

from protect.orgs.models import User
from protect.outreach.actions import head_counts
from protect.outreach.actions.head_counts import Declaration
from protect.outreach.errors import HeadCountConflict
from protect.outreach.models import HeadCount, Tally
from protect.trainings.scheduling.enums import BookingRole
from tests.outreach.requests import make_ambassador, make_request, make_request_session
from tests.refusals import refuses
from tests.trainings.planning import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
CELLS = {("secondary_1_3", "f"): 12, ("secondary_1_3", "m"): 11, ("unknown", "unknown"): 2}


@pytest.fixture
def session(planners):
    return make_request_session(make_request(planners.host), AT)


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


def make_declaration(**change) -> Declaration:
    return Declaration(
        **{"nonce": uuid4(), "cells": CELLS, "answered": 20, "could_name": 13} | change
    )


def test_total_is_the_sum_of_the_cells(pia, session):
    head_counts.save(pia, session, make_declaration(), at=AT)
    found = head_counts.get_current_count(session)

    assert (found.total, found.by_sex()) == (25, {"f": 12, "m": 11, "unknown": 2})
    tally = head_counts.get_tally(session, found.revision)
    assert (tally.could_name, tally.answered) == (13, 20)


def test_declaration_sent_twice_counts_once(pia, session):
    declared = make_declaration()
    revisions = {head_counts.save(pia, session, declared, at=AT) for _ in range(3)}

    assert revisions == {1}
    assert (HeadCount.objects.count(), Tally.objects.count()) == (3, 1)


def test_correction_adds_a_revision_and_keeps_the_first_one(pia, session):
    head_counts.save(pia, session, make_declaration(), at=AT)
    head_counts.save(pia, session, Declaration(uuid4(), {("unknown", "f"): 3}), at=AT)

    found = head_counts.get_current_count(session)
    assert (found.revision, found.total) == (2, 3)
    assert head_counts.get_tally(session, 2) is None
    assert HeadCount.objects.filter(revision=1).count() == 3


def test_count_of_zero_is_stored(pia, session):
    head_counts.save(pia, session, Declaration(uuid4()), at=AT)

    assert head_counts.get_current_count(session).total == 0


def test_more_positive_answers_than_answers_is_refused(pia, session):
    with refuses("outreach_tally_impossible"):
        head_counts.save(pia, session, make_declaration(could_name=21), at=AT)

    assert not HeadCount.objects.exists()
    assert not Tally.objects.exists()
    with pytest.raises(IntegrityError):
        Tally.objects.create(session=session, revision=1, could_name=2, answered=1)


def test_only_booked_people_declare_head_counts(planners, session):
    tom = make_ambassador(planners.host, planners.people["pia"], planners.people["tom"])
    session.bookings.create(
        resource=tom,
        role=BookingRole.AMBASSADOR,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        created=AT,
    )
    for name in ("otto", "chidi"):
        with pytest.raises(Http404):
            head_counts.save(planners.scope(name), session, make_declaration(), at=AT)
    assert not HeadCount.objects.exists()
    head_counts.save(planners.scope("tom"), session, make_declaration(), at=AT)

    assert HeadCount.objects.first().declared_by == planners.people["tom"]


def test_ambassador_without_an_account_counts_by_link(planners, pia, session):
    head_counts.save(pia, session, Declaration(uuid4(), {("unknown", "f"): 3}), at=AT)
    sami = make_ambassador(planners.host, planners.people["pia"])
    booking = session.bookings.create(
        resource=sami,
        role=BookingRole.AMBASSADOR,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        created=AT,
    )
    declared = make_declaration()
    revisions = {head_counts.save_by_link(booking, declared, at=AT) for _ in range(2)}

    assert revisions == {2}
    assert head_counts.get_current_count(session).total == 25
    whose = HeadCount.objects.order_by("revision").values_list("declared_by", "declared_as")
    assert {*whose} == {(pia.user_id, None), (None, sami.pk)}


def test_unseen_count_of_another_person_is_not_replaced(planners, pia, session):
    sami = make_ambassador(planners.host, planners.people["pia"])
    booking = session.bookings.create(
        resource=sami,
        role=BookingRole.AMBASSADOR,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        created=AT,
    )
    head_counts.save_by_link(booking, make_declaration(seen_revision=0), at=AT)
    typed = Declaration(uuid4(), {("unknown", "f"): 7}, seen_revision=0)
    with pytest.raises(HeadCountConflict) as refused:
        head_counts.save(pia, session, typed, at=AT)

    assert refused.value.facts == {"theirs": 25, "yours": 7}
    assert refused.value.current_revision == head_counts.get_current_count(session).revision == 1
    head_counts.save(pia, session, replace(typed, seen_revision=1), at=AT)
    assert head_counts.get_current_count(session).total == 7


def test_own_count_is_corrected_from_a_page_that_has_not_seen_it(pia, session):
    for _ in range(2):  # the answer to the first was lost on its way
        head_counts.save(pia, session, make_declaration(seen_revision=0), at=AT)

    assert head_counts.get_current_count(session).revision == 2


@pytest.mark.parametrize("whose", ["nobody", "both"])
def test_database_requires_exactly_one_author_of_a_count(planners, session, whose):
    pia = planners.people["pia"]
    sami = make_ambassador(planners.host, pia)
    by = {"declared_by": pia, "declared_as": sami} if whose == "both" else {}
    with pytest.raises(IntegrityError, match="declared_by_one"):
        HeadCount.objects.create(
            session=session, revision=1, nonce=uuid4(), n=1, declared_at=AT, **by
        )


def test_pass_opens_one_session_for_three_days(pia, session):
    text = head_counts.make_pass(pia, session, at=AT)
    scope, found = head_counts.verify_pass(text, at=AT + timedelta(days=2))

    assert (scope.user_id, found) == (pia.user_id, session)
    with refuses("outreach_pass_over"):
        head_counts.verify_pass(text, at=AT + timedelta(days=3, seconds=1))


def test_pass_of_a_closed_account_is_refused(planners, pia, session):
    text = head_counts.make_pass(pia, session, at=AT)
    made = make_ambassador(planners.host, planners.people["pia"], planners.people["pia"])
    session.bookings.create(
        resource=made,
        role=BookingRole.AMBASSADOR,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        created=AT,
    )
    assert head_counts.verify_pass(text, at=AT)
    User.objects.filter(pk=pia.user_id).update(is_active=False, suspended_at=AT)

    with refuses("outreach_pass_account_closed"):
        head_counts.verify_pass(text, at=AT)


def test_pass_of_a_user_no_longer_booked_is_refused(planners, session):
    text = head_counts.make_pass(planners.scope("otto"), session, at=AT)

    with refuses("outreach_pass_not_yours"):
        head_counts.verify_pass(text, at=AT)


def test_count_before_the_start_or_after_cancellation_is_refused(pia, session):
    with refuses("outreach_count_not_on"):
        head_counts.save(pia, session, make_declaration(), at=AT - timedelta(seconds=1))
    session.cancelled_at = AT
    session.save(update_fields=["cancelled_at"])
    with refuses("outreach_count_not_on"):
        head_counts.save(pia, session, make_declaration(), at=AT)

    assert not HeadCount.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", "x", signing.dumps([str(uuid4())] * 2, salt="other")],
    ids=["nothing", "noise", "another salt"],
)
def test_forged_pass_is_refused(text):
    with refuses("outreach_pass_bad"):
        head_counts.verify_pass(text, at=AT)
