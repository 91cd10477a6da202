import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, strategies as st

from protect.assessments.statistics.change import Spread, mean_change, spread_of_changes
from protect.assessments.statistics.charts import (
    MAX_COLUMNS,
    WIDTH,
    DotPlot,
    draw_bar,
    draw_dots,
    nice_step,
)
from protect.assessments.statistics.limits import Reason
from protect.assessments.statistics.ratings import TOP_LEVELS, Rating, share_with_interval
from tests.assessments.statistics.given import CALM, LIMITS, change_arrays

DOT = re.compile(r"M(-?\d+) (-?\d+)h0")


def draw(differences: np.ndarray) -> DotPlot:
    seen = spread_of_changes(differences, LIMITS)
    assert isinstance(seen, Spread)
    return draw_dots(seen, mean_change(differences, LIMITS))


def test_each_pair_has_a_dot_above_its_change():
    plot = draw(np.array([0.0, 1, 1, 1, 2]))

    xs = [int(x) for x, _ in DOT.findall(plot.path)]
    assert [xs.count(column.x) for column in plot.columns] == [1, 3, 1]
    assert [(column.value, column.count) for column in plot.columns] == [(0, 1), (1, 3), (2, 1)]
    assert (plot.pairs_per_dot, plot.step) == (1, None)


@CALM
@given(change_arrays(5, 60))
def test_dot_plot_counts_all_pairs_and_fits_its_box(differences):
    result = draw(differences)

    assert sum(column.count for column in result.columns) == len(differences)
    assert len(result.columns) <= MAX_COLUMNS + 2
    places = [(int(x), int(y)) for x, y in DOT.findall(result.path)]
    assert all(0 < x < WIDTH and 0 < y < result.axis_y for x, y in places)
    assert len(places) >= len(result.columns)
    assert [column.value for column in result.columns] == sorted({c.value for c in result.columns})


@CALM
@given(change_arrays(10, 60))
def test_axis_contains_zero_and_the_whole_interval(differences):
    result = draw(differences)

    assert 0 in [tick.value for tick in result.ticks]
    assert next(tick.x for tick in result.ticks if tick.value == 0) == result.zero
    assert 0 < result.average_mark.low <= result.average_mark.x <= result.average_mark.high < WIDTH
    assert result.average_mark.is_mean == (not isinstance(mean_change(differences, LIMITS), Reason))


@CALM
@given(st.lists(st.floats(-50, 50), min_size=40, max_size=80))
def test_rounded_change_is_within_half_a_step_and_zero_only_if_small(values):
    differences = np.round(np.array(values), 9)
    result = draw(differences)
    step = result.step or 0.0

    for column in result.columns:
        inside = np.abs(differences - column.value) <= step / 2 + 1e-6
        assert column.count <= int(inside.sum())


def test_halves_are_rounded_away_from_zero():
    plot = draw(np.array([-155.0, -10, 0, 10, 155]))  # in steps of 20

    assert [column.value for column in plot.columns] == [-160, -20, 0, 20, 160]
    assert plot.step == 20


def test_one_dot_stands_for_several_pairs_in_a_large_group():
    plot = draw(np.array([0.0] * 1600 + [1.0] * 3))

    assert plot.pairs_per_dot == 100
    assert len(DOT.findall(plot.path)) == 16 + 1


def test_dot_plot_without_any_change_has_an_axis():
    plot = draw(np.zeros(6))

    assert (plot.zero, plot.average_mark.x) == (WIDTH // 2, WIDTH // 2)
    assert [tick.value for tick in plot.ticks] == [-1, -0.5, 0, 0.5, 1]


@pytest.mark.parametrize(
    ("least", "wanted"),
    [(0.3, 0.5), (1, 1), (1.1, 2), (3, 5), (7, 10), (0.1, 0.1), (40, 50), (0.021, 0.05)],
)
def test_axis_steps_are_round_numbers(least, wanted):
    assert nice_step(least) == wanted
    assert nice_step(least, whole=True) == max(wanted, 1)


def make_rating(counts: list[int]) -> Rating:
    return Rating(
        sum(counts), 0, tuple(counts), share_with_interval(sum(counts[-TOP_LEVELS:]), sum(counts))
    )


@CALM
@given(st.lists(st.integers(0, 40), min_size=2, max_size=10).filter(any))
def test_bar_segments_fill_the_bar_in_order_of_levels(counts):
    bar = draw_bar(make_rating(counts))

    assert bar.segments[0].x == 0
    assert sum(segment.width for segment in bar.segments) == WIDTH
    for one, other in pairwise(bar.segments):
        assert one.x + one.width == other.x
        assert one.level < other.level
    assert all(counts[segment.level - 1] for segment in bar.segments)
    for segment in bar.segments:
        assert abs(segment.width - counts[segment.level - 1] * WIDTH / sum(counts)) <= 1


@CALM
@given(st.lists(st.integers(0, 40), min_size=2, max_size=10).filter(any))
def test_top_two_segments_begin_within_their_interval(counts):
    bar = draw_bar(make_rating(counts))
    begin = WIDTH - sum(segment.width for segment in bar.segments if segment.is_top)

    assert 0 <= bar.low <= begin <= bar.high <= WIDTH


def test_segment_has_a_label_only_if_it_is_wide_enough():
    bar = draw_bar(make_rating([1, 0, 0, 0, 99]))

    assert [(segment.level, segment.label_x) for segment in bar.segments] == [(1, None), (5, 202)]
