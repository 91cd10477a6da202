"""Load the vocabularies and places into their tables. It can be run again; no row is deleted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db import models, transaction

from protect.reference import errors, place_files, vocabulary
from protect.reference.models import Area, Category, Country, Language, Place, Term

ROWS_PER_STATEMENT = 4000  # added by one INSERT

type ReportLoaded = Callable[[LoadResult], None]
# Loaders of higher packages, run after these tables. Each package adds its own at start-up.
ADDITIONAL_LOADERS: list[Callable[[ReportLoaded], None]] = []


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The numbers of rows that loading one table added, changed and left unchanged."""

    table: str
    added: int
    changed: int
    same: int


@transaction.atomic
def load_data(report: ReportLoaded) -> None:
    """Write the vocabularies and places to their tables, all or none. `report` gets each result.
    Errors: DataError; short_code_taken; those of ADDITIONAL_LOADERS."""
    terms: tuple[tuple[type[Term], Iterable[str]], ...] = (
        (Language, vocabulary.languages()),
        (Country, vocabulary.countries()),
        (Category, vocabulary.categories()),
    )
    for model, codes in terms:
        report(_write_rows(model, [model(code=code) for code in codes]))
    areas, places = list(place_files.load_areas()), list(place_files.load_places())
    _refuse_shared_short_codes([*areas, *places])
    for level in sorted({area.level for area in areas}):  # parents before children
        report(_write_rows(Area, [area for area in areas if area.level == level]))
    report(_write_rows(Place, places))
    for load in ADDITIONAL_LOADERS:
        load(report)


def _refuse_shared_short_codes(rows: Sequence[Area | Place]) -> None:
    row_by_short_code: dict[str, Area | Place] = {}
    for row in rows:
        earlier_row = row_by_short_code.setdefault(row.short, row)
        if earlier_row is not row:
            raise errors.ReferenceRefusal(
                "short_code_taken", first=str(earlier_row), second=str(row), short=row.short
            )


def _write_rows[M: models.Model](model: type[M], rows: Sequence[M]) -> LoadResult:
    """Add new rows and update changed ones; rows that are not listed stay."""
    names = [field.attname for field in model._meta.concrete_fields]
    key = model._meta.pk.attname
    stored_rows = {row[key]: row for row in model._default_manager.values(*names)}
    added = [row for row in rows if row.pk not in stored_rows]
    pairs = [(row, stored_rows[row.pk]) for row in rows if row.pk in stored_rows]
    changed = [
        row for row, stored in pairs if any(stored[name] != getattr(row, name) for name in names)
    ]
    for batch in batched(added, ROWS_PER_STATEMENT):
        model._default_manager.bulk_create(batch)
    if changed:
        field_names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.bulk_update(changed, field_names, batch_size=500)
    same = len(rows) - len(added) - len(changed)
    return LoadResult(model._meta.model_name or "", len(added), len(changed), same)
