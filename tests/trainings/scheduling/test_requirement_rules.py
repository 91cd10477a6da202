"""Requirements of a session, and which of them are covered."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from protect.trainings.scheduling.rules import (
    ConflictKind,
    Coverage,
    Requirements,
    Room,
    unmet_requirements,
)

FR, AR = frozenset({"fr"}), frozenset({"fr", "ar"})
HALL = Room(capacity=12)
COUNTS = st.integers(min_value=0, max_value=30)


@pytest.mark.parametrize(
    ("asked", "covered", "expected"),
    [
        (Requirements(), Coverage(), []),
        (Requirements(languages=AR), Coverage(languages=AR), []),
        (Requirements(languages=AR), Coverage(languages=FR), [ConflictKind.LANGUAGE_UNCOVERED]),
        (Requirements(children=2), Coverage(children=2), []),
        (Requirements(children=2), Coverage(children=1), [ConflictKind.CHILDCARE_UNCOVERED]),
        (Requirements(needs_access=True), Coverage(), []),  # online: no steps
        (Requirements(needs_access=True), Coverage(room=replace(HALL, is_step_free=True)), []),
        (Requirements(needs_access=True), Coverage(room=HALL), [ConflictKind.STEP_FREE_NEEDED]),
        (
            Requirements(needs_access=True),
            Coverage(room=replace(HALL, is_step_free=False)),
            [ConflictKind.STEP_FREE_NEEDED],
        ),
        (Requirements(), Coverage(room=HALL), []),
        (
            Requirements(),
            Coverage(room=replace(HALL, has_private_room=False)),
            [ConflictKind.VENUE_UNSUITABLE],
        ),
        (Requirements(needs_privacy=True), Coverage(room=HALL), [ConflictKind.VENUE_UNSUITABLE]),
        (Requirements(people=12), Coverage(room=HALL), []),
        (Requirements(people=13), Coverage(room=HALL), [ConflictKind.ROOM_SMALL]),
        (Requirements(people=13), Coverage(room=Room()), [ConflictKind.CAPACITY_UNKNOWN]),
    ],
)
def test_unconfirmed_requirement_is_missing(asked, covered, expected):
    assert unmet_requirements(asked, covered) == expected


@given(asked=COUNTS, children=COUNTS, more=COUNTS)
def test_more_childcare_never_uncovers_a_requirement(asked, children, more):
    before = unmet_requirements(Requirements(children=asked), Coverage(children=children))
    after = unmet_requirements(Requirements(children=asked), Coverage(children=children + more))

    assert {*after} <= {*before}
