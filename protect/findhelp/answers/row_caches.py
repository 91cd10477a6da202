"""Caches of results about each row of the current snapshot. No cached function depends on what a
visitor said."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

MAX_RESULTS = 32_768  # that a function keeps: of 900 services in each language
CACHED: list[Any] = []  # the functions, as lru_cache made them


def cached_by_row[**P, T](read: Callable[P, T]) -> Callable[P, T]:
    """Return a function that keeps the results of `read` until `forget_before` drops them."""
    cached = lru_cache(MAX_RESULTS)(read)
    CACHED.append(cached)
    return cast("Callable[P, T]", cached)


@lru_cache(maxsize=1)
def forget_before(snapshot_number: int) -> None:
    """Drop all results when the snapshot is another one: the rows of the old one may hold what was
    erased or protected since."""
    for cached in CACHED:
        cached.cache_clear()
