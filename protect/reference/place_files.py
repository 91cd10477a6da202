"""The places and areas of the data files. Their tables are filled from them; a command that runs
while the database is unavailable reads them here."""

import csv
from collections.abc import Iterable
from pathlib import Path

from protect.kernel.ids import short_code
from protect.reference import vocabulary
from protect.reference.models import Area, Place

PLACES_FOLDER = Path(__file__).parent / "data" / "places"


def load_areas() -> Iterable[Area]:
    for row in _read_tsv_rows(PLACES_FOLDER / "areas.tsv"):
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


def load_places() -> Iterable[Place]:
    for country in vocabulary.countries():
        path = PLACES_FOLDER / f"{country}.tsv"
        for row in _read_tsv_rows(path) if path.exists() else ():
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


def _read_tsv_rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE)
