from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, strategies as st

from protect.directory import rules
from protect.directory.enums import Fact, Freshness, Method, Status, StatusChange, Verdict
from protect.directory.protection import address_patterns
from protect.directory.rules import CheckSummary, PhoneCheck
from tests.refusals import refuses

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)
ORDER = [Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE, Freshness.EXPIRED]


def check(days_ago, verdict=Verdict.CONFIRMED, interval=60):
    at = NOW - days_ago * DAY
    return CheckSummary(verdict, at, at + interval * DAY)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (0, Freshness.FRESH),
        (59, Freshness.FRESH),
        (60, Freshness.DUE),
        (90, Freshness.DUE),  # thirty days late
        (91, Freshness.OVERDUE),
        (179, Freshness.OVERDUE),
        (180, Freshness.EXPIRED),  # three intervals
        (4000, Freshness.EXPIRED),
    ],
)
def test_confirmed_fact_ages_from_fresh_to_expired(days_ago, expected):
    assert rules.freshness(Fact.LANGUAGES, [check(days_ago)], NOW) is expected


def test_fact_without_checks_is_unverified():
    assert rules.freshness(Fact.PHONE, [], NOW) is Freshness.UNVERIFIED


def test_changed_fact_is_as_fresh_as_a_confirmed_one():
    assert rules.freshness(Fact.PHONE, [check(1, Verdict.CHANGED)], NOW) is Freshness.FRESH


def test_fact_with_a_short_interval_expires_before_it_is_overdue():
    assert rules.freshness(Fact.PHONE, [check(30, interval=10)], NOW) is Freshness.EXPIRED


@pytest.mark.parametrize(("hours", "expected"), [(23, "fresh"), (24, "expired"), (25, "expired")])
def test_capacity_is_unknown_as_soon_as_it_expires(hours, expected):
    at = NOW - timedelta(hours=hours)
    seen = CheckSummary(Verdict.CONFIRMED, at, at + DAY)

    assert rules.freshness(Fact.CAPACITY, [seen], NOW) == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["disputed", "confirmed"], Freshness.DISPUTED),
        (["confirmed", "disputed"], Freshness.FRESH),  # somebody settled it
        (["not_reached", "confirmed"], Freshness.FRESH),  # one failed call proves nothing
        (["not_reached", "disputed", "confirmed"], Freshness.DISPUTED),
        (["not_reached"], Freshness.UNVERIFIED),
        (["not_reached", "not_reached", "confirmed"], Freshness.EXPIRED),
        (["not_reached", "not_reached"], Freshness.EXPIRED),
        (["not_reached", "confirmed", "not_reached"], Freshness.FRESH),  # not in a row
        (["confirmed", "not_reached", "not_reached"], Freshness.FRESH),
        (["edited", "confirmed"], Freshness.UNVERIFIED),  # what was confirmed is not there now
        (["confirmed", "edited"], Freshness.FRESH),
        (["not_reached", "edited", "not_reached"], Freshness.UNVERIFIED),  # of another number
        (["not_reached", "not_reached", "edited"], Freshness.EXPIRED),
    ],
)
def test_newest_verdicts_decide_the_freshness(verdicts, expected):
    checks = [check(days_ago, verdict) for days_ago, verdict in enumerate(verdicts)]

    assert rules.freshness(Fact.PHONE, checks, NOW) is expected


@given(st.sampled_from(Fact), st.integers(1, 90), st.integers(0, 1000), st.integers(0, 1000))
def test_freshness_never_improves_with_time(fact, interval, sooner, later):
    seen = [CheckSummary(Verdict.CONFIRMED, NOW, NOW + interval * DAY)]
    first, last = sorted([sooner, later])

    before, after = (rules.freshness(fact, seen, NOW + days * DAY) for days in (first, last))

    assert ORDER.index(before) <= ORDER.index(after)


@given(st.lists(st.sampled_from(Verdict), max_size=6))
def test_fact_is_unverified_only_without_a_successful_check(verdicts):
    checks = [check(days_ago, verdict) for days_ago, verdict in enumerate(verdicts)]
    since = verdicts[: verdicts.index("edited")] if "edited" in verdicts else verdicts
    succeeded = {Verdict.CONFIRMED, Verdict.CHANGED, Verdict.DISPUTED} & set(since)

    state = rules.freshness(Fact.COST, checks, NOW)

    assert (state is Freshness.UNVERIFIED) == (not succeeded and len(since) < 2)


def test_weaker_method_shortens_the_interval():
    assert rules.next_check_time(NOW, 60 * DAY, 0.5) == NOW + 30 * DAY


@pytest.mark.parametrize(
    ("days", "weight"), [(91, 1.0), (0, 1.0), (-1, 1.0), (60, 0.0), (60, 1.1), (60, -0.5)]
)
def test_next_check_time_refuses_values_out_of_bounds(days, weight):
    with pytest.raises(ValueError, match="within 90 days"):
        rules.next_check_time(NOW, days * DAY, weight)


@pytest.mark.parametrize(("days", "expected"), [(0, 0.8), (60, 0.4), (120, 0.2)])
def test_confidence_is_halved_with_every_interval(days, expected):
    assert rules.confidence(0.8, days * DAY, 60 * DAY) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("status", "move", "expected"),
    [
        ("draft", "submit", "review"),
        ("review", "publish", "published"),
        ("published", "suspend", "suspended"),
        ("suspended", "resume", "published"),
        ("suspended", "withdraw", "withdrawn"),
    ],
)
def test_allowed_status_changes(status, move, expected):
    assert rules.next_status(Status(status), StatusChange(move)) == expected


@pytest.mark.parametrize(
    ("status", "move"),
    [pair for pair in product(Status, StatusChange) if pair not in rules.STATUS_AFTER_CHANGE],
)
def test_other_status_changes_are_refused(status, move):
    with refuses("service_move_not_allowed") as refusal:
        rules.next_status(status, move)

    assert refusal.value.code == "service_move_not_allowed"
    assert refusal.value.facts == {"status": status.value, "move": move.value}
    assert f"“{move.label}” is not possible" in refusal.value.text()
    assert f"“{status.label}”" in refusal.value.text()


CALLED = PhoneCheck(Verdict.CONFIRMED, Method.CALL, has_two_people=True)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([CALLED], True),
        ([CALLED._replace(verdict=Verdict.CHANGED)], True),
        ([], False),
        ([CALLED._replace(has_two_people=False)], False),
        ([CALLED._replace(method=Method.WEB)], False),
        ([CALLED._replace(verdict=Verdict.DISPUTED), CALLED], False),
        ([CALLED._replace(verdict=Verdict.NOT_REACHED), CALLED], False),
        ([CALLED, CALLED._replace(verdict=Verdict.DISPUTED)], True),
        ([CALLED._replace(has_two_people=False), CALLED], True),  # heard once more, by one
        ([CALLED._replace(method=Method.PROVIDER, has_two_people=False), CALLED], True),
        ([CALLED._replace(verdict=Verdict.CHANGED, has_two_people=False), CALLED], False),
        ([CALLED._replace(verdict=Verdict.EDITED), CALLED], False),
    ],
)
def test_number_is_call_tested_by_a_call_of_two_people(checks, expected):
    assert rules.is_call_tested(checks) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Come to Demo Street 5, second floor.", "Come to …, second floor."),
        ("Come to demo  street 5.", "Come to …."),
        ("The house at 1234 AB.", "The house at …."),
        ("We are 5 people.", "We are 5 people."),
    ],
)
def test_address_parts_are_replaced_in_a_text(text, expected):
    assert (
        address_patterns.replace_address_parts(text, {"Demo Street 5", "1234 AB", "5"}) == expected
    )
