"""HSDS as JSON, a document in each line, and as tables: CSV files in one archive (Data Package)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from protect.interchange.exports.formats import content
from protect.interchange.exports.formats.layout import SHEETS, package
from protect.interchange.exports.store import Exported, Head
from protect.interchange.hsds import terms
from protect.interchange.hsds.services import GONE, full, is_open
from protect.interchange.hsds.texts import stated
from protect.interchange.hsds.variants import Variant, fitted
from protect.kernel.spreadsheet import RecordWriter

PIECE = 1 << 16  # bytes
UNTOLD = "not published"  # a column of the standard that must not be blank
# Of a service's document: the part, and the table that its rows stand in.
PARTS = {
    "phones": "phone",
    "service_areas": "service_area",
    "languages": "language",
    "cost_options": "cost_option",
    "required_documents": "required_document",
}


class Sheets:
    """The open files of an archive. In memory is only which ids were written already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = ExitStack()
        self._writers: dict[str, RecordWriter] = {}
        self._seen: dict[str, set[str]] = {}

    def __enter__(self) -> Self:
        for name, sheet in SHEETS.items():
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
        seen = self._seen.setdefault(name, set())
        if key in seen:
            return False
        seen.add(key)
        return True

    def seen(self, name: str) -> set[str]:
        return self._seen.setdefault(name, set())


def write_lines(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield documents. The notice from the head of other files is the `alert` of each service."""
    for exported in services:
        fields = document(exported, head, Variant.PROFILE)
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        yield f"{text}\n".encode()


def document(each: Exported, head: Head, variant: Variant) -> dict[str, Any]:
    fields = fitted(full(each.entry, head.at), "service", variant)
    if not is_open(each.entry):
        return fields
    fields = {**fields, "alert": head.notice}
    if variant is Variant.PROFILE:
        fields |= content.for_members(each)
    return stated(fields)


def write_tables(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    with TemporaryDirectory(prefix="protect-export-") as name:
        folder = Path(name)
        with Sheets(folder) as sheets:
            for exported in services:
                _add_service(sheets, exported, head)
            # Nameless rows of organisations without visible services: other tables refer to them.
            for owner in sorted(sheets.seen("closed") - sheets.seen("organization")):
                sheets.add("organization", {"id": owner, "name": GONE, "description": GONE})
        archive = _packed(folder, head)
        with archive.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _packed(folder: Path, head: Head) -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        described = json.dumps(package(head), ensure_ascii=False, indent=1)
        archive.writestr("datapackage.json", described)
        for sheet in SHEETS.values():
            archive.write(folder / sheet.file, sheet.file)
            (folder / sheet.file).unlink()
    return path


def _add_service(sheets: Sheets, each: Exported, head: Head) -> None:
    fields = document(each, head, Variant.CORE)
    owner = str(each.entry.organisation.id)
    sheets.add("service", fields, organization_id=owner)
    if not is_open(each.entry):
        sheets.seen("closed").add(owner)
        return
    if sheets.is_new("organization", owner):
        sheets.add("organization", fields["organization"])
        for row in fields["organization"].get("organization_identifiers", ()):
            sheets.add("organization_identifier", row, organization_id=owner)
    key = fields["id"]
    for part, name in PARTS.items():
        for row in fields.get(part, ()):
            sheets.add(name, row, service_id=key)
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
