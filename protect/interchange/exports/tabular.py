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
from uuid import UUID

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
# Columns of the standard that must not be blank.
UNTOLD = {"metadata": dict.fromkeys(("previous_value", "replacement_value"), "not published")}


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

    def add(self, name: str, row: Mapping[str, Any]) -> None:
        self._writers[name].writerow(row)

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
        yield f"{content.compact(fields)}\n".encode()


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
        with _packed(folder, head).open("rb") as file:
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
    owner = str(each.entry.organisation.id)
    if not is_open(each.entry):
        sheets.seen["closed"].add(owner)
    _add(sheets, "service", document(each, head, schemas.Variant.CORE), organization_id=owner)


def _add(sheets: Sheets, name: str, row: Mapping[str, Any], **beside: str) -> None:
    """Write a row, and what is nested in it: what it refers to once, and all that refer to it."""
    for key, part in schemas.shapes()[name].nested.items():
        match row.get(key):
            case dict() as one:
                beside[f"{part}_id"] = one["id"]
                if part == "taxonomy_term":
                    _add_term(sheets, one["id"])
                elif sheets.is_new(part, one["id"]):
                    _add(sheets, part, one)
            case list() as many:
                for each in many:
                    _add(sheets, part, each, **{f"{name}_id": row["id"]})
    sheets.add(name, {**row, **beside, **UNTOLD.get(name, {})})


def _add_term(sheets: Sheets, key: str) -> None:
    """Write a term with those above it."""
    while key and sheets.is_new("taxonomy_term", key):
        term = terms.by_id()[UUID(key)]
        _add(sheets, "taxonomy_term", terms.document(term))
        key = str(term.parent_id) if term.parent_id else ""


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
