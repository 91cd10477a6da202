"""Booklets and offline files that visitors download. Printing one takes up to a second, so each is
made once and kept in memory until the directory or the day changes, and few are made at a time."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore, Lock
from typing import NamedTuple

from django.http import Http404

from protect.findhelp import access, addresses
from protect.findhelp.answers.sheets import midnight_after
from protect.findhelp.posters import offline, papers
from protect.kernel.limits import LOOPBACK, RateLimiter, TooManyRequests
from protect.matching import published
from protect.matching.services.cache import next_change
from protect.reference import vocabulary
from protect.reference.lookup import store

MAX_SERVICES = 150  # of an area whose booklet is offered: about 60 pages, made in a second
MAX_KEPT_BYTES = 16 * 1024 * 1024  # of files in memory
KINDS = ("pdf", "html")  # the booklet page by page, and the offline file
WAITING = 4  # that are made or wait for it; a visitor beyond them is asked to come again
PATIENCE = 6  # seconds that a visitor waits for the press before being asked to come again
MOST_MADE = 3  # per minute and network; kept ones are not counted
MADE = RateLimiter(MOST_MADE)
_places = BoundedSemaphore(WAITING)
_press, _memory_lock = Lock(), Lock()
_served: set[str] = set()  # networks with a file that is being made or waits: one each


class KeptFile(NamedTuple):
    number: int  # of the snapshot
    until: datetime  # when a printed fact changes, or the day
    content: bytes


_kept: OrderedDict[tuple[str, str, str], KeptFile] = OrderedDict()  # by code, tag and kind


def offered_area(spot: addresses.Spot, tag: str) -> addresses.Spot | None:
    """Return the area whose booklet the page of a place offers: the largest one around it that has
    few enough services. None without a country, or for a language that cannot be printed."""
    country, area = papers.country_and_area(spot)
    if not country or tag not in papers.printable_languages() or not access.released_pages(tag):
        return None
    regions = [store.areas()[code] for code in reversed(store.area_chain(area or None))]
    around = [addresses.anywhere_in(region.code, region.name) for region in regions]
    for whole in (addresses.anywhere_in(country), *around):
        if len(papers.services_in(whole)) <= MAX_SERVICES:
            return whole
    return None


def download(spot: addresses.Spot, tag: str, kind: str, address: str, at: datetime) -> bytes:
    """Return the booklet ("pdf") or offline file ("html") of an area. `address`: of the visitor.
    Errors: Http404 for what no page offers; TooManyRequests, with when to come again."""
    if kind not in KINDS or offered_area(spot, tag) != spot:
        raise Http404
    key, number = (spot.code, tag, kind), published.snapshot_number()
    if (found := _find(key, number, at)) is not None:
        return found
    MADE.count_request(address)
    with _place(address):
        if not _press.acquire(timeout=PATIENCE):
            raise TooManyRequests
        try:
            found = _find(key, number, at)  # made while this visitor waited
            return _make(spot, key, number, at) if found is None else found
        finally:
            _press.release()


@contextmanager
def _place(address: str) -> Iterator[None]:
    """Hold one of the places of the press. A network holds one at most, so that a few networks
    cannot hold all for long. Errors: TooManyRequests."""
    with _memory_lock:
        if address in _served or not _places.acquire(blocking=False):
            raise TooManyRequests
        if address not in LOOPBACK:
            _served.add(address)
    try:
        yield
    finally:
        with _memory_lock:
            _served.discard(address)
        _places.release()


def forget() -> None:
    """Make each file anew when it is asked for next (in tests)."""
    _kept.clear()


def _find(key: tuple[str, str, str], number: int, at: datetime) -> bytes | None:
    kept = _kept.get(key)
    return kept.content if kept and kept.number == number and at < kept.until else None


def _make(spot: addresses.Spot, key: tuple[str, str, str], number: int, at: datetime) -> bytes:
    _code, tag, kind = key
    _name, content = offline.download(spot, tag, at, kind)
    zone = vocabulary.countries()[addresses.country_of(spot) or ""].zone
    changes = (next_change(row, at) for row in papers.services_in(spot))
    until = min([midnight_after(at, zone), *filter(None, changes)])
    with _memory_lock:
        _kept[key] = KeptFile(number, until, content)
        _kept.move_to_end(key)
        while sum(len(each.content) for each in _kept.values()) > MAX_KEPT_BYTES:
            _kept.popitem(last=False)
    return content
