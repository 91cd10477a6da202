"""“I am here” is only a claim: one for each half day, refused with words, confirmed by staff."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.trainings.attendance.actions import attendance, check_in
from protect.trainings.attendance.actions.attendance import Noted
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.errors import CodeEarly, CodeOver, CodeUnknown, ExcuseLate
from protect.trainings.attendance.models import Attendance, AttendanceClaim
from protect.trainings.attendance.shares import shares_of
from protect.trainings.registrations.actions import decisions
from tests.trainings.attending import MINUTES, during, first, noted, seated
from tests.trainings.planning import AT


@pytest.fixture
def edition(planners):
    return seated(planners.host)[0]


@pytest.fixture
def people(edition):
    return [*edition.registrations.order_by("applied_at")]


def test_a_claim_counts_nothing_until_staff_confirm_it(planners, edition, people):
    session = first(edition)
    at = during(session)
    check_in.claim(people[0], check_in.code_now(session, at=at), uuid4(), at=at)
    assert not Attendance.objects.exists()
    assert shares_of(edition, [people[0].pk])[people[0].pk].percentage == 0
    check_in.confirm_claims(planners.scope("tom"), session, at=at)

    assert noted(session) == {people[0].pk: (AttendanceState.PRESENT, MINUTES)}
    assert Attendance.objects.get().method == AttendanceMethod.CLAIM


def test_a_claim_of_who_was_noted_absent_changes_nothing(planners, edition, people):
    session, tom = first(edition), planners.scope("tom")
    at = during(session)
    said = [Noted(people[0].pk, AttendanceState.ABSENT)]
    attendance.note(tom, session, said, AttendanceMethod.LIST, at=at)
    check_in.claim(people[0], check_in.code_now(session, at=at), uuid4(), at=at)
    check_in.confirm_claims(tom, session, at=at)

    assert noted(session) == {people[0].pk: (AttendanceState.ABSENT, 0)}


def test_the_same_form_twice_and_a_second_scan_are_one_claim(edition, people):
    session, nonce = first(edition), uuid4()
    at = during(session)
    for key in (nonce, nonce, uuid4()):
        check_in.claim(people[0], check_in.code_now(session, at=at), key, at=at)

    assert AttendanceClaim.objects.count() == 1


@pytest.mark.parametrize(
    ("shown", "typed", "refusal"),
    [
        (-40, -40, CodeEarly),
        (5, 10, CodeOver),
        (5, None, CodeUnknown),
    ],
)
def test_early_old_and_forged_codes_are_refused_and_nothing_is_kept(
    edition, people, shown, typed, refusal
):
    session = first(edition)
    code = check_in.code_now(session, at=during(session, shown)) if typed else "bcdfgh"
    with pytest.raises(refusal):
        check_in.claim(people[0], code, uuid4(), at=during(session, typed or 5))

    assert not AttendanceClaim.objects.exists()


def test_a_code_of_another_training_is_unknown(planners, edition, people):
    other = first(seated(planners.host)[0])
    at = during(other)
    with pytest.raises(CodeUnknown):
        check_in.claim(people[0], check_in.code_now(other, at=at), uuid4(), at=at)

    assert not AttendanceClaim.objects.exists()


def test_who_has_no_seat_claims_nothing(edition, people):
    session = first(edition)
    at = during(session)
    decisions.withdraw(people[0], at=AT)
    people[0].refresh_from_db()
    with pytest.raises(CodeUnknown):
        check_in.claim(people[0], check_in.code_now(session, at=at), uuid4(), at=at)

    assert not AttendanceClaim.objects.exists()


def test_by_an_address_nobody_learns_whose_it_is(edition, people):
    session = first(edition)
    at = during(session)
    code = check_in.code_now(session, at=at)
    assert check_in.claim_by_address("nobody@demo.example", code, uuid4(), at=at) is None
    assert not AttendanceClaim.objects.exists()
    check_in.claim_by_address(people[1].participant.email.upper(), code, uuid4(), at=at)

    assert AttendanceClaim.objects.get().registration == people[1]


def test_an_excuse_is_said_beforehand_and_confirmed(planners, edition, people):
    session = first(edition)
    check_in.excuse(people[0], session, uuid4(), at=AT)
    check_in.confirm_claims(planners.scope("pia"), session, at=AT)
    with pytest.raises(ExcuseLate):
        check_in.excuse(people[1], session, uuid4(), at=session.starts_at)

    assert noted(session) == {people[0].pk: (AttendanceState.EXCUSED, 0)}


def test_who_excused_themselves_and_came_is_there(planners, edition, people):
    session = first(edition)
    at = during(session)
    check_in.excuse(people[0], session, uuid4(), at=AT)
    check_in.claim(people[0], check_in.code_now(session, at=at), uuid4(), at=at)
    check_in.confirm_claims(planners.scope("pia"), session, at=at)

    assert noted(session) == {people[0].pk: (AttendanceState.PRESENT, MINUTES)}


@pytest.mark.parametrize("name", ["otto", "chidi"])
def test_only_staff_of_the_host_confirm(planners, edition, people, name):
    session = first(edition)
    check_in.excuse(people[0], session, uuid4(), at=AT)
    with pytest.raises(PermissionDenied):
        check_in.confirm_claims(planners.scope(name), session, at=AT)

    assert noted(session) == {}


def test_the_page_of_a_room_opens_by_our_token_alone(edition):
    session = first(edition)
    token = check_in.room_token(session)

    assert check_in.session_of(token) == session.pk
    assert check_in.session_of(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert check_in.session_of(session.pk.hex) is None
    assert check_in.code_now(session, at=AT) != check_in.code_now(
        session, at=AT + timedelta(minutes=1)
    )
