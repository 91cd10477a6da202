"""Newest versions, and the moves that owners and authors may make."""

from typing import NamedTuple

import pytest
from hypothesis import given, strategies as st

from protect.trainings.curricula.enums import VersionMove, VersionState
from protect.trainings.curricula.rules import find_newest_version, may_move


class Versioned(NamedTuple):
    item_id: str
    language_id: str
    number: int
    state: VersionState


VERSIONS = st.builds(
    Versioned,
    st.sampled_from("ab"),
    st.sampled_from(["en", "fr"]),
    st.integers(1, 9),
    st.sampled_from(VersionState),
)


@given(versions=st.lists(VERSIONS, max_size=12), version_=VERSIONS)
def test_newest_version_is_the_highest_published_number_of_the_same_item(versions, version_):
    found = find_newest_version(versions, version_)

    same = [version for version in versions if version[:2] == version_[:2]]
    numbers = [version.number for version in same if version.state is VersionState.PUBLISHED]
    above = [number for number in numbers if number > version_.number]
    assert (found.number if found else None) == max(above, default=None)


@pytest.mark.parametrize("move", VersionMove)
def test_owner_may_make_every_move_and_author_may_only_submit(move):
    assert may_move(move, is_owner=True, is_author=False)
    assert may_move(move, is_owner=False, is_author=True) is (move is VersionMove.SUBMIT)
    assert not may_move(move, is_owner=False, is_author=False)
