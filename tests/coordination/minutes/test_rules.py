from datetime import UTC, date, datetime, timedelta

import pytest

from protect.coordination.minutes import rules

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("held", "approving", "allowed"),
    [
        (NOW - 7 * DAY, NOW - DAY, True),
        (NOW - 7 * DAY, NOW, True),  # it begins now
        (NOW - 7 * DAY, NOW + DAY, False),  # has not begun
        (NOW - DAY, NOW - 7 * DAY, False),  # an earlier meeting
        (NOW - DAY, NOW - DAY, False),  # the same
    ],
)
def test_minutes_are_approved_at_a_later_meeting_that_has_begun(held, approving, allowed):
    assert rules.may_approve_there(held, approving, NOW) is allowed


@pytest.mark.parametrize(
    ("days", "reminded", "expected"),
    [
        (8, None, False),
        (7, None, True),
        (7, 0, False),  # reminded today
        (2, 6, False),
        (1, 7, True),
        (-30, 7, True),  # overdue
        (-30, None, True),
    ],
)
def test_an_owner_is_reminded_a_week_before_and_then_weekly(days, reminded, expected):
    reminded_on = None if reminded is None else TODAY - reminded * DAY

    assert rules.must_remind(TODAY + days * DAY, reminded_on, TODAY) is expected


@pytest.mark.parametrize(("days", "group"), [(-1, "overdue"), (0, "today"), (1, "soon")])
def test_urgency_of_an_action(days, group):
    assert rules.urgency(TODAY + days * DAY, TODAY) == group
