"""A mirror: a copy of the public site as files, which any server can send. Its pages are drawn by
the same views, without forms, without what changes by the hour, and with the day of the copy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from django.http import HttpRequest
from django.urls import reverse

from protect.findhelp import access, addresses
from protect.findhelp.enums import SpotKind
from protect.reference import formats
from protect.reference.lookup import store
from protect.reference.vocabulary import Language

# Key of the WSGI environment under which an export passes its mirror. No header of a request can
# set it: the names of headers begin with HTTP_.
MIRROR_KEY = "protect.mirror"


@dataclass(frozen=True, slots=True)
class Mirror:
    """What a copy of the site holds."""

    day: date  # of the copy, UTC
    countries: tuple[str, ...]  # codes
    tags: tuple[str, ...]  # of its languages, in the order in which they are offered
    areas: frozenset[str] = frozenset()  # codes; the copy has only their places; empty: all

    def day_text(self, tag: str) -> str:
        return format_date(self.day, "long", locale=formats.cldr_locale(tag))

    def own_country(self, country: str | None) -> str | None:
        """Return a country if the copy has its pages, else None: an answer may be a service of
        another country, to whose pages the copy has no links."""
        return country if country in self.countries else None

    def has_spot(self, spot: addresses.Spot) -> bool:
        """Return whether the copy has the page of a place, an area or a list of places."""
        if addresses.country_of(spot) not in self.countries:
            return False
        if not self.areas or spot.key in self.countries:
            return True
        if spot.kind in (SpotKind.COUNTRY, SpotKind.INITIAL):
            return any(map(self.has_spot, addresses.child_spots(spot)))
        if spot.kind is SpotKind.PLACE:
            enclosing_areas = store.area_chain(store.place_rows()[int(spot.key)].area)
            return not self.areas.isdisjoint(enclosing_areas)
        is_inside = not self.areas.isdisjoint(store.area_chain(spot.key))
        return is_inside or any(spot.key in store.area_chain(area) for area in self.areas)


class LanguageLink(NamedTuple):
    language: Language
    url: str  # of the same page in this language


def mirror_of(request: HttpRequest) -> Mirror | None:
    """Return the mirror for which a page is drawn; None for a visitor of the site."""
    mirror: Mirror | None = request.META.get(MIRROR_KEY)
    return mirror


def offered_languages(request: HttpRequest) -> dict[str, Language]:
    """Return the languages that a page may offer, by tag: those of the site, or of its mirror."""
    offered, mirror = access.languages(), mirror_of(request)
    return {
        tag: language for tag, language in offered.items() if mirror is None or tag in mirror.tags
    }


def language_links(
    mirror: Mirror, path: str, tag: str, tags: Iterable[str] | None
) -> list[LanguageLink]:
    """Return links to a page in the other languages of a mirror; to the choice of a country for a
    page that no other language has. `tags`: the languages that have the page; None: all. The
    link from a later step of answers leads to the first one: another language may have fewer."""
    rest = addresses.without_step(addresses.path_without_language(path, tag))
    available_tags = mirror.tags if tags is None else [*tags]
    return [
        LanguageLink(
            access.get_language(other_tag),
            f"/{other_tag}/{rest}"
            if rest and other_tag in available_tags
            else _country_list_url(other_tag, path),
        )
        for other_tag in mirror.tags
        if other_tag != tag
    ]


def _country_list_url(tag: str, path: str) -> str:
    quiet = "/q" if addresses.is_quiet_path(path) else ""
    return reverse("findhelp:country_list", args=[tag, quiet])
