"""Similarities of two entries, and the score that follows from them."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.verification.duplicates import duplicates
from protect.verification.duplicates.duplicates import (
    ComparedEntry,
    compare_entries,
    distance_metres,
    find_similar_pairs,
    normalise_name,
    website_host,
)
from protect.verification.enums import Similarity

VALLETTA = (35.8989, 14.5146)


def make_entry(number=1, name="Demo Counselling", **values):
    fields = {
        "organisation": UUID(int=number),
        "categories": frozenset({"legal"}),
        "numbers": frozenset(),
        "host": "",
        "points": (),
    } | values
    return ComparedEntry(pk=UUID(int=number), name=normalise_name(name), **fields)


SHARED = {
    Similarity.NUMBER: {"numbers": frozenset({"+35621000001"})},
    Similarity.HOST: {"host": "demo.example"},
    Similarity.NAME: {"name": "Demo Counselling"},
    Similarity.NEAR: {"points": (VALLETTA,)},
}


@pytest.mark.parametrize(
    ("signs", "is_enough"),
    [
        ({Similarity.NUMBER}, True),
        ({Similarity.HOST}, False),
        ({Similarity.NAME}, False),
        ({Similarity.NEAR}, False),
        ({Similarity.HOST, Similarity.NEAR}, True),
        ({Similarity.NAME, Similarity.NEAR}, True),
        ({Similarity.NAME, Similarity.HOST}, True),
        (set(Similarity) - {Similarity.BY_HAND}, True),
    ],
)
def test_shared_number_suffices_and_other_signs_need_a_second_one(signs, is_enough):
    values = {}
    for sign in signs:
        values |= SHARED[sign]
    one = make_entry(1, **({"name": "Demo Alpha"} | values))
    other = make_entry(2, **({"name": "Something else"} | values))

    pair = compare_entries(one, other)

    assert (pair is not None) == is_enough
    if pair:
        assert set(pair.signs) == signs
        assert duplicates.MINIMUM_SCORE <= pair.score <= 1


@pytest.mark.parametrize(
    ("signs", "is_enough"),
    [
        ({Similarity.NUMBER, Similarity.HOST}, False),
        ({Similarity.NUMBER, Similarity.HOST, Similarity.NEAR}, False),
        ({Similarity.NAME, Similarity.HOST}, False),
        ({Similarity.NAME, Similarity.NUMBER}, True),
        ({Similarity.NAME, Similarity.NEAR}, True),
    ],
)
def test_services_of_one_organisation_need_more_than_a_shared_number_or_website(signs, is_enough):
    values = {"organisation": UUID(int=9)}
    for sign in signs:
        values |= SHARED[sign]
    one = make_entry(1, **({"name": "Demo Alpha"} | values))
    other = make_entry(2, **({"name": "Something else"} | values))

    assert (compare_entries(one, other) is not None) == is_enough


def test_entries_without_a_common_category_are_not_paired():
    number = {"numbers": frozenset({"+35621000001"})}

    assert not compare_entries(
        make_entry(1, **number), make_entry(2, **number, categories=frozenset({"health"}))
    )


@pytest.mark.parametrize(
    ("one", "other", "is_pair"),
    [
        ("Women's Rights Demo", "Demo – womens rights", True),
        ("Centro Démo de la Mujer", "centro demo de la mujer", True),
        ("Demo Centre for Women", "Women Centre for Demo", True),
        ("Demo Counseling", "Demo Counselling", True),
        ("Demo Alpha", "Demo Omega", False),
    ],
)
def test_names_are_compared_without_case_accents_and_order(one, other, is_pair):
    near = {"points": (VALLETTA,)}

    assert (
        bool(compare_entries(make_entry(1, one, **near), make_entry(2, other, **near))) == is_pair
    )


@pytest.mark.parametrize(
    ("town", "is_pair"), [({1}, True), ({1, 2}, True), ({2}, False), ((), True)]
)
def test_similar_name_in_another_town_is_no_sign(town, is_pair):
    one = make_entry(1, host="demo.example", towns=frozenset({1}))

    assert (
        bool(compare_entries(one, make_entry(2, host="demo.example", towns=frozenset(town))))
        == is_pair
    )


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.demo.example/page", "demo.example"),
        ("http://demo.example", "demo.example"),
        ("https://www.facebook.com/demo", ""),
        ("https://pages.facebook.com/demo", ""),
        ("https://demo.gov.mt", ""),
        ("https://notfacebook.com", "notfacebook.com"),
        ("", ""),
        ("http://[demo", ""),
    ],
)
def test_shared_hosts_are_ignored(website, host):
    assert website_host(website) == host


@pytest.mark.parametrize(("metres_north", "is_near"), [(0, True), (195, True), (205, False)])
def test_points_within_two_hundred_metres_are_near(metres_north, is_near):
    north = (VALLETTA[0] + metres_north / 111_195, VALLETTA[1])

    pair = compare_entries(make_entry(1, points=(VALLETTA,)), make_entry(2, points=(north,)))

    assert (pair is not None) == is_near


def test_number_shared_by_many_entries_suggests_no_pairs():
    number = {"numbers": frozenset({"+35621000001"})}
    few = [make_entry(each, f"Demo {each}", **number) for each in range(duplicates.LARGEST_BLOCK)]
    many = [
        make_entry(each, f"Demo {each}", **number) for each in range(duplicates.LARGEST_BLOCK + 1)
    ]

    assert len(find_similar_pairs(few)) == len(few) * (len(few) - 1) / 2
    assert find_similar_pairs(many) == []


POINT = st.tuples(st.floats(35.8, 36.0), st.floats(14.4, 14.6))
ENTRY = st.builds(
    lambda **values: values,
    name=st.sampled_from(["Demo Alpha", "Demo Alfa", "Omega House", "Alpha Demo Centre"]),
    numbers=st.frozensets(st.sampled_from(["+35621000001", "+35621000002"]), max_size=2),
    host=st.sampled_from(["", "a.example", "b.example"]),
    points=st.lists(POINT | st.just(VALLETTA), max_size=2).map(tuple),
)


@given(st.lists(ENTRY, max_size=8))
def test_candidate_blocks_find_the_same_pairs_as_comparing_all_entries(given_entries):
    entries = [make_entry(number, **each) for number, each in enumerate(given_entries)]
    expected = [
        pair
        for index, one in enumerate(entries)
        for other in entries[index + 1 :]
        if (pair := compare_entries(one, other))
    ]

    assert {pair[:2] for pair in find_similar_pairs(entries)} == {each[:2] for each in expected}


@given(POINT, POINT)
def test_distance_is_symmetric(one, other):
    assert distance_metres(one, other) == pytest.approx(distance_metres(other, one))
    assert distance_metres(one, one) == 0
