"""Seats and waiting list: properties for all inputs, and disputed cases."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.trainings.registrations.enums import WaitingRule
from protect.trainings.registrations.rules import (
    PassedOver,
    SeatOffers,
    Seats,
    WaitingEntry,
    next_offers,
    waiting_list_positions,
    waiting_parties,
)

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)


def make_entry(number: int, **more) -> WaitingEntry:
    given = {"organisation": None, "priority": 0} | more
    return WaitingEntry(
        key=UUID(int=100 + number), applied_at=NINE + timedelta(minutes=number), **given
    )


def entry_numbers(keys) -> list[int]:
    return [key.int - 100 for key in keys]


@pytest.mark.parametrize(
    ("seats", "organisation", "free"),
    [
        (Seats(None), None, None),
        (Seats(0), None, 0),
        (Seats(3, {}, {None: 1}), None, 2),
        (Seats(3, {}, {None: 5}), None, 0),  # somebody was confirmed past the limit
        (Seats(10, {A: 4}, {}), None, 6),
        (Seats(10, {A: 4}, {}), A, 10),  # its own seats, and those of everybody
        (Seats(10, {A: 4}, {A: 3}), None, 6),
        (Seats(10, {A: 4}, {A: 6}), None, 4),  # more than its own: nothing is kept
        (Seats(10, {A: 4, B: 3}, {A: 1, None: 3}), B, 3),
        (Seats(4, {A: 4}, {}), None, 0),
    ],
)
def test_free_seats_exclude_quotas_of_others(seats, organisation, free):
    assert seats.free_for(organisation) == free


def test_waiting_list_is_ordered_by_priority_then_time_of_the_first_member():
    group = UUID(int=9)
    people = [
        make_entry(1),
        make_entry(2, priority=1),
        make_entry(3),
        make_entry(4, group=group),
        make_entry(5),
        make_entry(2, group=group)._replace(key=UUID(int=199)),
    ]

    assert [entry_numbers(member.key for member in party) for party in waiting_parties(people)] == [
        [2],
        [1],
        [99, 4],
        [3],
        [5],
    ]
    assert waiting_list_positions(people)[UUID(int=103)] == 5


def test_paused_participant_keeps_the_place_without_offers():
    people = [make_entry(1, is_paused=True), make_entry(2)]

    assert entry_numbers(next_offers(Seats(1), people).offered) == [2]
    assert waiting_list_positions(people) == {UUID(int=101): 1, UUID(int=102): 2}


def test_freed_quota_seat_is_offered_to_the_first_of_its_organisation():
    people = [make_entry(1), make_entry(2, organisation=A), make_entry(3, organisation=A)]
    seats = Seats(5, {A: 2}, {None: 3, A: 1})

    assert entry_numbers(next_offers(seats, people).offered) == [2]


def test_group_that_does_not_fit_is_skipped():
    group = [make_entry(n, group=UUID(int=9)) for n in (0, 1, 2)]
    offers = next_offers(Seats(2), [*group, make_entry(3), make_entry(4)])

    assert entry_numbers(offers.offered) == [3, 4]
    assert offers.passed == (
        PassedOver(tuple(member.key for member in group), WaitingRule.GROUP_SKIPPED),
    )


def test_no_group_is_skipped_without_free_seats():
    group = [make_entry(n, group=UUID(int=9)) for n in (0, 1)]

    assert next_offers(Seats(0), group) == ((), ())


ORGANISATIONS = st.sampled_from([None, A, B])
SEATS = st.builds(
    Seats,
    st.one_of(st.none(), st.integers(0, 8)),
    st.dictionaries(st.sampled_from([A, B]), st.integers(0, 4)),
    st.dictionaries(ORGANISATIONS, st.integers(0, 4)),
)


@st.composite
def waiting_lists(draw) -> list[WaitingEntry]:
    groups = st.sampled_from([None, None, UUID(int=7), UUID(int=8)])
    return [
        make_entry(
            number,
            organisation=draw(ORGANISATIONS),
            priority=draw(st.integers(0, 2)),
            group=draw(groups),
            is_paused=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 9)))
    ]


@given(SEATS, waiting_lists())
def test_offers_never_exceed_free_seats_and_quotas(seats, people):
    by_key = {person.key: person for person in people}
    for key in next_offers(seats, people).offered:
        assert seats.free_for(by_key[key].organisation) != 0
        seats = seats.with_seat_taken(by_key[key].organisation)


@given(SEATS, waiting_lists())
def test_full_seats_lead_to_no_offers(seats, people):
    offers = next_offers(seats, people)

    assert offers == SeatOffers((), ()) or not seats.is_full


@given(SEATS, st.sampled_from([None, A, B]))
def test_seats_are_full_when_no_organisation_has_room(seats, organisation):
    could = seats.has_room_for([organisation])

    assert not (could and seats.is_full)
    assert seats.is_full or any(seats.has_room_for([host]) for host in (None, A, B))


@given(SEATS, waiting_lists())
def test_groups_get_offers_as_a_whole_and_paused_ones_stay(seats, people):
    offered = {*next_offers(seats, people).offered}
    for party in waiting_parties(people):
        keys = {member.key for member in party}
        assert keys <= offered or not keys & offered
        if any(member.is_paused for member in party):
            assert not keys & offered


@given(SEATS, waiting_lists())
def test_single_people_of_one_organisation_get_offers_in_order(seats, people):
    offered = {*next_offers(seats, people).offered}
    for organisation in (None, A, B):
        alone = [
            party[0].key in offered
            for party in waiting_parties(people)
            if len(party) == 1 and party[0].organisation == organisation and not party[0].is_paused
        ]
        assert alone == sorted(alone, reverse=True)


@given(SEATS, waiting_lists())
def test_no_usable_seat_stays_free_while_single_people_wait(seats, people):
    offers = next_offers(seats, people)
    by_key = {person.key: person for person in people}
    for key in offers.offered:
        seats = seats.with_seat_taken(by_key[key].organisation)
    for party in waiting_parties(people):
        if len(party) == 1 and party[0].key not in offers.offered and not party[0].is_paused:
            assert seats.free_for(party[0].organisation) == 0


@given(SEATS, waiting_lists(), st.randoms())
def test_offers_ignore_the_order_of_input(seats, people, random):
    shuffled = random.sample(people, len(people))

    assert next_offers(seats, shuffled) == next_offers(seats, people)
    assert waiting_list_positions(shuffled) == waiting_list_positions(people)
    assert Counter(waiting_list_positions(people).values()) == Counter(range(1, len(people) + 1))
