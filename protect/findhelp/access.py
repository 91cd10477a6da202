"""Access of visitors: what is published. Everything else is a 404."""

from dataclasses import dataclass

from django.conf import settings
from django.db import Error
from django.http import Http404

from protect.directory import access as directory
from protect.findhelp import addresses, enums
from protect.matching import published
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

PLACES = {enums.Kind.PLACE, enums.Kind.WHOLE}


@dataclass(frozen=True, slots=True)
class Search:
    """A visitor's search: a place and a need, as an address holds them."""

    spot: addresses.Spot
    need: vocabulary.Need

    @property
    def code(self) -> str:
        return f"{self.spot.code}-{self.need.short}"


def languages() -> dict[str, vocabulary.Language]:
    """Return the languages that pages are offered in, in their order."""
    return vocabulary.published_languages("demo" if settings.IS_DEMO else "live")


def get_language(tag: str) -> vocabulary.Language:
    """Return a published language. Errors: Http404."""
    return _must_exist(languages().get(tag))


def _must_exist[T](thing: T | None) -> T:
    if thing is None:
        raise Http404
    return thing


def get_page(code: str) -> addresses.Spot | ServiceRow:
    """Return the page, place or service behind a code. Errors: Http404."""
    page = addresses.spots().get(code) or published.service(code)
    if page is None:
        raise Http404
    return page


def get_service(code: str) -> ServiceRow:
    return _must_exist(published.service(code))


def successor(code: str) -> str | None:
    """Return the code of the entry that one was merged into. None while the database is away."""
    try:
        service = directory.successor(short=code)
    except Error:
        return None
    return service.short if service and published.service(service.short) else None


def get_place(code: str) -> addresses.Spot:
    spot = addresses.spots().get(code)
    if spot is None or spot.kind not in PLACES:
        raise Http404
    return spot


def get_search(place: str, short: str) -> Search:
    for need in public_needs():
        if need.short == short:
            return Search(get_place(place), need)
    raise Http404


def public_needs() -> list[vocabulary.Need]:
    """Return the needs that a visitor chooses among, in their order."""
    return [need for need in vocabulary.needs().values() if need.public]
