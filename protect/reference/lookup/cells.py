"""The areas of a country that are coarse enough to be shown instead of a secret address."""

from __future__ import annotations

from functools import cache

from protect.reference.lookup import coarse, store


@cache
def coarse_areas(country: str) -> tuple[str, ...]:
    """Return the codes of a country's areas that may stand for a hidden address.

    From public tables alone: never from where a service is.
    """
    parents = {code: area.parent_id for code, area in store.areas().items()}
    rows = [row for row in store.rows().values() if row.country == country]
    return tuple(code for code in coarse.coarse_areas(rows, parents) if code in parents)
