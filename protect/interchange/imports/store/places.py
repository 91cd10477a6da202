"""Places and areas of the database, as rows are read against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from protect.interchange.errors import InterchangeRefusal
from protect.interchange.imports.values.place_names import Atlas, Region, regions, towns_of
from protect.reference import vocabulary
from protect.reference.lookup.coarse import coarse_cell
from protect.reference.lookup.index import PlaceRow
from protect.reference.lookup.store import areas, places, rows
from protect.reference.models import Category, Country, Language, Place, Term


def atlas() -> Atlas:
    """Return the places and areas of the database. Errors: reference_tables_outdated."""
    must_be_loaded()
    settlements: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in rows().values():
        settlements[row.country].append(row)
    all_regions = (
        Region(area.code, area.country_id, area.level, (area.name, *area.names.split("|")))
        for area in areas().values()
    )
    cells = _coarse(settlements)
    return Atlas(places(), settlements, regions(all_regions), cells, towns_of(settlements))


def must_be_loaded() -> None:
    """Refuse to import where `protect load-data` was not run since the data changed."""
    expected: tuple[tuple[type[Term], Iterable[str]], ...] = (
        (Language, vocabulary.languages()),
        (Country, vocabulary.countries()),
        (Category, vocabulary.categories()),
    )
    for model, codes in expected:
        missing = set(codes) - set(model._default_manager.values_list("code", flat=True))
        if missing:
            raise InterchangeRefusal(
                "reference_tables_outdated", table=model.__name__, missing=min(missing)
            )
    if not areas():
        raise InterchangeRefusal("reference_tables_outdated", table=Place.__name__, missing="all")


def _coarse(settlements: Mapping[str, Sequence[PlaceRow]]) -> Callable[[PlaceRow], str | None]:
    parents = {code: area.parent_id for code, area in areas().items()}

    @cache
    def cell(place: PlaceRow) -> str | None:
        found = coarse_cell(place, settlements[place.country], parents)
        return found if found in parents else None

    return cell
