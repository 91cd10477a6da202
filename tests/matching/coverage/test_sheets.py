import random
from dataclasses import replace
from uuid import UUID

import numpy as np
from hypothesis import example, given, settings, strategies as st

from protect.directory.enums import Mode
from protect.matching.coverage.atlas import persons
from protect.matching.coverage.atlas.distances import is_within_reach
from protect.matching.coverage.atlas.slices import Gap, ReportAxes, SliceKey, compute_lines
from protect.matching.engine import Engine
from protect.matching.services.rows import LanguageOffer, Point, ServedArea
from protect.reference import vocabulary
from tests.examples import examples
from tests.matching import cast, generate, pools
from tests.matching.coverage import slice_oracle

TOWNS = generate.settlements("MT", "SI")
LANDS = {country: slice_oracle.make_settlements(country, TOWNS) for country in ("MT", "SI")}
SEEDS = st.integers(0, 10**6)
NEEDS = [need.code for need in vocabulary.needs().values() if need.categories]
VICTORIA, BIRKIRKARA = 2562619, 2563191  # GeoNames
ASKED = ReportAxes(["", *pools.SPOKEN][:8], list(persons.person_types()))


def drawn(seed, count, towns=TOWNS):
    return list(generate.rows(generate.draw(count, seed, at=slice_oracle.AT, among=towns)))


def which(seed):
    chance = random.Random(seed)
    person = chance.choice(list(persons.person_types()))
    return SliceKey(
        chance.choice(["MT", "SI"]), chance.choice(NEEDS), chance.choice(["", "ar"]), person
    )


@settings(max_examples=examples(6), deadline=None)
@given(seed=SEEDS, count=st.integers(0, 120), country=st.sampled_from(["MT", "SI"]))
@example(seed=31, count=60, country="SI")  # two slices, each with one site of its own
@example(seed=1479, count=34, country="SI")
def test_a_report_has_the_figures_of_each_slice(seed, count, country):
    snapshot = Engine(drawn(seed, count), 1).snapshot
    need = random.Random(seed).choice(NEEDS)

    lines = compute_lines(snapshot, LANDS[country], need, ASKED, slice_oracle.AT)

    assert len(lines) == len(ASKED.languages) * len(ASKED.persons)
    for line in lines[:: 1 + seed % 7]:
        cut = SliceKey(country, need, line.language, line.person)
        assert (
            slice_oracle.compute_slice(snapshot, LANDS[country], cut, slice_oracle.AT, 1).figures
            == line.figures
        )


def test_each_slice_of_a_sheet_counts_its_own_nearest_whatever_the_order_of_the_sites():
    """Anyone is nearest to the second service; whoever speaks Arabic can use only the first."""
    far, near = (
        cast.service(
            number,
            country="MT",
            points=(Point(latitude, 14.4, "Demo"),),
            areas=(ServedArea("MT"),),
            languages=(LanguageOffer(tag),),
        )
        for number, latitude, tag in ((1, 37.5, "ar"), (2, 35.9, "mt"))
    )
    snapshot = Engine([far, near], 1).snapshot

    lines = compute_lines(
        snapshot, LANDS["MT"], "talk", ReportAxes(["", "ar"], ["anyone"]), slice_oracle.AT
    )

    anyone, arabic = (line.figures for line in lines)
    assert (anyone.fits, arabic.fits) == (len(LANDS["MT"]), 0)
    assert anyone.median_metres < 20_000 < arabic.median_metres


@settings(max_examples=examples(13), deadline=None)
@given(seed=SEEDS, count=st.integers(0, 40))
def test_figures_are_what_one_counts_by_hand(seed, count):
    cut = which(seed)
    coverage_slice = slice_oracle.slice_of_rows(drawn(seed, count), LANDS[cut.country], cut)
    figures = coverage_slice.figures

    gaps = coverage_slice.gaps.tolist()
    people = coverage_slice.settlements.population.tolist()
    counts = [gaps.count(each) for each in Gap]
    assert counts == [figures.fits, figures.asks, figures.beyond, figures.nothing]
    assert figures.settlements == len(gaps) == sum(counts)
    assert figures.gap_people == sum(
        each for each, gap in zip(people, gaps, strict=True) if gap >= Gap.BEYOND
    )
    assert figures.ask_people == sum(
        each for each, gap in zip(people, gaps, strict=True) if gap == Gap.ASK
    )
    ways = np.where(
        coverage_slice.fits < coverage_slice.asks,
        coverage_slice.fits_metres,
        coverage_slice.asks_metres,
    ).tolist()
    ordered = sorted(10**9 if far < 0 else far for far in ways)
    middle = ordered[(len(ordered) - 1) // 2]
    assert figures.median_metres == (None if middle == 10**9 else middle)


@settings(max_examples=examples(20), deadline=None)
@given(seed=SEEDS, count=st.integers(0, 30), added=st.integers(1, 10))
def test_one_more_service_never_makes_a_gap_larger(seed, count, added):
    rows, more, cut = drawn(seed, count), drawn(seed + 1, added), which(seed)

    before = slice_oracle.slice_of_rows(rows, LANDS[cut.country], cut)
    after = slice_oracle.slice_of_rows(rows + more, LANDS[cut.country], cut)

    assert (after.gaps <= before.gaps).all()
    assert (after.fits <= before.fits).all() or _only_sites_moved(before, after)
    assert after.figures.gap_people <= before.figures.gap_people


def _only_sites_moved(before, after):
    """Sites are numbered anew, so that keys may differ where metres do not."""
    first, second = before.fits_metres, after.fits_metres
    nearer = (second >= 0) & ((first < 0) | (second <= first))
    return (nearer | (first < 0) | ~is_within_reach(before.fits)).all()


@settings(max_examples=examples(13), deadline=None)
@given(seed=SEEDS, degrees=st.floats(-300, 300), mirrored=st.booleans())
def test_rotating_or_mirroring_all_points_keeps_the_gaps(seed, degrees, mirrored):
    rows, cut = drawn(seed, 40), which(seed)
    sign = -1 if mirrored else 1

    def turned(latitude, longitude):
        return sign * latitude, (longitude + degrees + 180) % 360 - 180

    towns = [
        place._replace(latitude=there[0], longitude=there[1])
        for place in TOWNS
        for there in [turned(place.latitude, place.longitude)]
    ]
    moved = [_moved(row, turned) for row in rows]

    before = slice_oracle.slice_of_rows(rows, LANDS[cut.country], cut)
    after = slice_oracle.slice_of_rows(
        moved, slice_oracle.make_settlements(cut.country, towns), cut
    )

    assert np.abs(after.metres - before.metres).max(initial=0) <= 1
    assert (after.gaps == before.gaps).all()


def _moved(row, turned):
    def point(each):
        latitude, longitude = turned(each.latitude, each.longitude)
        return replace(each, latitude=latitude, longitude=longitude)

    def reach(each):
        return each if each.radius_km is None else point(each)

    return replace(row, points=tuple(map(point, row.points)), areas=tuple(map(reach, row.areas)))


def test_the_last_resort_is_beyond_reach_however_near():
    police = cast.service(
        country="MT",
        categories=frozenset({"police"}),
        points=(Point(35.9, 14.51, "Valletta"),),
        areas=(ServedArea("MT"),),
    )

    coverage_slice = slice_oracle.slice_of_rows(
        [police], LANDS["MT"], SliceKey("MT", "hurt-now", "", "woman")
    )

    assert set(coverage_slice.gaps.tolist()) == {Gap.BEYOND}
    assert coverage_slice.metres.max() < 40_000


def test_remote_help_comes_before_an_equally_near_visit():
    place = LANDS["MT"].places[0]
    spot = (Point(place.latitude, place.longitude, place.name),)
    door = cast.service(1, country="MT", points=spot, areas=(ServedArea("MT"),))
    line = cast.service(
        2, country="MT", points=(), modes=frozenset({Mode.PHONE}), areas=(ServedArea("MT"),)
    )

    coverage_slice = slice_oracle.slice_of_rows([door, line], LANDS["MT"], SliceKey("MT", "talk"))

    assert slice_oracle.service_of_key(coverage_slice, coverage_slice.best_keys[0]) == line
    assert coverage_slice.metres[0] == 0


def test_services_within_their_reach_come_before_nearer_ones_beyond_it():
    """People go 50 km for a room and 300 km for a shelter."""
    room = cast.service(
        1,
        country="MT",
        categories=frozenset({"housing"}),
        points=(Point(37.0, 14.4, "Demo"),),
        areas=(ServedArea("MT"),),
    )
    shelter = replace(
        room, id=UUID(int=2), categories=frozenset({"shelter"}), points=(Point(38.2, 14.4, "Demo"),)
    )

    coverage_slice = slice_oracle.slice_of_rows(
        [room, shelter], LANDS["MT"], SliceKey("MT", "safe-place")
    )

    assert {
        slice_oracle.service_of_key(coverage_slice, key).id for key in coverage_slice.best_keys
    } == {shelter.id}
    assert set(coverage_slice.gaps.tolist()) == {Gap.FITS}
    assert coverage_slice.metres.min() > 200_000


def test_a_service_with_a_known_place_comes_before_one_without():
    placeless = cast.service(1, country="MT", points=(), phones=(), areas=(ServedArea("MT"),))
    door = cast.service(
        2, country="MT", points=(Point(35.9, 14.5, "Demo"),), areas=(ServedArea("MT"),)
    )

    coverage_slice = slice_oracle.slice_of_rows(
        [placeless, door], LANDS["MT"], SliceKey("MT", "talk")
    )

    assert {
        slice_oracle.service_of_key(coverage_slice, key).id for key in coverage_slice.best_keys
    } == {door.id}


def test_an_unknown_distance_counts_as_the_reach():
    placeless = cast.service(1, country="MT", points=(), phones=(), areas=(ServedArea("MT"),))

    coverage_slice = slice_oracle.slice_of_rows([placeless], LANDS["MT"], SliceKey("MT", "talk"))

    assert set(coverage_slice.metres.tolist()) == {50_000}
    assert set(coverage_slice.gaps.tolist()) == {Gap.FITS}


def test_a_service_on_another_island_is_across_water():
    house = cast.service(
        1, country="MT", points=(Point(35.9, 14.51, "Valletta"),), areas=(ServedArea("MT"),)
    )

    coverage_slice = slice_oracle.slice_of_rows([house], LANDS["MT"], SliceKey("MT", "talk"))

    across = {
        coverage_slice.settlements.places[each].id
        for each in np.flatnonzero(coverage_slice.is_across)
    }
    assert VICTORIA in across
    assert BIRKIRKARA not in across
    assert len(across) == 15


def test_a_slice_of_a_directory_without_services_has_nothing_anywhere():
    coverage_slice = slice_oracle.slice_of_rows(
        [], LANDS["MT"], SliceKey("MT", "talk", "ti", "woman")
    )

    assert set(coverage_slice.gaps.tolist()) == {Gap.NOTHING}
    assert coverage_slice.figures.median_metres is None
    assert coverage_slice.reach_m == 0
    assert slice_oracle.service_of_key(coverage_slice, coverage_slice.best_keys[0]) is None
