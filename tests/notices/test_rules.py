from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from protect.notices import rules
from protect.notices.enums import Failure, Template

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FAILURES = st.sampled_from([*Failure.values, "smtp_451", "smtp_550"])
LINK = "https://desk.example.org/"


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 1440), (7, 1440)]
)
def test_the_delay_grows_to_a_day_and_no_further(tries, minutes):
    assert rules.retry_delay(tries, "smtp_451") == timedelta(minutes=minutes)


@given(st.integers(1, 1000), FAILURES)
def test_a_later_try_never_waits_less(tries, failure):
    assert rules.retry_delay(tries + 1, failure) >= rules.retry_delay(tries, failure)


@given(st.integers(1, 1000), st.sampled_from(sorted(rules.MAYBE_DELIVERED)))
def test_mail_that_may_have_arrived_is_not_retried_within_a_lease(tries, failure):
    assert rules.retry_delay(tries, failure) >= rules.LEASE_DURATION


def test_there_is_no_delay_before_the_first_try():
    with pytest.raises(ValueError, match=r"^tries begin at 1$"):
        rules.retry_delay(0, Failure.TIMEOUT)


def test_retry_period_ends_exactly_after_fourteen_days():
    assert not rules.is_retry_period_over(AT, AT + timedelta(days=14, microseconds=-1))
    assert rules.is_retry_period_over(AT, AT + timedelta(days=14))


def test_times_and_lengths_are_those_written_down():
    assert timedelta(minutes=10) == rules.LEASE_DURATION
    assert timedelta(days=30) == rules.ADDRESS_RETENTION
    assert timedelta(hours=1) == rules.LATE_AFTER
    assert (rules.ADDRESS_LENGTH, rules.LINK_LENGTH) == (254, 600)


@given(FAILURES)
def test_mail_is_tried_often_before_it_is_given_up(failure):
    at, tries = AT, 0
    while not rules.is_retry_period_over(AT, at):
        tries += 1
        at += rules.retry_delay(tries, failure)

    assert tries >= 18
    assert timedelta(days=14) <= at - AT <= timedelta(days=15)


@pytest.mark.parametrize(
    "link", ["desk", "javascript:x", "https://a b", "https://a\n", LINK + "a" * (601 - len(LINK))]
)
def test_invalid_link_is_refused(link):
    why = r"^a link is one http\(s\) address without blanks, not too long$"

    with pytest.raises(ValueError, match=why):
        rules.must_have_web_address_if_needed(link, Template.ADMITTED)


@pytest.mark.parametrize("link", ["http://127.0.0.1:8000/x", LINK + "a" * (600 - len(LINK))])
def test_a_link_may_be_plain_at_home_and_600_letters_long(link):
    assert rules.must_have_web_address_if_needed(link, Template.ADMITTED) is None


@pytest.mark.parametrize("template", list(Template))
def test_only_some_templates_require_a_link(template):
    rules.must_have_web_address_if_needed(LINK, template)
    if template not in rules.TEMPLATES_THAT_NEED_LINK:
        rules.must_have_web_address_if_needed("", template)
        return
    with pytest.raises(ValueError, match="needs a link"):
        rules.must_have_web_address_if_needed("", template)


def test_mail_to_an_erased_person_has_the_code_of_the_table():
    assert rules.ERASED_FAILURE_CODE == "erased"
