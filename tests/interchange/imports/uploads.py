"""Files to import into the directory, and the users who import them."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.core import serializers

from protect.directory.enums import Fact, Method
from protect.directory.fact_records import values as facts_values
from protect.directory.models import Service
from protect.directory.services.actions import edits
from protect.directory.services.actions.edits import Edit
from protect.interchange.imports.actions import apply as import_apply, rows as import_rows, runs
from protect.interchange.imports.actions.runs import ColumnMapping, Upload
from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.scope import Scope
from protect.verification.models import QueueItem
from tests.directory.tables import models_of_entries
from tests.vault.cast import Person
from tests.verification.nights import NOW, DirectoryStaff

CHANGED = {"description": "As the file says.", "phones": "+35621000002|voice"}
ROW = {
    "source_id": "a",
    "organisation": "Demo House",
    "service": "Demo Counselling",
    "categories": "psychosocial",
    "country": "MT",
    "phones": "+35621000001|voice",
}


def rows_of(*rows: Mapping[str, str]) -> list[dict[str, str]]:
    """Return valid rows with the given changes, each with a unique id."""
    return [{**ROW, "source_id": f"r{n}"} | dict(row) for n, row in enumerate(rows, 1)]


def csv_of(rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> bytes:
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def xlsx_of(rows: Iterable[Mapping[str, str]], titles: Iterable[str] = ()) -> bytes:
    """Return a workbook with one sheet of text cells below `titles`."""
    return workbook(Demo=_sheet_of(rows, titles))


def sheets_of(**sheets: Iterable[Mapping[str, str]]) -> bytes:
    """Return a workbook of several sheets."""
    return workbook(**{name: _sheet_of(rows) for name, rows in sheets.items()})


def _sheet_of(rows: Iterable[Mapping[str, str]], titles: Iterable[str] = ()) -> str:
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    all_rows = [*([title] for title in titles), *lines]
    return "".join(_sheet_row(n, cells) for n, cells in enumerate(all_rows, 1))


def workbook(**sheets: str) -> bytes:
    """Return a workbook of sheets by name, each with rows in XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    numbered = list(enumerate(sheets.items(), 1))
    names = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, (n, _rows) in numbered)
    targets = "".join(
        f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i, _sheet in numbered
    )
    return zip_of(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{names}'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f"{targets}</Relationships>",
            **{
                f"xl/worksheets/sheet{i}.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}'
                "</sheetData></worksheet>"
                for i, (_name, rows) in numbered
            },
        }
    )


def _sheet_row(number: int, cells: Iterable[str]) -> str:
    written = "".join(
        f'<c r="{_letters(at)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for at, text in enumerate(cells, 1)
        if text
    )
    return f'<row r="{number}">{written}</row>'


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def record_of(row: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """Return a row as a record of HSDS 3.1."""
    found: dict[str, Any] = {
        "id": row["source_id"],
        "name": row["service"],
        "status": "active",
        "description": row.get("description", ""),
        "organization": {"id": "o1", "name": row["organisation"], "description": "Demo"},
        "attributes": [
            {"id": f"c{code}", "taxonomy_term": {"id": code, "name": code, "description": code}}
            for code in row["categories"].split(";")
        ],
        "phones": [{"id": "p1", "number": row["phones"].partition("|")[0]}],
        "service_at_locations": [{"id": "s1", "location": _location(row)}],
    }
    return found | more


def _location(row: Mapping[str, str]) -> dict[str, Any]:
    address = {
        "id": "a1",
        "address_1": row.get("address", "-"),
        "city": row.get("city", ""),
        "state_province": "",
        "postal_code": row.get("postal_code", ""),
        "country": row["country"],
        "address_type": "physical",
    }
    point = {name: float(row[name]) for name in ("latitude", "longitude") if row.get(name)}
    return {"id": "l1", "location_type": "physical", "addresses": [address], **point}


def feed_of(rows: Iterable[Mapping[str, str]]) -> bytes:
    return json.dumps([record_of(row) for row in rows]).encode()


def page_of(records: list[Any], number: int = 1, pages: int = 1, items: int | None = None) -> Any:
    return {
        "total_items": len(records) if items is None else items,
        "total_pages": pages,
        "page_number": number,
        "size": len(records),
        "contents": records,
    }


def package_of(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows as a data package of tables."""
    tables: dict[str, list[dict[str, str]]] = {}
    for at, row in enumerate(rows):
        for name, cells in _tables_of(row, at).items():
            tables.setdefault(name, []).append(cells)
    resources = [{"name": name, "path": f"{name}s.csv"} for name in tables]
    files = {f"{name}s.csv": csv_of(found).decode() for name, found in tables.items()}
    return zip_of({"datapackage.json": json.dumps({"resources": resources}), **files})


def _tables_of(row: Mapping[str, str], at: int) -> dict[str, dict[str, str]]:
    """Return the data of one row in each table of a data package."""
    return _offer_of(row, at) | _place_of(row, at)


def _offer_of(row: Mapping[str, str], at: int) -> dict[str, dict[str, str]]:
    return {
        "organization": {"id": f"o{at}", "name": row["organisation"], "description": "Demo"},
        "service": {
            "id": row["source_id"],
            "organization_id": f"o{at}",
            "name": row["service"],
            "description": row.get("description", ""),
            "status": "active",
        },
        "phone": {
            "id": f"p{at}",
            "service_id": row["source_id"],
            "number": row["phones"].partition("|")[0],
        },
        "attribute": {
            "id": f"t{at}",
            "link_id": row["source_id"],
            "taxonomy_term_id": row["categories"],
        },
        "taxonomy_term": {"id": row["categories"], "name": row["categories"]},
    }


def _place_of(row: Mapping[str, str], at: int) -> dict[str, dict[str, str]]:
    return {
        "location": {
            "id": f"l{at}",
            "location_type": "physical",
            "latitude": row.get("latitude", ""),
            "longitude": row.get("longitude", ""),
        },
        "service_at_location": {
            "id": f"s{at}",
            "service_id": row["source_id"],
            "location_id": f"l{at}",
        },
        "address": {
            "id": f"a{at}",
            "location_id": f"l{at}",
            "address_1": row.get("address", "-"),
            "city": row.get("city", ""),
            "postal_code": row.get("postal_code", ""),
            "country": row["country"],
        },
    }


def zip_of(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


FORMATS: dict[str, Callable[[Iterable[Mapping[str, str]]], bytes]] = {
    "csv": csv_of,
    "xlsx": xlsx_of,
    "hsds": feed_of,
    "tabular": package_of,
}


@dataclass
class Importer:
    """A user who imports files step by step."""

    staff: DirectoryStaff
    name: str = "edda"
    source: str = "demo-list"
    at: datetime = NOW

    @property
    def person(self) -> Person:
        return self.staff.people[self.name]

    def begin(self, content: bytes, name: str = "demo.csv") -> ImportRun:
        upload = Upload(self.source, name, content)
        office = self.staff.office
        return runs.begin(self.person.scope, office, upload, at=self.at)

    def map(self, run: ImportRun, id_columns: Iterable[str] = (), **columns: str) -> ImportRun:
        """Choose the proposed columns, and the given ones in addition."""
        found = runs.parse_file(self.person.unlocked(), run)
        if found.is_feed:
            return run
        mapping = ColumnMapping(
            {**found.columns, **columns},
            found.table.columns,
            found.address_columns,
            tuple(id_columns),
        )
        return runs.map_columns(self.person.scope, run, mapping, at=self.at)

    def stage_rows(self, run: ImportRun, has_time: Callable[[], bool] = lambda: True) -> ImportRun:
        found = runs.parse_file(self.person.unlocked(), run)
        return import_rows.stage_rows(self.person.scope, run, found, has_time, at=self.at)

    def validate(self, run: ImportRun, has_time: Callable[[], bool] = lambda: True) -> ImportRun:
        return import_rows.validate_rows(self.person.scope, run, has_time, at=self.at)

    def preview(self, content: bytes) -> ImportRun:
        """Do all steps up to the preview."""
        return self.validate(self.stage_rows(self.map(self.begin(content))))

    def apply(self, run: ImportRun) -> ImportRun:
        return apply_import(self.person.scope, run, at=self.at)

    def run_import(self, *rows: Mapping[str, str]) -> ImportRun:
        """Do all steps of the import of rows."""
        return self.apply(self.preview(csv_of(rows_of(*rows))))


def apply_import(scope: Scope, run: ImportRun, *, at: datetime) -> ImportRun:
    """Start an import and write all rows."""
    started = import_apply.begin_applying(scope, run, at=at)
    return import_apply.apply_rows(scope, started, lambda: True, at=at)


def states(run: ImportRun) -> list[str]:
    return list(run.rows.order_by("line").values_list("state", flat=True))


def codes(row: ImportRow) -> list[str]:
    return [trouble[0] for trouble in row.troubles]


def edit(staff: DirectoryStaff, service: Service, number: str = "+35621000009") -> None:
    """Change the phone number of a service at the desk."""
    values = {"phones": [{"number": number, "kind": "voice"}]}
    fingerprint = facts_values.fingerprint_of(facts_values.read_fact(service, Fact.PHONE))
    wanted = Edit(Fact.PHONE, values, fingerprint, method=Method.CALL)
    edits.edit_fact(staff.cora.scope, service, wanted, at=NOW)
    QueueItem.objects.all().delete()  # a changed number waits for its call


def reasons() -> list[list[str]]:
    return list(QueueItem.objects.order_by("pk").values_list("reasons", flat=True))


def dump(*excluded: str) -> str:
    """Return all rows of the directory as text."""
    models = models_of_entries()
    return "\n".join(
        serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in models
        if model.__name__ not in excluded
    )
