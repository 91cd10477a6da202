"""Two parsers read the feed of random editions in any zone and see each change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.trainings.editions.actions import plan as actions_plan
from protect.trainings.editions.actions.plan import SessionPlan
from protect.trainings.registrations.actions import calendar_feed
from protect.trainings.scheduling import feeds
from protect.trainings.scheduling.models import Edition
from tests.examples import examples
from tests.trainings.planning import AT, make_course, make_edition, make_session
from tests.trainings.registrations.test_decisions import come
from tests.trainings.scheduling.calendars.linter import lint
from tests.trainings.scheduling.calendars.meetings import TEXTS, ZONES
from tests.trainings.scheduling.calendars.test_writer import by_icalendar, by_vobject

FIRST = datetime(2026, 3, 27, 22, tzinfo=UTC)  # two nights before clocks go forward
STARTS = st.one_of(st.integers(0, 60 * 60), st.integers(211 * 24 * 60, 213 * 24 * 60))
LENGTHS = st.integers(1, 600)  # minutes


def session_plan(edition: Edition, start: int, length: int) -> SessionPlan:
    begins = FIRST + timedelta(minutes=start)
    return SessionPlan(begins, begins + timedelta(minutes=length), edition.zone)


def told(edition: Edition, row) -> list[bytes]:
    found = [
        feeds.write_public_calendar([edition], "fr", has_titles=True, at=FIRST),
        calendar_feed.registration_calendar(row, "ar", has_titles=True, at=FIRST),
    ]
    for whole in found:
        assert lint(whole) == []
        ours = {
            str(session.pk): (session.starts_at, session.ends_at)
            for session in edition.sessions.order_by("number")
        }
        assert by_icalendar(whole) == by_vobject(whole) == ours
    return found


def numbers(whole: bytes) -> dict[str, int]:
    """Return the number of changes of each session."""
    unfolded = whole.decode().replace("\r\n ", "").split("\r\n")
    uids = [line.partition(":")[2] for line in unfolded if line.startswith("UID")]
    changes = [int(line.partition(":")[2]) for line in unfolded if line.startswith("SEQUENCE")]
    return dict(zip(uids, changes, strict=True))


@pytest.mark.django_db
@settings(
    max_examples=examples(13),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    zone=st.sampled_from(ZONES),
    title=TEXTS,
    days=st.lists(st.tuples(STARTS, LENGTHS), min_size=1, max_size=4),
    later=st.lists(
        st.tuples(st.integers(0, 3), st.none() | st.tuples(STARTS, LENGTHS)), max_size=3
    ),
)
def test_two_parsers_read_any_edition_and_changes_raise_the_sequence(
    planners, zone, title, days, later
):
    """`later`: which session moves, and when to; None cancels it."""
    with transaction.atomic():
        course = make_course(planners.host, title=f"Demo {title}"[:200].replace("\x00", ""))
        edition = make_edition(
            planners.host, sessions=0, course_version=course, zone=zone, is_listed=True
        )
        for number, (start, length) in enumerate(days, 1):
            plan = session_plan(edition, start, length)
            make_session(edition, number, plan.starts_at, plan.ends_at)
        row = come(edition, at=FIRST)  # before all of it is over
        before = told(edition, row)
        for which, when in later:
            session = edition.sessions.order_by("number")[which % len(days)]
            if session.cancelled_at is not None:
                continue
            if when is None:
                actions_plan.cancel_session(planners.scope("pia"), session, at=AT)
            else:
                moved = session_plan(edition, *when)
                actions_plan.move_session(
                    planners.scope("pia"), session, moved, at=AT, reason="Demo"
                )
            edition.refresh_from_db()
            after = told(edition, row)
            for old, new in zip(map(numbers, before), map(numbers, after), strict=True):
                assert new[str(session.pk)] > old[str(session.pk)]
                assert all(new[uid] >= number for uid, number in old.items())
            before = after
        transaction.set_rollback(True)
