"""Addresses of the public site: six-letter codes, both ways, and sealed answers of a visitor."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from protect.findhelp.enums import Kind
from protect.kernel import clock, errors
from protect.kernel.ids import short_code
from protect.matching.questions import Where
from protect.reference import formats, vocabulary
from protect.reference.errors import ReferenceRefusal
from protect.reference.lookup import index, store
from protect.reference.lookup.fold import fold
from protect.vault.errors import TokenGone
from protect.vault.server_keys import tokens

POSTCODE = re.compile(r"\b\d[\d -]*\b")
# What follows the language in the address of a page that has a twin in every language.
REST = r"[a-z2-9]{6}(?:-[a-z2-9]{2})?(?:/q)?(?:/[2-9]|/[a-z2-9]{6})?|r/[A-Za-z0-9_-]+"
LARGE = 150  # settlements; a list with more is divided once more
MOST_DIVISIONS = 60  # Malta and Slovenia have many tiny ones: first letters serve better
SHOWN = 5  # answers of one step; "more" shows as many again
# What a field of refined answers is called in its address, which must stay short.
NAMES = ("place", "need", "fields", "typed", "country", "service", "outcome")
SEALED = dict(zip("pnftcso", NAMES, strict=True))
PURPOSE = "findhelp.refined"


@dataclass(frozen=True, slots=True)
class Spot:
    """A page or a place with a code of its own. `key` is its id among its kind."""

    kind: Kind
    key: str = ""
    name: str = ""

    @property
    def code(self) -> str:
        return short_code(self.kind, self.key)


ANYWHERE = Spot(Kind.WHOLE)
TIPS = Spot(Kind.TIPS)
HELPER = Spot(Kind.HELPER)


def rest_of(path: str, tag: str) -> str:
    """Return what makes a page the same in another language: its address without the language."""
    rest = path.removeprefix(f"/{tag}/")
    return rest if re.fullmatch(REST, rest) else ""


@cache
def spots() -> Mapping[str, Spot]:
    """Return every page and place by its code, built once. Errors: short_code_taken."""
    by_code: dict[str, Spot] = {}
    for spot in _all():
        other = by_code.setdefault(spot.code, spot)
        if other != spot:
            raise ReferenceRefusal(
                "short_code_taken", first=str(other), second=str(spot), short=spot.code
            )
    return by_code


def _all() -> Iterator[Spot]:
    yield from (ANYWHERE, TIPS, HELPER)
    for country in vocabulary.countries():
        yield country_spot(country)
        yield whole(country)
    for area in store.areas().values():
        yield Spot(Kind.AREA, area.code, area.name)
        yield whole(area.code, area.name)
    for place in store.rows().values():
        yield place_spot(place.id)
    for inside, letters in initials().items():
        yield from (initial_spot(inside, letter) for letter in letters)


def country_spot(country: str) -> Spot:
    return Spot(Kind.COUNTRY, country)


def place_spot(place: int) -> Spot:
    return Spot(Kind.PLACE, str(place), store.rows()[place].name)


def whole(key: str, name: str = "") -> Spot:
    """Return "anywhere in" a country or an area."""
    return Spot(Kind.WHOLE, key, name)


def initial_spot(inside: str, letter: str) -> Spot:
    return Spot(Kind.INITIAL, f"{inside}:{letter}", letter)


def children(spot: Spot) -> list[Spot]:
    """Return what a list page offers: regions, districts, first letters or settlements."""
    if spot.kind is Kind.INITIAL:
        inside, letter = spot.key.rsplit(":", 1)
        return [place_spot(place) for place in _settlements(inside) if _initial(place) == letter]
    if areas := _divisions(spot.key):
        return [Spot(Kind.AREA, code, store.areas()[code].name) for code in areas]
    if spot.key in initials():
        return [initial_spot(spot.key, letter) for letter in initials()[spot.key]]
    return [place_spot(place) for place in _settlements(spot.key)]


def country_of(spot: Spot) -> str | None:
    if spot.kind is Kind.PLACE:
        return store.rows()[int(spot.key)].country
    key = spot.key.rsplit(":", 1)[0]
    if key in vocabulary.countries():
        return key
    area = store.areas().get(key)
    return area.country_id if area else None


def name_in(spot: Spot, tag: str) -> str:
    """Return the name of a place, that of a country in a language; "" for anywhere."""
    if spot.name and spot.kind is not Kind.INITIAL:
        return spot.name
    country = country_of(spot)
    return formats.country_name(country, tag) if country else ""


def parent_of(spot: Spot) -> Spot | None:
    """Return the list one step up; None where that is the choice of a country."""
    if spot.kind is Kind.PLACE:
        key: str | None = store.rows()[int(spot.key)].area
    elif spot.kind is Kind.INITIAL:
        key = spot.key.rsplit(":", 1)[0]
    else:
        area = store.areas().get(spot.key)
        key = (area.parent_id or area.country_id) if area else None
    while key and key in store.areas() and not _is_listed(key):
        key = store.areas()[key].parent_id or store.areas()[key].country_id
    if key in vocabulary.countries():
        return country_spot(key)
    return Spot(Kind.AREA, key, store.areas()[key].name) if key else None


def where(spot: Spot) -> Where | None:
    if spot.kind is Kind.PLACE:
        return Where.at_place(store.rows()[int(spot.key)])
    country = country_of(spot)
    if country is None:
        return None
    return Where(country=country, areas=store.chain(spot.key) if spot.key in store.areas() else ())


@cache
def _divisions(key: str) -> tuple[str, ...]:
    if key not in vocabulary.countries() and len(_settlements(key)) <= LARGE:
        return ()
    parent = None if key in vocabulary.countries() else key
    country = key if parent is None else store.areas()[key].country_id
    inside = [
        area
        for area in store.areas().values()
        if area.country_id == country and area.parent_id == parent and _settlements(area.code)
    ]
    return tuple(area.code for area in inside) if 2 <= len(inside) <= MOST_DIVISIONS else ()


def _is_listed(area: str) -> bool:
    """Return whether a visitor passes this area's list on her way to a settlement in it."""
    parent = store.areas()[area].parent_id or store.areas()[area].country_id
    return area in _divisions(parent)


@cache
def initials() -> Mapping[str, tuple[str, ...]]:
    countries = vocabulary.countries()
    return {
        key: tuple(sorted({_initial(place) for place in _settlements(key)}))
        for key in (*countries, *store.areas())
        if not _divisions(key) and (len(_settlements(key)) > LARGE or key in countries)
    }


def _initial(place: int) -> str:
    return store.rows()[place].name[:1].upper()


def _settlements(key: str) -> list[int]:
    return _inside().get(key, [])


@cache
def _inside() -> Mapping[str, list[int]]:
    settlements: dict[str, list[int]] = {}
    for place in sorted(store.rows().values(), key=lambda row: (row.name, row.id)):
        for key in index.around(place, store.parents()):
            settlements.setdefault(key, []).append(place.id)
    return settlements


def named(typed: str, country: str | None) -> Spot | None:
    """Return the one place or country that a typed name is; None where it is doubtful."""
    if code := country_named(typed):
        return country_spot(code)
    matches = search(typed, country)
    if matches.exact and not matches.ambiguous:
        return place_spot(matches.best[0].id)
    return None


def search(typed: str, country: str | None) -> index.PlaceMatches:
    """Return what a typed name may mean: "4000 Liège", "Sliema, Malta" and "Lodz Poland", too."""
    whole = POSTCODE.sub(" ", typed).strip() or typed
    for parts in (whole.rsplit(",", 1), whole.rsplit(" ", 1)):
        if len(parts) == 2 and (inside := country_named(parts[1])):
            return store.places().find(parts[0], country=inside)
    return store.places().find(whole, country=country)


def country_named(text: str) -> str | None:
    return _country_names().get(fold(text))


@cache
def _country_names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for code, country in vocabulary.countries().items():
        for tag, language in vocabulary.languages().items():
            if language.has_text:
                names[fold(formats.country_name(code, tag))] = code
        names |= {fold(name): code for name in country.endonyms.values()}
    return names


@dataclass(frozen=True, slots=True)
class RefinedSearch:
    """The sealed content of /{tag}/r/{token}: where she was, and what she typed."""

    place: str = ""  # code of a place
    need: str = ""  # two letters
    fields: Mapping[str, str] | None = None  # as typed
    typed: str = ""  # a place's name that was not found, or is several
    service: str = ""  # code of a service of which something was reported
    outcome: str = ""  # of that report: one of enums.Outcome
    country: str = ""  # where it was looked for

    def as_document(self) -> dict[str, Any]:
        filled = {key: value for key, value in (self.fields or {}).items() if value}
        values = asdict(self) | {"fields": filled}
        return {letter: values[name] for letter, name in SEALED.items() if values[name]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "RefinedSearch":
        values: dict[str, Any] = {"fields": {}}
        values |= {name: document[key] for key, name in SEALED.items() if key in document}
        return cls(**values)


class Expired(errors.ProtectError):
    """The address of refined answers was opened too late, or is none of ours."""

    code = "findhelp.expired"
    status = HTTPStatus.GONE
    # Translators: an address that held a visitor's answers for half an hour is opened later.
    message = _("This page has closed. That keeps your answers private.")


def sealed_address(language: vocabulary.Language, refined: RefinedSearch) -> str:
    token = tokens.seal_token(PURPOSE, refined.as_document(), at=clock.now())
    return reverse("findhelp:refined", args=[language.tag, token])


def unsealed(token: str) -> RefinedSearch:
    """Return what was sealed. Errors: Expired."""
    try:
        return RefinedSearch.from_document(tokens.open_token(PURPOSE, token, at=clock.now()))
    except TokenGone:
        raise Expired from None
