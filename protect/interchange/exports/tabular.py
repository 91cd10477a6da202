"""Services as tables: CSV in our columns; HSDS as JSON lines, or as CSV in one archive.

Source: HSDS 3.1 tables (Data Package). The tables are ours alone; a test compares them.
"""

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self

from protect.interchange.exports import content
from protect.interchange.exports.store import Exported, Head
from protect.interchange.hsds import schemas, terms, texts
from protect.interchange.hsds.services import GONE, full, is_open
from protect.interchange.imports.files.columns import NOTICE
from protect.interchange.imports.service_cells import COLUMNS, Statement, cells
from protect.kernel.spreadsheet import RecordWriter

ROWS = 200  # written at a time
BOM = "\ufeff"  # without it a spreadsheet takes the text for another encoding
PIECE = 1 << 16  # bytes
UNTOLD = "not published"  # a column of the standard that must not be blank
# Parts of a service's document that are rows of its own.
PARTS = ("phones", "service_areas", "languages", "cost_options", "required_documents")


class Sheet(NamedTuple):
    file: str
    columns: list[str]


@cache
def layout() -> dict[str, Sheet]:
    return {
        name: Sheet(f"{shape.file or f'{name}s'}.csv", schemas.columns_of(name))
        for name, shape in schemas.shapes().items()
    }


class Sheets:
    """The open files of an archive. In memory is only which ids were written already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = ExitStack()
        self._writers: dict[str, RecordWriter] = {}
        self.seen: defaultdict[str, set[str]] = defaultdict(set)  # ids, by table

    def __enter__(self) -> Self:
        for name, sheet in layout().items():
            path = self._folder / sheet.file
            file = self._files.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._writers[name] = RecordWriter(file, sheet.columns)
            self._writers[name].writeheader()
        return self

    def __exit__(self, *failure: object) -> None:
        self._files.close()

    def add(self, name: str, row: Mapping[str, Any], **beside: Any) -> None:
        self._writers[name].writerow({**row, **beside})

    def is_new(self, name: str, key: str) -> bool:
        is_new = key not in self.seen[name]
        self.seen[name].add(key)
        return is_new


def write_sheet(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield a table in the columns that an import reads, in UTF-8.
    The notice from the head of other files is its last column."""
    columns = [*COLUMNS, NOTICE] if head.notice else [*COLUMNS]
    text = io.StringIO()
    writer = RecordWriter(text, columns)
    text.write(BOM)
    writer.writeheader()
    for chunk in batched(services, ROWS, strict=False):
        for exported in chunk:
            extra = exported.extra
            statement = Statement(exported.entry, extra.source_id, extra.professionals_only)
            row = {column: cell.strip() for column, cell in cells(statement).items()}
            writer.writerow({**row, NOTICE: head.notice} if head.notice else row)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def write_lines(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield documents. The notice from the head of other files is the `alert` of each service."""
    for exported in services:
        fields = document(exported, head, schemas.Variant.PROFILE)
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        yield f"{text}\n".encode()


def document(each: Exported, head: Head, variant: schemas.Variant) -> dict[str, Any]:
    fields = schemas.fitted(full(each.entry, head.at), "service", variant)
    if not is_open(each.entry):
        return fields
    fields = {**fields, "alert": head.notice}
    if variant is schemas.Variant.PROFILE:
        fields |= content.for_members(each)
    return texts.stated(fields)


def write_tables(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    with TemporaryDirectory(prefix="protect-export-") as name:
        folder = Path(name)
        with Sheets(folder) as sheets:
            for exported in services:
                _add_service(sheets, exported, head)
            # Nameless rows of organisations without visible services: other tables refer to them.
            for owner in sorted(sheets.seen["closed"] - sheets.seen["organization"]):
                sheets.add("organization", {"id": owner, "name": GONE, "description": GONE})
        archive = _packed(folder, head)
        with archive.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _packed(folder: Path, head: Head) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        described = json.dumps(_package(head), ensure_ascii=False, indent=1)
        archive.writestr("datapackage.json", described)
        for sheet in layout().values():
            archive.write(folder / sheet.file, sheet.file)
            (folder / sheet.file).unlink()
    return path


def _add_service(sheets: Sheets, each: Exported, head: Head) -> None:
    fields = document(each, head, schemas.Variant.CORE)
    owner = str(each.entry.organisation.id)
    sheets.add("service", fields, organization_id=owner)
    if not is_open(each.entry):
        sheets.seen["closed"].add(owner)
        return
    if sheets.is_new("organization", owner):
        sheets.add("organization", fields["organization"])
        for row in fields["organization"].get("organization_identifiers", ()):
            sheets.add("organization_identifier", row, organization_id=owner)
    key = fields["id"]
    tables = schemas.shapes()["service"].nested
    for part in PARTS:
        for row in fields.get(part, ()):
            sheets.add(tables[part], row, service_id=key)
    for row in fields.get("schedules", ()):
        sheets.add("schedule", row, service_id=key)
        _add_attributes(sheets, row)
    _add_attributes(sheets, fields)
    _add_places(sheets, fields)
    _add_room(sheets, fields)
    for row in fields.get("metadata", ()):
        sheets.add("metadata", row, previous_value=UNTOLD, replacement_value=UNTOLD)


def _add_attributes(sheets: Sheets, fields: Mapping[str, Any]) -> None:
    for row in fields.get("attributes", ()):
        term = row["taxonomy_term"]
        sheets.add("attribute", row, taxonomy_term_id=term["id"])
        _add_term(sheets, term["id"])


def _add_term(sheets: Sheets, key: str) -> None:
    """Write a term with those above it and its taxonomy."""
    while key and sheets.is_new("taxonomy_term", key):
        term = next(each for each in terms.every() if str(each.id) == key)
        taxonomy = terms.taxonomy(term.scheme)
        sheets.add("taxonomy_term", terms.document(term), taxonomy_id=taxonomy["id"])
        if sheets.is_new("taxonomy", taxonomy["id"]):
            sheets.add("taxonomy", taxonomy)
        key = str(term.parent_id) if term.parent_id else ""


def _add_places(sheets: Sheets, fields: Mapping[str, Any]) -> None:
    for row in fields.get("service_at_locations", ()):
        place = row["location"]
        sheets.add("service_at_location", row, service_id=fields["id"], location_id=place["id"])
        if sheets.is_new("location", place["id"]):
            sheets.add("location", place)
            for address in place.get("addresses", ()):
                sheets.add("address", address, location_id=place["id"])
            for access in place.get("accessibility", ()):
                sheets.add("accessibility", access, location_id=place["id"])


def _add_room(sheets: Sheets, fields: Mapping[str, Any]) -> None:
    for row in fields.get("capacities", ()):
        unit = row["unit"]
        sheets.add("service_capacity", row, service_id=fields["id"], unit_id=unit["id"])
        if sheets.is_new("unit", unit["id"]):
            sheets.add("unit", unit)


def _package(head: Head) -> dict[str, Any]:
    return texts.stated(
        {
            "name": "human_services_data",
            "title": "Services of the directory, as HSDS tables",
            "description": head.notice,
            "profile": "tabular-data-package",
            "version": schemas.VERSION,
            "created": head.at.isoformat(),
            "resources": [_resource(name, sheet) for name, sheet in layout().items()],
        }
    )


def _resource(name: str, sheet: Sheet) -> dict[str, Any]:
    keys = [
        {"fields": column, "reference": {"resource": table, "fields": "id"}}
        for column in sheet.columns
        if column != (table := column.removesuffix("_id")) and table in layout()
    ]
    fields = [{"name": column, "type": _type(column)} for column in sheet.columns]
    return {
        "name": name,
        "path": sheet.file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": texts.stated({"fields": fields, "primaryKey": "id", "foreignKeys": keys}),
    }


def _type(column: str) -> str:
    schema = schemas.TYPES.get(column, schemas.TEXT)
    if schema["type"] in {"number", "integer"}:
        return "number"
    return {"date": "date", "date-time": "datetime"}.get(schema.get("format", ""), "string")
