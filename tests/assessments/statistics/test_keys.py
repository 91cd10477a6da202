from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from protect.assessments.statistics import codes, keys

KEY = bytes(range(32))
sent = st.uuids(version=4)


def test_a_salt_is_random():
    assert len({keys.new_salt(), keys.new_salt()}) == 2
    assert len(keys.new_salt()) == 32


@given(sent, sent)
def test_what_is_sent_twice_is_one_row_with_one_link(first, second):
    same = first == second

    assert (keys.row_id(KEY, first) == keys.row_id(KEY, second)) == same
    assert (keys.link_token(KEY, first) == keys.link_token(KEY, second)) == same


@given(sent)
def test_neither_row_nor_link_shows_the_key_of_the_form(each):
    row = keys.row_id(KEY, each)

    assert row.version == 4
    assert row != each
    assert each.hex not in f"{row.hex}{keys.link_token(KEY, each)}"
    assert keys.row_id(bytes(32), each) != row


def test_both_halves_of_a_course_are_about_as_large():
    hashes = [codes.code_hash(str(UUID(int=each)), KEY) for each in range(1000)]

    assert 400 < sum(map(keys.coin, hashes)) < 600
