"""Loads vocabularies and places into their tables. Safe to run again; deletes nothing."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path

from django.db import models, transaction

from protect.kernel.ids import short_code
from protect.reference import errors, vocabulary
from protect.reference.models import Area, Category, Country, Language, Place, Term

PLACES = Path(__file__).parent / "data" / "places"
BATCH = 4000  # rows in one statement

type Say = Callable[[Loaded], None]
# What higher packages load after these tables: each adds its own when the site starts.
MORE: list[Callable[[Say], None]] = []


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading one table changed, in rows."""

    table: str
    added: int
    changed: int
    same: int


@transaction.atomic
def load_data(say: Say) -> None:
    """Bring all tables up to date, or none. Errors: DataError; short_code_taken; of MORE."""
    terms: tuple[tuple[type[Term], Iterable[str]], ...] = (
        (Language, vocabulary.languages()),
        (Country, vocabulary.countries()),
        (Category, vocabulary.categories()),
    )
    for model, codes in terms:
        say(_write(model, [model(code=code) for code in codes]))
    areas, places = list(_areas()), list(_places())
    _refuse_clashes([*areas, *places])
    for level in sorted({area.level for area in areas}):  # parents first
        say(_write(Area, [area for area in areas if area.level == level]))
    say(_write(Place, places))
    for load in MORE:
        load(say)


def _areas() -> Iterable[Area]:
    for row in _rows(PLACES / "areas.tsv"):
        yield Area(
            code=row["code"],
            country_id=row["country"],
            parent_id=row["parent"] or None,
            level=int(row["level"]),
            kind=row["kind"],
            name=row["name"],
            names=row["names"],
            short=short_code("area", row["code"]),
        )


def _places() -> Iterable[Place]:
    for country in vocabulary.countries():
        path = PLACES / f"{country}.tsv"
        for row in _rows(path) if path.exists() else ():
            yield Place(
                id=int(row["geonames_id"]),
                short=short_code("place", row["geonames_id"]),
                country_id=country,
                area_id=row["area"],
                name=row["name"],
                local_names=row["local_names"],
                names=row["names"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                population=int(row["population"]),
                zone=row["timezone"],
            )


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE)


def _refuse_clashes(rows: Sequence[Area | Place]) -> None:
    seen: dict[str, Area | Place] = {}
    for row in rows:
        other = seen.setdefault(row.short, row)
        if other is not row:
            raise errors.ReferenceRefusal(
                "short_code_taken", first=str(other), second=str(row), short=row.short
            )


def _write[M: models.Model](model: type[M], rows: Sequence[M]) -> Loaded:
    names = [field.attname for field in model._meta.concrete_fields]
    key = model._meta.pk.attname
    old = {row[key]: row for row in model._default_manager.values(*names)}
    added = [row for row in rows if row.pk not in old]
    stored = [(row, old[row.pk]) for row in rows if row.pk in old]
    changed = [row for row, was in stored if any(was[n] != getattr(row, n) for n in names)]
    for batch in batched(added, BATCH):
        model._default_manager.bulk_create(batch)
    if changed:
        others = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.bulk_update(changed, others, batch_size=500)
    same = len(rows) - len(added) - len(changed)
    return Loaded(model._meta.model_name or "", len(added), len(changed), same)
