"""What a half day needs, and what is there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.trainings.scheduling.rules import Asked, Clash, Covered, Room, uncovered

FR, AR = frozenset({"fr"}), frozenset({"fr", "ar"})
HALL = Room(capacity=12)
COUNTS = st.integers(min_value=0, max_value=30)


@pytest.mark.parametrize(
    ("asked", "covered", "found"),
    [
        (Asked(), Covered(), []),
        (Asked(languages=AR), Covered(languages=AR), []),
        (Asked(languages=AR), Covered(languages=FR), [Clash.LANGUAGE_UNCOVERED]),
        (Asked(children=2), Covered(children=2), []),
        (Asked(children=2), Covered(children=1), [Clash.CHILDCARE_UNCOVERED]),
        (Asked(needs_access=True), Covered(), []),  # online: no steps
        (Asked(needs_access=True), Covered(room=replace(HALL, is_step_free=True)), []),
        (Asked(needs_access=True), Covered(room=HALL), [Clash.STEP_FREE_NEEDED]),
        (
            Asked(needs_access=True),
            Covered(room=replace(HALL, is_step_free=False)),
            [Clash.STEP_FREE_NEEDED],
        ),
        (Asked(), Covered(room=HALL), []),
        (Asked(), Covered(room=replace(HALL, has_private_room=False)), [Clash.VENUE_UNSUITABLE]),
        (Asked(needs_privacy=True), Covered(room=HALL), [Clash.VENUE_UNSUITABLE]),
        (Asked(people=12), Covered(room=HALL), []),
        (Asked(people=13), Covered(room=HALL), [Clash.ROOM_SMALL]),
        (Asked(people=13), Covered(room=Room()), [Clash.CAPACITY_UNKNOWN]),
    ],
)
def test_what_is_not_known_to_be_there_is_missing(asked, covered, found):
    assert uncovered(asked, covered) == found


@given(asked=COUNTS, children=COUNTS, more=COUNTS)
def test_more_childcare_never_uncovers(asked, children, more):
    before = uncovered(Asked(children=asked), Covered(children=children))
    after = uncovered(Asked(children=asked), Covered(children=children + more))

    assert {*after} <= {*before}
