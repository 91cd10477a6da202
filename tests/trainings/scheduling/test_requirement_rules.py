"""What a half day needs, and what is there."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from protect.trainings.scheduling.rules import Clash, Covered, Requirements, Room, uncovered

FR, AR = frozenset({"fr"}), frozenset({"fr", "ar"})
HALL = Room(capacity=12)
COUNTS = st.integers(min_value=0, max_value=30)


@pytest.mark.parametrize(
    ("asked", "covered", "found"),
    [
        (Requirements(), Covered(), []),
        (Requirements(languages=AR), Covered(languages=AR), []),
        (Requirements(languages=AR), Covered(languages=FR), [Clash.LANGUAGE_UNCOVERED]),
        (Requirements(children=2), Covered(children=2), []),
        (Requirements(children=2), Covered(children=1), [Clash.CHILDCARE_UNCOVERED]),
        (Requirements(needs_access=True), Covered(), []),  # online: no steps
        (Requirements(needs_access=True), Covered(room=replace(HALL, is_step_free=True)), []),
        (Requirements(needs_access=True), Covered(room=HALL), [Clash.STEP_FREE_NEEDED]),
        (
            Requirements(needs_access=True),
            Covered(room=replace(HALL, is_step_free=False)),
            [Clash.STEP_FREE_NEEDED],
        ),
        (Requirements(), Covered(room=HALL), []),
        (
            Requirements(),
            Covered(room=replace(HALL, has_private_room=False)),
            [Clash.VENUE_UNSUITABLE],
        ),
        (Requirements(needs_privacy=True), Covered(room=HALL), [Clash.VENUE_UNSUITABLE]),
        (Requirements(people=12), Covered(room=HALL), []),
        (Requirements(people=13), Covered(room=HALL), [Clash.ROOM_SMALL]),
        (Requirements(people=13), Covered(room=Room()), [Clash.CAPACITY_UNKNOWN]),
    ],
)
def test_what_is_not_known_to_be_there_is_missing(asked, covered, found):
    assert uncovered(asked, covered) == found


@given(asked=COUNTS, children=COUNTS, more=COUNTS)
def test_more_childcare_never_uncovers(asked, children, more):
    before = uncovered(Requirements(children=asked), Covered(children=children))
    after = uncovered(Requirements(children=asked), Covered(children=children + more))

    assert {*after} <= {*before}
