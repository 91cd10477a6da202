"""A slice as a map of dots: settlements, never services. No tiles, nothing from outside.

Degrees are drawn as they are, those of longitude shortened by the cosine of the middle latitude
(an equirectangular projection that is true along it): at most a few percent off in a country's
farthest corner, which a map of dots does not show.
"""

from __future__ import annotations

from math import cos, radians

import numpy as np
from django.utils.functional import Promise

from protect.matching.coverage.atlas.slices import Gap, Slice
from protect.matching.coverage.wording import ACROSS, ACROSS_WATER, GAPS, count
from protect.matching.engine.columns.bits import Flags, Ints
from protect.ui.dots import Dots, Drawing, dots

WIDE, TALL = 640, 720  # at most, in units of the drawing
EDGE = 12
MARKS = {Gap.FITS: "round", Gap.ASK: "square", Gap.BEYOND: "triangle", Gap.NOTHING: "cross"}
SIZES = ((4000, 2), (800, 3), (0, 4))  # more settlements than this: half the width of a mark


def drawing(coverage_slice: Slice, title: str, text: str) -> Drawing:
    """Return the map of a slice."""
    x, y, height = _placed(coverage_slice)
    size = next(size for most, size in SIZES if len(coverage_slice.settlements) > most or most == 0)

    def layer(code: str, shape: str, word: Promise, chosen: Flags) -> Dots:
        spots = zip(x[chosen].tolist(), y[chosen].tolist(), strict=True)
        return dots(code, shape, word, spots, size, count)

    layers = [
        layer(gap.name.lower(), MARKS[gap], GAPS[gap], coverage_slice.gaps == gap) for gap in Gap
    ]
    if coverage_slice.is_across.any():
        layers.insert(0, layer(ACROSS, "ring", ACROSS_WATER, coverage_slice.is_across))
    return Drawing(WIDE, height, size, title, text, layers)


def _placed(coverage_slice: Slice) -> tuple[Ints, Ints, int]:
    """Return where each settlement is drawn, and how tall the map is."""
    places = coverage_slice.settlements.positions
    north, south = places.latitude.max(initial=-90.0), places.latitude.min(initial=90.0)
    narrow = cos(radians((north + south) / 2))
    east = places.longitude * narrow
    west, wide, tall = east.min(initial=180.0), np.ptp(east), north - south
    scale = min((WIDE - 2 * EDGE) / max(wide, 0.01), (TALL - 2 * EDGE) / max(tall, 0.01))
    margin = (WIDE - scale * wide) / 2
    x = np.rint(margin + scale * (east - west)).astype(np.int64)
    y = np.rint(EDGE + scale * (north - places.latitude)).astype(np.int64)
    return x, y, round(scale * tall) + 2 * EDGE
