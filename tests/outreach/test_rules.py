"""Required fields of a request, its deadline, and lone beginners."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from protect.outreach.enums import RequestState, Setting
from protect.outreach.rules import (
    find_missing_fields,
    get_request_deadline,
    get_urgency_group,
    leaves_beginner_alone,
)

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("setting", "needed"),
    [
        ("school", "class_level teacher_present safeguarding_lead accepts_protocol"),
        ("reception_centre", "languages has_private_room"),
        ("community", ""),
        ("survivors", ""),
        ("lgbtqi", ""),
    ],
)
def test_each_setting_has_its_own_required_fields(setting, needed):
    names = tuple(needed.split())

    assert find_missing_fields(Setting(setting), {}) == names
    assert find_missing_fields(Setting(setting), dict.fromkeys(names, True)) == ()


def test_required_yes_is_missing_if_answered_with_no():
    known = {"class_level": "a", "safeguarding_lead": "b", "accepts_protocol": True}

    assert find_missing_fields(Setting.SCHOOL, known | {"teacher_present": False}) == (
        "teacher_present",
    )


@pytest.mark.parametrize("state", list(RequestState))
def test_only_received_and_agreed_requests_have_a_deadline(state):
    due = get_request_deadline(state, AT)

    assert (due is None) == (state not in {RequestState.RECEIVED, RequestState.AGREED})


@pytest.mark.parametrize(("hours", "group"), [(0, "overdue"), (1, "today"), (49, "soon")])
def test_late_requests_come_first(hours, group):
    assert get_urgency_group(AT + timedelta(hours=hours), AT) == group


@given(
    st.sets(st.integers(0, 5), max_size=4),
    st.sets(st.integers(0, 5)),
    st.integers(0, 3),
)
def test_beginner_is_alone_only_without_other_holders(ambassadors, experienced, others):
    alone = leaves_beginner_alone(ambassadors, experienced, others)

    has_beginner = bool(ambassadors - experienced)
    assert alone == (has_beginner and len(ambassadors) == 1 and others == 0)
