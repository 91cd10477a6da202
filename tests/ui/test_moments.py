from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given, strategies as st

from protect.kernel.text import LRI, PDI
from protect.ui import moments

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_brussels():
    with timezone.override(ZoneInfo("Europe/Brussels")), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("away", "short"),
    [
        (timedelta(seconds=5), "in 1 minute"),
        (timedelta(minutes=-7), "7 minutes ago"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(hours=-47), "2 days ago"),
    ],
)
def test_within_48_hours_a_moment_is_relative(away, short):
    said = moments.moment_text(NOW + away, NOW)

    assert (said.short, said.is_relative) == (short, True)


@pytest.mark.parametrize(("days", "short"), [(2, "3 Jul 2026"), (-2, "29 Jun 2026")])
def test_from_48_hours_on_it_is_the_day(days, short):
    said = moments.moment_text(NOW + timedelta(days=days), NOW)

    assert (said.short, said.is_relative) == (short, False)


def test_exact_text_names_the_minute_and_the_zone():
    assert moments.moment_text(NOW, NOW).exact == f"1 Jul 2026, {LRI}14:00 CEST{PDI}"


@pytest.mark.parametrize(
    ("begin", "minutes", "said"),
    [
        (NOW, 210, f"Wed 1 Jul 2026, {LRI}14:00{PDI} – {LRI}17:30 CEST{PDI}"),
        (
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            90,
            f"Sun 25 Oct 2026, {LRI}02:30 CEST{PDI} – {LRI}03:00 CET{PDI}",
        ),
        (
            datetime(2026, 7, 1, 20, tzinfo=UTC),
            180,
            f"1 Jul 2026, {LRI}22:00 CEST{PDI} – 2 Jul 2026, {LRI}01:00 CEST{PDI}",
        ),
    ],
)
def test_a_span_names_both_zones_where_the_clock_changes(begin, minutes, said):
    assert moments.span_text(begin, begin + timedelta(minutes=minutes)) == said


def test_day_is_that_of_the_time_zone():
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert moments.exact_text(late).startswith("2 Jul 2026")


def test_a_day_has_no_hour_and_is_never_relative():
    said = moments.moment_text(date(2026, 7, 1), NOW)

    assert said == moments.MomentText("1 Jul 2026", "1 Jul 2026", is_relative=False)


@pytest.mark.parametrize(
    ("tag", "short"), [("de", "vor 2 Stunden"), ("ar", "قبل ساعتين"), ("mt", "sagħtejn ilu")]
)
def test_moment_is_in_the_language_of_the_page(tag, short):
    with translation.override(tag):
        assert moments.moment_text(NOW - timedelta(hours=2), NOW).short == short


@pytest.mark.parametrize("tag", ["ar", "ckb", "fa", "ps", "ur"])
def test_day_and_hour_are_separated_by_the_comma_of_the_script(tag):
    with translation.override(tag):
        assert f"، {LRI}14:00 CEST{PDI}" in moments.exact_text(NOW)
        assert f"، {LRI}14:00{PDI} – " in moments.span_text(NOW, NOW + timedelta(hours=1))


def test_a_language_without_a_locale_gets_english():
    assert moments.locale_of("xx-unknown") == moments.locale_of("en")


@given(st.integers(min_value=-(10**7), max_value=10**7))
def test_it_is_relative_exactly_when_it_is_near(seconds):
    away = timedelta(seconds=seconds)

    assert moments.moment_text(NOW + away, NOW).is_relative == (abs(away) < moments.RELATIVE_WITHIN)
