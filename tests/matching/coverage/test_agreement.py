import random
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from protect.directory.enums import CriterionKind, Mode
from protect.matching.coverage import views
from protect.matching.coverage.atlas import persons
from protect.matching.coverage.atlas.slices import Gap, SliceKey
from protect.matching.engine import Engine
from protect.reference import vocabulary
from protect.reference.lookup.parts import part_ids
from tests.examples import examples
from tests.matching import cast, generate, pools
from tests.matching.coverage import slice_oracle

# Islands, several regions, circles that reach over borders.
TOWNS = generate.settlements("MT", "SI") + generate.settlements("ES")[::60]
COUNTRIES = ("MT", "SI", "ES")
LANDS = {country: slice_oracle.make_settlements(country, TOWNS) for country in COUNTRIES}
SEEDS = st.integers(0, 10**6)
SETTLEMENTS = 6  # looked at in each slice


def drawn(seed, count):
    services = generate.draw(count, seed, at=slice_oracle.AT, among=TOWNS)
    return list(generate.rows(services))


def which(chance):
    tags = ["", *pools.SPOKEN]
    needs = [need.code for need in vocabulary.needs().values() if need.categories]
    return SliceKey(
        country=chance.choice(COUNTRIES),
        need=chance.choice(needs),
        language=chance.choice(tags),
        person=chance.choice(list(persons.person_types())),
    )


@settings(max_examples=examples(10), deadline=None)
@given(seed=SEEDS, count=st.integers(0, 160), cuts=st.lists(SEEDS, min_size=1, max_size=6))
def test_a_slice_agrees_with_the_answers_of_the_oracle(seed, count, cuts):
    rows = drawn(seed, count)
    snapshot = Engine(rows, 1).snapshot
    for number in cuts:
        chance = random.Random(number)
        cut = which(chance)
        land = LANDS[cut.country]

        coverage_slice = slice_oracle.compute_slice(snapshot, land, cut, slice_oracle.AT, 1)

        for place in chance.sample(range(len(land)), SETTLEMENTS):
            question = slice_oracle.question(land, place, cut, limit=count + 1)
            assert slice_oracle.nearest_by_slice(
                coverage_slice, place
            ) == slice_oracle.nearest_by_oracle(rows, question, cut.language)
            assert coverage_slice.gaps[place] == _gap(
                *slice_oracle.nearest_by_oracle(rows, question, cut.language)
            )


@settings(max_examples=examples(10), deadline=None)
@given(seed=SEEDS, count=st.integers(1, 30), country=st.sampled_from(COUNTRIES))
def test_visits_are_classified_by_area_reach_and_check(seed, count, country):
    chance = random.Random(seed)
    rows = [
        replace(
            row,
            categories=frozenset({"psychosocial"}),
            modes=frozenset({Mode.IN_PERSON}),
            area_note=chance.choice(["", "", "Demo surroundings"]),
            conditions=chance.choice([row.conditions, {}, {CriterionKind.GENDER: cast.EVERYONE}]),
            documents=(),
        )
        for row in drawn(seed, 4 * count)
        if row.points and row.areas
    ]
    cut = replace(which(chance), country=country, need=chance.choice(["talk", "not-sure"]))
    land = LANDS[country]

    coverage_slice = slice_oracle.slice_of_rows(rows, land, cut)

    for place in chance.sample(range(len(land)), 3 * SETTLEMENTS):
        question = slice_oracle.question(land, place, cut, limit=len(rows) + 1)
        assert slice_oracle.nearest_by_slice(
            coverage_slice, place
        ) == slice_oracle.nearest_by_oracle(rows, question, cut.language)


@settings(max_examples=examples(3), deadline=None)
@given(seed=SEEDS, count=st.integers(1, 40))
def test_gaps_agree_with_the_engine_and_a_manual_count(seed, count):
    rows, land = drawn(seed, count), LANDS["MT"]
    engine = Engine(rows, 1)
    cut = replace(which(random.Random(seed)), country="MT")

    coverage_slice = slice_oracle.compute_slice(engine.snapshot, land, cut, slice_oracle.AT, 1)

    unsure = []
    for place in range(len(land)):
        question = slice_oracle.question(land, place, cut, limit=count)
        answers = slice_oracle.nearest_by_answers(engine.answer(question), question, cut.language)
        assert answers == slice_oracle.nearest_by_oracle(rows, question, cut.language)
        if _gap(*answers) == Gap.ASK:
            unsure.append(land.places[place])
    counted = [place for place in unsure if place.id not in part_ids()]
    assert coverage_slice.figures.asks == len(unsure)
    assert coverage_slice.figures.ask_people == sum(place.population for place in counted)
    whole = views.count_by_region(coverage_slice)[-1]
    assert (whole.asks, whole.ask_people) == (len(unsure), coverage_slice.figures.ask_people)


@pytest.mark.parametrize("person", persons.person_types())
def test_the_atlas_agrees_with_the_engine_for_every_settlement(person):
    rows = drawn(7, 400)
    engine = Engine(rows, 1)
    cut = SliceKey("SI", "law-papers", "ar", person)

    coverage_slice = slice_oracle.compute_slice(
        engine.snapshot, LANDS["SI"], cut, slice_oracle.AT, 1
    )

    for place in range(0, len(LANDS["SI"]), 9):
        question = slice_oracle.question(LANDS["SI"], place, cut, limit=len(rows))
        expected = slice_oracle.nearest_by_answers(engine.answer(question), question, cut.language)
        assert slice_oracle.nearest_by_slice(coverage_slice, place) == expected


def test_the_decisive_service_is_at_the_stated_distance():
    rows = drawn(9, 300)
    cut = SliceKey("ES", "safe-place")
    coverage_slice = slice_oracle.slice_of_rows(rows, LANDS["ES"], cut)
    by_id = {row.id: row for row in rows}

    for place in range(len(coverage_slice.gaps)):
        row = slice_oracle.service_of_key(coverage_slice, coverage_slice.best_keys[place])
        if row is not None:
            question = slice_oracle.question(LANDS["ES"], place, cut, limit=1)
            alone = slice_oracle.nearest_by_oracle([by_id[row.id]], question, "")
            assert {
                (bool(coverage_slice.gaps[place] == Gap.BEYOND), int(coverage_slice.metres[place]))
            } in alone


def test_the_order_in_which_services_came_changes_nothing():
    rows = drawn(5, 200)
    cut = SliceKey("SI", "doctor", "fr", "woman-children")

    first, second = (
        slice_oracle.slice_of_rows(each, LANDS["SI"], cut) for each in (rows, rows[::-1])
    )

    assert first.metres.tolist() == second.metres.tolist()
    assert [slice_oracle.service_of_key(first, key) for key in first.best_keys] == [
        slice_oracle.service_of_key(second, key) for key in second.best_keys
    ]


def test_freshness_is_evaluated_at_the_time_of_the_question():
    rows = drawn(6, 200)
    cut = SliceKey("MT", "talk", "en", "woman")
    later = slice_oracle.AT.replace(year=2027)

    coverage_slice = slice_oracle.slice_of_rows(rows, LANDS["MT"], cut, later)

    for place in range(0, len(LANDS["MT"]), 10):
        asked = replace(slice_oracle.question(LANDS["MT"], place, cut, limit=len(rows)), at=later)
        assert slice_oracle.nearest_by_slice(
            coverage_slice, place
        ) == slice_oracle.nearest_by_oracle(rows, asked, "en")


def _gap(fits, asks):
    if any(not beyond for beyond, _ in fits):
        return Gap.FITS
    if any(not beyond for beyond, _ in asks):
        return Gap.ASK
    return Gap.BEYOND if fits or asks else Gap.NOTHING
