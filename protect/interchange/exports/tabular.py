"""Export services as tables: CSV with our columns; HSDS as JSON lines or as zipped CSV.
Source: HSDS 3.1 tables (Data Package). A test compares our tables with it."""

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
from uuid import UUID

from protect.interchange.exports import content
from protect.interchange.exports.store import ExportedService, ExportHeader
from protect.interchange.hsds import schemas, terms, texts
from protect.interchange.hsds.services import WITHDRAWN_TEXT, full_document, is_open
from protect.interchange.imports.files.columns import NOTICE_COLUMN
from protect.interchange.imports.service_cells import EXPORT_COLUMNS, ServiceRecord, to_cells
from protect.ui.spreadsheet import RecordWriter

ROWS_PER_CHUNK = 200  # of the CSV file
BOM = "\ufeff"  # spreadsheet programs recognise UTF-8 by it
CHUNK_BYTES = 1 << 16  # of the ZIP file
# Text for columns that the standard requires and that we do not publish.
PLACEHOLDERS = {"metadata": dict.fromkeys(("previous_value", "replacement_value"), "not published")}


class TableFile(NamedTuple):
    file: str  # its name in the package
    columns: list[str]


@cache
def table_files() -> dict[str, TableFile]:
    """Return the file name and the columns of each HSDS table, by table name."""
    return {
        name: TableFile(f"{table_shape.file or f'{name}s'}.csv", schemas.table_columns(name))
        for name, table_shape in schemas.shapes().items()
    }


class PackageWriter:
    """Writer for the tables of a data package. Only the ids written so far are in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = ExitStack()
        self._writers: dict[str, RecordWriter] = {}
        self.seen: defaultdict[str, set[str]] = defaultdict(set)  # ids, by table

    def __enter__(self) -> Self:
        for name, table_file in table_files().items():
            path = self._folder / table_file.file
            file = self._files.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._writers[name] = RecordWriter(file, table_file.columns)
            self._writers[name].writeheader()
        return self

    def __exit__(self, *failure: object) -> None:
        self._files.close()

    def write_row(self, name: str, row: Mapping[str, Any]) -> None:
        self._writers[name].writerow(row)

    def is_new(self, name: str, key: str) -> bool:
        """Return whether an id is new in a table, and remember it."""
        is_new = key not in self.seen[name]
        self.seen[name].add(key)
        return is_new


def write_csv(services: Iterable[ExportedService], header: ExportHeader) -> Iterator[bytes]:
    """Yield a UTF-8 table with the columns that imports read, and any notice in a last column."""
    columns = [*EXPORT_COLUMNS, NOTICE_COLUMN] if header.notice else [*EXPORT_COLUMNS]
    text = io.StringIO()
    writer = RecordWriter(text, columns)
    text.write(BOM)
    writer.writeheader()
    for chunk in batched(services, ROWS_PER_CHUNK, strict=False):
        for exported in chunk:
            extra = exported.extra
            statement = ServiceRecord(exported.entry, extra.source_id, extra.professionals_only)
            row = {column: cell.strip() for column, cell in to_cells(statement).items()}
            writer.writerow({**row, NOTICE_COLUMN: header.notice} if header.notice else row)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def write_ndjson(services: Iterable[ExportedService], header: ExportHeader) -> Iterator[bytes]:
    """Yield one JSON document on each line. The notice is the `alert` of published services."""
    for exported in services:
        fields = service_document(exported, header, schemas.Variant.PROFILE)
        yield f"{content.compact_json(fields)}\n".encode()


def service_document(
    exported: ExportedService, header: ExportHeader, variant: schemas.Variant
) -> dict[str, Any]:
    """Return a service's HSDS document with the notice; if not published now, only its state."""
    fields = schemas.fit_to_variant(full_document(exported.entry, header.at), "service", variant)
    if not is_open(exported.entry):
        return fields
    fields = {**fields, "alert": header.notice}
    if variant is schemas.Variant.PROFILE:
        fields |= content.member_fields(exported)
    return texts.without_empty(fields)


def write_package(services: Iterable[ExportedService], header: ExportHeader) -> Iterator[bytes]:
    """Yield a ZIP file with the HSDS tables of these services as a data package."""
    with TemporaryDirectory(prefix="protect-export-") as name:
        folder = Path(name)
        with PackageWriter(folder) as package:
            for exported in services:
                _add_service(package, exported, header)
            # Other tables refer to organisations without visible services: their rows have no name.
            texts = dict.fromkeys(("name", "description"), WITHDRAWN_TEXT)
            for key in sorted(package.seen["closed"] - package.seen["organization"]):
                package.write_row("organization", {"id": key, **texts})
        with _move_tables_to_zip(folder, header).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _move_tables_to_zip(folder: Path, header: ExportHeader) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        description = json.dumps(_package_description(header), ensure_ascii=False, indent=1)
        archive.writestr("datapackage.json", description)
        for table_file in table_files().values():
            archive.write(folder / table_file.file, table_file.file)
            (folder / table_file.file).unlink()
    return path


def _add_service(package: PackageWriter, exported: ExportedService, header: ExportHeader) -> None:
    owner = str(exported.entry.organisation.id)
    if not is_open(exported.entry):
        package.seen["closed"].add(owner)
    document = service_document(exported, header, schemas.Variant.CORE)
    _add_record(package, "service", document, organization_id=owner)


def _add_record(
    package: PackageWriter, name: str, row: Mapping[str, Any], **foreign_ids: str
) -> None:
    """Write a record and its nested records. A record that is nested in several is written once."""
    for key, part in schemas.shapes()[name].nested.items():
        match row.get(key):
            case dict() as one:
                foreign_ids[f"{part}_id"] = one["id"]
                if part == "taxonomy_term":
                    _add_term_with_parents(package, one["id"])
                elif package.is_new(part, one["id"]):
                    _add_record(package, part, one)
            case list() as many:
                for nested_record in many:
                    _add_record(package, part, nested_record, **{f"{name}_id": row["id"]})
    package.write_row(name, {**row, **foreign_ids, **PLACEHOLDERS.get(name, {})})


def _add_term_with_parents(package: PackageWriter, key: str) -> None:
    """Write a term and all terms above it, unless the package has them."""
    while key and package.is_new("taxonomy_term", key):
        term = terms.terms_by_id()[UUID(key)]
        _add_record(package, "taxonomy_term", terms.term_document(term))
        key = str(term.parent_id) if term.parent_id else ""


def _package_description(header: ExportHeader) -> dict[str, Any]:
    document = {
        "name": "human_services_data",
        "title": "Services of the directory, as HSDS tables",
        "description": header.notice,
        "profile": "tabular-data-package",
        "version": schemas.VERSION,
        "created": header.at.isoformat(),
        "resources": [_table_description(name, sheet) for name, sheet in table_files().items()],
    }
    return texts.without_empty(document)


def _table_description(name: str, table_file: TableFile) -> dict[str, Any]:
    foreign_keys = [
        {"fields": column, "reference": {"resource": table, "fields": "id"}}
        for column in table_file.columns
        if column != (table := column.removesuffix("_id")) and table in table_files()
    ]
    fields = [{"name": column, "type": _column_type(column)} for column in table_file.columns]
    schema = {"fields": fields, "primaryKey": "id", "foreignKeys": foreign_keys}
    return {
        "name": name,
        "path": table_file.file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": texts.without_empty(schema),
    }


def _column_type(column: str) -> str:
    schema = schemas.FIELD_TYPES.get(column, schemas.TEXT)
    if schema["type"] in {"number", "integer"}:
        return "number"
    return {"date": "date", "date-time": "datetime"}.get(schema.get("format", ""), "string")
