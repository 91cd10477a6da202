import pytest
from hypothesis import given, settings, strategies as st

from protect.directory.enums import Mode
from protect.matching.coverage.atlas.atlas import count_dependents, dependents as by_process
from protect.matching.engine import Engine
from protect.matching.questions import Question
from protect.reference import vocabulary
from tests.examples import examples
from tests.matching import generate, oracle
from tests.matching.coverage import slice_oracle
from tests.verification.nights import NOW, entry, locate

TOWNS = generate.settlements("MT")
LAND = slice_oracle.make_settlements("MT", TOWNS)
NEEDS = [need.code for need in vocabulary.needs().values() if need.categories]


def expected(rows):
    """Count by asking the definition in every settlement for every need. Return also the services
    that are as near as another somewhere, to the metre: the engine counts one of these."""
    depending = {row.id: set() for row in rows}
    equally_near = set()
    for place in range(len(LAND)):
        for need in NEEDS:
            question = Question(
                (need,), slice_oracle.AT, slice_oracle.location(LAND, place), limit=len(rows) + 1
            )
            answers = oracle.answer(oracle.Rows(1, tuple(rows)), question).answers
            visited = [each for each in answers if each.mode in {Mode.IN_PERSON, None}]
            best = min(
                (slice_oracle.distance_class(each, question) for each in visited), default=None
            )
            nearest = {
                each.row.id
                for each in visited
                if slice_oracle.distance_class(each, question) == best
            }
            equally_near |= nearest if len(nearest) > 1 else set()
            for each in answers:
                if (
                    each.mode not in {Mode.IN_PERSON, None}
                    or slice_oracle.distance_class(each, question) == best
                ):
                    depending[each.row.id].add(place)
    return {key: len(places) for key, places in depending.items() if places}, equally_near


@settings(max_examples=examples(3), deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_settlements_that_depend_on_a_service_are_counted(seed):
    services = generate.draw(25, seed, at=slice_oracle.AT, among=TOWNS)
    rows = list(generate.rows(services))

    counts = count_dependents(Engine(rows, 1).snapshot, [LAND], slice_oracle.AT)

    counted, equally_near = expected(rows)
    compared = {row.id for row in rows} - equally_near
    assert len(compared) > len(rows) / 2
    assert {key: counts.get(key) for key in compared} == {key: counted.get(key) for key in compared}


@pytest.mark.django_db
def test_the_nearest_visit_and_remote_help_count_dependents(monkeypatch):
    monkeypatch.setattr("protect.kernel.clock.now", lambda: NOW)
    near, far = entry("near", modes=["in_person"]), entry("far", modes=["in_person"])
    line = entry("line", modes=["phone"])
    locate(near)
    locate(far, latitude=36.04, longitude=14.24, place_id=2562619)

    counts = by_process()

    assert counts[near.pk] + counts[far.pk] == counts[line.pk] == 70
    assert 0 < counts[far.pk] < counts[near.pk]
