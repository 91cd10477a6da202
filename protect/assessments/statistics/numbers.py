"""Arrays of measured values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Flags = NDArray[np.bool_]
type Ints = NDArray[np.int64]

PLACES = 9  # decimals of points: 0.3 − 0.1 and 0.2 are the same change


def differences(pre: Floats, post: Floats) -> Floats:
    """Return the change of each pair: after minus before. Units: points.

    What binary fractions add is rounded away: else equal changes would be no ties.
    """
    return np.round(np.asarray(post, np.float64) - np.asarray(pre, np.float64), PLACES) + 0.0
