"""Data and strategies for tests of the statistics, with their sources."""

import numpy as np
from hypothesis import settings, strategies as st

from protect.assessments.statistics.limits import Limits
from protect.assessments.statistics.test_results import PhaseAnswers

LIMITS = Limits(
    code="results",
    fewest_answers=5,
    fewest_pairs=10,
    near_maximum_percent=90,
    too_easy_percent=30,
)
CALM = settings(deadline=None, max_examples=50)  # other work may go on beside the tests
# Hours of sleep with two drugs, ten people. Student 1908, after Cushny and Peebles 1905.
SLEEP_BEFORE = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_AFTER = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
# Heights of crossed less self-fertilised plants, eighths of an inch. Darwin 1876; Fisher 1935.
PLANTS = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48], float)

points = st.integers(-40, 40).map(lambda quarters: quarters / 4)


def change_arrays(least: int = 0, most: int = 40) -> st.SearchStrategy[np.ndarray]:
    """Differences with ties and noughts. Units: quarters of a point, exact in binary."""
    return st.lists(points, min_size=least, max_size=most).map(lambda found: np.array(found, float))


def make_answers(
    scores: list[float], codes: list[str] | None = None, items: int = 0
) -> PhaseAnswers:
    """Tests of one phase. The first questions are right, as many as there are points."""
    codes = [f"c{row}" for row in range(len(scores))] if codes is None else codes
    right = [[column < score for column in range(items)] for score in scores]
    return PhaseAnswers(
        codes, np.array(scores, float), np.array(right, bool).reshape(len(scores), items)
    )
