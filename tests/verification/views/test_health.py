import csv
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.directory.enums import Fact, Freshness, Status, Verdict
from protect.verification.health import views
from protect.verification.health.facts import store_health
from protect.verification.health.views import BAR_ORDER, STATE_LABELS, percent, percentages_of_total
from tests.vault.views.desk import words
from tests.verification.nights import NOW, checked, entry, locate

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def directory(db) -> None:
    """Malta with fresh, late and disputed facts; Ireland without checks."""
    first, second = entry("s1"), entry("s2", phone="")
    locate(first)
    checked(first, Fact.COST, NOW - 20 * DAY)
    checked(first, Fact.PHONE, NOW - 70 * DAY)
    checked(second, Fact.COST, NOW - DAY, verdict=Verdict.DISPUTED)
    entry("s3", "IE")
    entry("s4", "BE", status=Status.REVIEW)


def test_every_member_sees_the_health_of_each_country(staff, directory):
    page = words(staff.desk("rita").get("/directory/health"))

    assert "Malta" in page
    assert "Ireland" in page
    assert "Belgium" not in page  # it has no published service
    assert re.search(r"Malta 2 Fresh&nbsp; 7&nbsp;% .*Not checked yet&nbsp; 79&nbsp;%", page)
    assert "0 of 1 oldest 15 Sept 2026 median 20 days ago" in page


def test_health_page_filters_by_country(staff, directory):
    page = words(staff.desk("rita").get("/directory/health?country=IE"))

    assert "Ireland 1 " in page
    assert "Malta 2 " not in page


def test_health_page_of_an_empty_directory_explains_itself(staff):
    page = words(staff.desk("rita").get("/directory/health"))

    assert "No service is published yet" in page


def test_country_page_lists_facts_with_links_to_services(staff, directory):
    answer = staff.desk("rita").get("/directory/health/MT")

    assert "Cost" in words(answer)
    link = "/directory?country=MT&amp;status=published&amp;state={}"
    assert f'href="{link.format("disputed")}"' in answer.content.decode()
    assert link.format("fresh") not in answer.content.decode()
    assert "Free places" not in words(answer)  # no service has any


def test_country_without_services_shows_a_message_and_unknown_country_is_404(staff):
    desk = staff.desk("rita")

    assert "No service is published yet" in words(desk.get("/directory/health/BE"))
    assert desk.get("/directory/health/XX").status_code == 404


def test_last_weeks_are_shown_as_a_line_and_as_text(staff, directory):
    for weeks in (1, 3, 13):
        store_health(at=NOW - weeks * WEEK)
    store_health(at=NOW)

    answer = staff.desk("rita").get("/directory/health/MT")
    listed = staff.desk("rita").get("/directory/health")

    assert listed.content.decode().count("<polyline") == 2
    assert "3 Nov 2026 14&nbsp;% 17 Nov 2026 7&nbsp;% 24 Nov 2026 7&nbsp;%" in words(answer)


def test_health_csv_contains_codes(staff, directory):
    answer = staff.desk("rita").get("/directory/health.csv")

    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert answer.headers["Content-Disposition"].endswith('"health-2026-11-24.csv"')
    assert {"day": "2026-11-24", "country": "MT", "fact": "cost", "freshness": "fresh"}.items() <= (
        next(row for row in rows if row["freshness"] == "fresh").items()
    )
    assert "Demo" not in answer.content.decode()


def test_health_page_queries_do_not_depend_on_the_number_of_services(
    staff, directory, django_assert_max_num_queries
):
    for number in range(40):
        checked(entry(f"n{number}"), Fact.COST)
    desk = staff.desk("rita")

    with django_assert_max_num_queries(30):
        desk.get("/directory/health")


@pytest.mark.parametrize(
    ("number", "total", "expected"),
    [(0, 9, 0), (9, 9, 100), (1, 999, 1), (998, 999, 99), (1, 2, 50)],
)
def test_percent_is_0_or_100_only_if_exact(number, total, expected):
    assert percent(number, total) == expected


def test_bar_segments_add_up_to_the_bar_width():
    parts = views.bar_segments({Freshness.FRESH: 1, Freshness.DUE: 1, Freshness.UNVERIFIED: 1})

    assert sum(part.width for part in parts) == pytest.approx(views.BAR_WIDTH, abs=0.05)
    assert [part.state for part in parts] == [state.value for state in BAR_ORDER]
    assert views.bar_segments({}) == []


def test_every_freshness_has_a_label_and_a_position_in_the_bar():
    assert set(BAR_ORDER) == set(Freshness) == set(STATE_LABELS)


def test_line_skips_weeks_without_figures():
    assert views.line_points([0, None, 100]) == "3.0,25.0 117.0,3.0"
    assert views.line_points([50]) == ""


@pytest.mark.parametrize(
    ("numbers", "shares"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([1, 1, 1, 1, 1, 1], [17, 17, 17, 17, 16, 16]),
        ([995, 5, 0], [99, 1, 0]),
        ([1000, 1, 1, 1], [97, 1, 1, 1]),
        ([0, 7, 0], [0, 100, 0]),
        ([0, 0], [0, 0]),
    ],
)
def test_percentages_use_the_largest_remainder(numbers, shares):
    assert percentages_of_total(numbers) == shares


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_percentages_add_up_to_100_and_hide_no_positive_number(numbers):
    found = percentages_of_total(numbers)

    assert sum(found) == (100 if any(numbers) else 0)
    assert [share > 0 for share in found] == [number > 0 for number in numbers]
    assert all(
        (share == 100) == (number == sum(numbers) > 0)
        for share, number in zip(found, numbers, strict=True)
    )
