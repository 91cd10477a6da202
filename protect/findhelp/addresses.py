"""URLs of the public site: six-letter codes, and encrypted (sealed) answers of a visitor."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from protect.content.drafts import page_files
from protect.content.enums import PageKind
from protect.findhelp.enums import SpotKind
from protect.findhelp.models import ForgottenAnswers
from protect.kernel import clock, errors
from protect.kernel.ids import short_code
from protect.matching.questions import PersonLocation
from protect.reference import formats, vocabulary
from protect.reference.errors import ReferenceRefusal
from protect.reference.lookup import index, store
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_names import area_name, areas_by_folded_name, place_name
from protect.reference.lookup.place_search import PlaceSearchResult, search_place
from protect.vault.errors import TokenGone
from protect.vault.server_keys import tokens

# The path after the language, for pages that exist in every language.
LANGUAGE_FREE_PATH = (
    r"q|[a-z2-9]{6}(?:-[a-z2-9]{2})?(?:/q)?(?:/[2-9]|/[a-z2-9]{6})?"
    r"|r/[A-Za-z0-9_-]+(?:/[a-z2-9]{6})?"
)
PLACE_KINDS = {SpotKind.PLACE, SpotKind.WHOLE}  # spots where needs can be chosen
LARGE_LIST = 150  # settlements; a longer list is divided again
MAX_DIVISIONS = 60  # areas; a list of more (Malta, Slovenia) is divided by first letter instead
ANSWERS_PER_STEP = 5  # answers per step; "more" shows as many again
# The fields of a refined search; one letter stands for each, to keep the address short.
SEALED_FIELDS = (
    *("place", "need", "fields", "typed", "country", "service", "outcome", "more"),
    "visit",
)
FIELD_BY_LETTER = dict(zip("pnftcsomv", SEALED_FIELDS, strict=True))
# A part of a name, such as “Molenbeek”, finds settlements if it has at least so many letters and
# fits at most so many of them.
MIN_PART_OF_NAME, MAX_LONGER_NAMES = 5, 10
SEALED_SECONDS = tokens.TOKEN_MINUTES * 60  # an encrypted URL can be opened for this time
SEAL_PURPOSE = "findhelp.refined"  # tokens sealed for another purpose are refused


@dataclass(frozen=True, slots=True)
class Spot:
    """What a six-letter code stands for: a place, a list of places, or a page. `key` is its id."""

    kind: SpotKind
    key: str = ""
    name: str = ""

    @property
    def code(self) -> str:
        return _spot_code(self.kind, self.key)


@lru_cache(maxsize=10_000)  # short codes; a page of answers shows about twenty
def _spot_code(kind: SpotKind, key: str) -> str:
    return short_code(kind, key)


ANYWHERE = Spot(SpotKind.WHOLE)  # for a search without a place
TIPS = Spot(SpotKind.TIPS)  # the page about traces that a visit leaves on a phone
HELPER = Spot(SpotKind.HELPER)  # the page for a person who helps someone
FIRST_HOURS = Spot(SpotKind.FIRST_HOURS)  # the page “If it just happened”, for no country


def path_without_language(path: str, tag: str) -> str:
    """Return the path after the language; "" unless LANGUAGE_FREE_PATH matches it (not `/en`)."""
    rest = path.removeprefix(f"/{tag}/")
    return rest if re.fullmatch(LANGUAGE_FREE_PATH, rest) else ""


def without_step(rest: str) -> str:
    """Return a path after the language without the number of its step (“Show more”)."""
    return re.sub(r"/[2-9]$", "", rest)


def quiet_path(path: str, tag: str) -> str:
    """Return the path of a page for a visitor who cannot speak (with /q), or of the country list
    if the page has no such version; "" if `path` has /q already."""
    if is_quiet_path(path):
        return ""
    rest = path_without_language(path, tag)
    page = re.match(r"[a-z2-9]{6}(?:-[a-z2-9]{2})?", rest)
    return f"/{tag}/{page[0]}/q{rest[page.end() :]}" if page else f"/{tag}/q"


def is_quiet_path(path: str) -> bool:
    """Return whether a path is of a page for a visitor who cannot speak."""
    return "q" in path.split("/")


@cache
def spots_by_code() -> Mapping[str, Spot]:
    """Return every spot by its code, built once. Errors: short_code_taken."""
    by_code: dict[str, Spot] = {}
    for spot in _all_spots():
        other = by_code.setdefault(spot.code, spot)
        if other != spot:
            names = {"first": str(other), "second": str(spot)}
            raise ReferenceRefusal("short_code_taken", **names, short=spot.code)
    return by_code


def _all_spots() -> Iterator[Spot]:
    yield from (ANYWHERE, TIPS, HELPER, FIRST_HOURS)
    for page_code in page_files.pages_of_kind(PageKind.RIGHTS):
        yield from (rights_in(country, page_code) for country in (None, *vocabulary.countries()))
    for country in vocabulary.countries():
        yield first_hours_in(country)
        yield police_in(country)
        yield country_spot(country)
        yield anywhere_in(country)
    for area in store.areas().values():
        yield Spot(SpotKind.AREA, area.code, area.name)
        yield anywhere_in(area.code, area.name)
    for place in store.place_rows().values():
        yield place_spot(place.id)
    for inside, letters in initials_by_area().items():
        yield from (initial_spot(inside, letter) for letter in letters)


def first_hours_in(country: str | None) -> Spot:
    """Return the spot of the page “If it just happened” for a country; None: for no country."""
    return Spot(SpotKind.FIRST_HOURS, country) if country else FIRST_HOURS


def police_in(country: str) -> Spot:
    """Return the spot of the page about the police of a country."""
    return Spot(SpotKind.POLICE, country)


def rights_in(country: str | None, page_code: str) -> Spot:
    """Return the spot of a page about rights or safety for a country; None: for no country."""
    return Spot(SpotKind.RIGHTS, f"{country or ''}:{page_code}")


def rights_code(spot: Spot) -> str:
    """Return the code of the page that a spot of the kind RIGHTS stands for."""
    return spot.key.rpartition(":")[2]


def country_spot(country: str) -> Spot:
    return Spot(SpotKind.COUNTRY, country)


def place_spot(place_id: int) -> Spot:
    return Spot(SpotKind.PLACE, str(place_id), store.place_rows()[place_id].name)


def anywhere_in(key: str, name: str = "") -> Spot:
    """Return the spot for "anywhere in" a country or an area."""
    return Spot(SpotKind.WHOLE, key, name)


def initial_spot(area: str, letter: str) -> Spot:
    """Return the spot that lists settlements of a country or area with one first letter."""
    return Spot(SpotKind.INITIAL, f"{area}:{letter}", letter)


def child_spots(spot: Spot) -> list[Spot]:
    """Return what the page of a list links to: regions, districts, letters or settlements."""
    if spot.kind is SpotKind.INITIAL:
        area, letter = spot.key.rsplit(":", 1)
        return [place_spot(place) for place in _settlements(area) if _name_initial(place) == letter]
    if areas := _divisions(spot.key):
        return [Spot(SpotKind.AREA, code, store.areas()[code].name) for code in areas]
    if spot.key in initials_by_area():
        return [initial_spot(spot.key, letter) for letter in initials_by_area()[spot.key]]
    return [place_spot(place) for place in _settlements(spot.key)]


def country_of(spot: Spot) -> str | None:
    if spot.kind is SpotKind.PLACE:
        return store.place_rows()[int(spot.key)].country
    key = spot.key.rsplit(":", 1)[0]
    if key in vocabulary.countries():
        return key
    area = store.areas().get(key)
    return area.country_id if area else None


def spot_name(spot: Spot, tag: str) -> str:
    """Return the name of a place or an area (for a list by letter: of its area), in the reader's
    script if known; else of its country in language `tag`, else ""."""
    if spot.kind is SpotKind.PLACE:
        return place_name(store.place_rows()[int(spot.key)], tag)
    if area := store.areas().get(spot.key.rsplit(":", 1)[0]):
        return area_name(area, tag)
    country = country_of(spot)
    return formats.country_name(country, tag) if country else ""


def names_with_country(spot: Spot, tag: str) -> list[str]:
    """Return the name of a place and that of its country, each once; none for no place."""
    country = country_of(spot)
    names = [spot_name(spot, tag), formats.country_name(country, tag) if country else ""]
    return list(dict.fromkeys(filter(None, names)))


def parent_of(spot: Spot) -> Spot | None:
    """Return the list one level up; None if that is the page to choose a country."""
    if spot.kind is SpotKind.PLACE:
        key: str | None = store.place_rows()[int(spot.key)].area
    elif spot.kind is SpotKind.INITIAL:
        key = spot.key.rsplit(":", 1)[0]
    else:
        area = store.areas().get(spot.key)
        key = (area.parent_id or area.country_id) if area else None
    while key and key in store.areas() and not _has_own_list(key):
        key = store.areas()[key].parent_id or store.areas()[key].country_id
    if key in vocabulary.countries():
        return country_spot(key)
    return Spot(SpotKind.AREA, key, store.areas()[key].name) if key else None


def location_of(spot: Spot) -> PersonLocation | None:
    """Return where to search: at a place, or in an area or a country; None for anywhere."""
    if spot.kind is SpotKind.PLACE:
        return PersonLocation.at_place(store.place_rows()[int(spot.key)])
    country = country_of(spot)
    if country is None:
        return None
    areas = store.area_chain(spot.key) if spot.key in store.areas() else ()
    return PersonLocation(country=country, areas=areas)


@cache
def _divisions(key: str) -> tuple[str, ...]:
    """Return the areas into which the list of a country or area is divided; () for none."""
    if key not in vocabulary.countries() and len(_settlements(key)) <= LARGE_LIST:
        return ()
    parent = None if key in vocabulary.countries() else key
    country = key if parent is None else store.areas()[key].country_id
    divisions = [
        area
        for area in store.areas().values()
        if area.country_id == country and area.parent_id == parent and _settlements(area.code)
    ]
    return tuple(area.code for area in divisions) if 2 <= len(divisions) <= MAX_DIVISIONS else ()


def _has_own_list(area: str) -> bool:
    """Return whether an area has its own list, because the list of its parent is divided."""
    return area in _divisions(store.areas()[area].parent_id or store.areas()[area].country_id)


@cache
def initials_by_area() -> Mapping[str, tuple[str, ...]]:
    """Return the letters of the lists by letter, for each country or area that has such lists."""
    countries = vocabulary.countries()
    return {
        key: tuple(sorted({_name_initial(place) for place in _settlements(key)}))
        for key in (*countries, *store.areas())
        if not _divisions(key) and (len(_settlements(key)) > LARGE_LIST or key in countries)
    }


def _name_initial(place_id: int) -> str:
    return store.place_rows()[place_id].name[:1].upper()


def _settlements(key: str) -> list[int]:
    """Return the ids of the settlements in a country or an area, given its code."""
    return _settlements_by_area().get(key, [])


@cache
def _settlements_by_area() -> Mapping[str, list[int]]:
    """Return the ids of all settlements in each country and area, sorted by name."""
    settlements: dict[str, list[int]] = {}
    for place in sorted(store.place_rows().values(), key=lambda row: (row.name, row.id)):
        for key in index.enclosing_areas(place, store.parent_codes()):
            settlements.setdefault(key, []).append(place.id)
    return settlements


def spot_named(typed: str, country: str | None, tag: str) -> Spot | None:
    """Return the country with a typed name, else the only such place in `country`, else None."""
    if code := country_named(typed):
        return country_spot(code)
    place = find_places(typed, country, tag).certain
    return place_spot(place.id) if place else None


def find_places(typed: str, country: str | None, tag: str) -> PlaceSearchResult:
    """Return the places that a typed text may mean. `country` limits them, unless the text names
    one itself, such as "Sliema, Malta"; else the countries that use the language come first."""
    for parts in (typed.rsplit(",", 1), typed.rsplit(" ", 1)):
        if len(parts) == 2 and (country_code := country_named(parts[1])):
            return search_place(parts[0], country_code)
    countries = vocabulary.countries()
    return search_place(
        typed, country, [code for code in countries if tag in countries[code].languages]
    )


def find_place_codes(name: str, country: str | None) -> list[str]:
    """Return the codes of all areas and settlements that have this name among their names, in
    `country` (None: in any), larger ones first; none if not known. A settlement is also meant by a
    part of its name that few others have."""
    areas = (store.areas()[code] for code in areas_by_folded_name().get(fold(name), ()))
    in_country = (area.code for area in areas if country in {None, area.country_id})
    settlements = store.place_index().find_all(name, country)
    if len(fold(name)) >= MIN_PART_OF_NAME:
        longer = store.place_index().find_longer_names(name, country) - settlements
        settlements |= longer if len(longer) <= MAX_LONGER_NAMES else set()
    by_size = sorted(settlements, key=lambda place: (-place.population, place.id))
    return [*sorted(in_country), *(str(place.id) for place in by_size)]


def country_named(text: str) -> str | None:
    """Return a country's code by its name in a language of the site or its own; else None."""
    return _country_codes_by_folded_name().get(fold(text))


@cache
def _country_codes_by_folded_name() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for code, country in vocabulary.countries().items():
        for tag, language in vocabulary.languages().items():
            if language.has_text:
                names[fold(formats.country_name(code, tag))] = code
        names |= {fold(name): code for name in country.endonyms.values()}
    return names


@dataclass(frozen=True, slots=True)
class RefinedSearch:
    """The encrypted content of /{tag}/r/{token}: what a visitor searched, typed and reported."""

    place: str = ""  # code of a place
    need: str = ""  # two letters
    fields: Mapping[str, Any] | None = None  # as typed and chosen
    typed: str = ""  # a typed place name that is unknown or ambiguous
    service: str = ""  # code of a service that the visitor reported on
    outcome: str = ""  # of that report: one of enums.ReportOutcome
    country: str = ""  # where the place was searched
    more: int = 0  # how many steps of ANSWERS_PER_STEP were added
    visit: str = ""  # random: all addresses of a visit have one, so that they close together

    def as_document(self) -> dict[str, Any]:
        filled = {key: value for key, value in (self.fields or {}).items() if value}
        values = asdict(self) | {"fields": filled}
        return {letter: values[name] for letter, name in FIELD_BY_LETTER.items() if values[name]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "RefinedSearch":
        values: dict[str, Any] = {"fields": {}}
        values |= {name: document[key] for key, name in FIELD_BY_LETTER.items() if key in document}
        return cls(**values)


class AddressExpired(errors.ProtectError):
    """A URL with encrypted answers has expired, or was not made by this site."""

    code = "findhelp.expired"
    status = HTTPStatus.GONE
    # Translators: an address that held a visitor's answers for half an hour is opened later.
    message = _("This page has expired, to keep your answers private.")


def sealed_address(
    language: vocabulary.Language, refined: RefinedSearch, *, seconds: int = SEALED_SECONDS
) -> str:
    """Return the URL of a refined search; its content is encrypted and expires in `seconds`."""
    refined = refined if refined.visit else replace(refined, visit=secrets.token_urlsafe(9))
    sealed_at = clock.now() - timedelta(seconds=SEALED_SECONDS - seconds)
    token = tokens.seal_token(SEAL_PURPOSE, refined.as_document(), at=sealed_at)
    return reverse("findhelp:refined", args=[language.tag, token])


def open_sealed(token: str) -> tuple[RefinedSearch, int]:
    """Return the decrypted content of the token in a URL, and in how many seconds it expires.
    Errors: AddressExpired."""
    try:
        document, seconds = tokens.open_token(SEAL_PURPOSE, token, at=clock.now())
    except TokenGone:
        raise AddressExpired from None
    refined = RefinedSearch.from_document(document)
    if ForgottenAnswers.objects.has(refined.visit):
        raise AddressExpired
    return refined, seconds


def forget_answers(refined: RefinedSearch) -> None:
    """Let no address of the visit open any more, also from the history of the browser."""
    ForgottenAnswers.objects.forget(refined.visit, clock.now(), timedelta(seconds=SEALED_SECONDS))
