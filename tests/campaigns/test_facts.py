"""Figures of campaigns equal a count by hand."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.campaigns.base.enums import MaterialKind
from protect.campaigns.distribution import actions as log
from protect.campaigns.distribution.actions import Given
from protect.campaigns.distribution.models import Distribution
from protect.campaigns.facts import FACTS
from protect.trainings.base.facts import FactQuery
from tests.campaigns.campaigners import AT, make_campaign, make_file, make_material, reach_values

pytestmark = pytest.mark.django_db
YEAR = FactQuery(date(2026, 1, 1), date(2027, 1, 1), AT + timedelta(days=400))
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["fr", "ti"]),
        st.integers(0, 30),
        st.dates(date(2025, 12, 1), date(2027, 1, 31)),
        st.booleans(),
    ),
    max_size=8,
)


def figures(name: str, query: FactQuery = YEAR) -> dict[tuple[str, ...], float]:
    return {cell: value.numerator for cell, value in FACTS[name](query).cells.items()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ENTRIES)
def test_copies_equal_a_count_by_hand(cast, entries):
    Distribution.objects.update(copies=0)  # of the example before
    material = make_material(cast, kind=MaterialKind.LEAFLET)
    files = {tag: make_file(cast, material, language_id=tag) for tag in ("fr", "ti")}
    expected: Counter[tuple[str, ...]] = Counter()
    for tag, copies, day, is_corrected in entries:
        given = Given(copies, day, "Demo centre", "Demo reason")
        entry = log.distribute(cast.scope(), files[tag], given, at=AT)
        if is_corrected:
            log.correct_distribution(
                cast.scope(), entry, Given(copies + 1, day, "Demo", "Demo"), at=AT
            )
        if day.year == 2026:
            expected["SI", tag, "leaflet", f"{day:%Y-%m}"] += copies + is_corrected

    found = {cell: number for cell, number in figures("campaigns.copies").items() if number}

    assert found == {cell: number for cell, number in expected.items() if number}


def test_a_figure_is_as_of_a_moment(cast):
    file = make_file(cast, make_material(cast))
    given = Given(5, date(2026, 12, 1), "Demo centre", "Demo reason")
    entry = log.distribute(cast.scope(), file, given, at=AT)
    later = AT + timedelta(days=1)
    corrected = Given(3, given.day, given.place, "Counted again")
    log.correct_distribution(cast.scope(), entry, corrected, at=later)

    cell = ("SI", "fr", "poster", "2026-12")
    before = FactQuery(YEAR.starts, YEAR.ends, AT)
    assert figures("campaigns.copies", before) == {cell: 5}
    assert figures("campaigns.copies") == {cell: 3}


def test_reach_is_told_by_country_and_method_and_a_correction_counts_once(cast):
    campaign = make_campaign(cast)
    entry = log.record_reach(cast.scope(), campaign, reach_values(), at=AT)
    log.correct_reach(cast.scope(), entry, reach_values(people=8000), at=AT)
    heads = reach_values(people=40) | {"method": "head_count"}
    log.record_reach(cast.scope(), campaign, heads, at=AT)

    assert figures("campaigns.reach") == {("SI", "head_count"): 40, ("SI", "listeners"): 8000}


def test_a_query_for_another_country_finds_nothing(cast):
    log.record_reach(cast.scope(), make_campaign(cast), reach_values(), at=AT)
    query = FactQuery(YEAR.starts, YEAR.ends, YEAR.at, frozenset({"BE"}))

    assert figures("campaigns.reach", query) == {}
