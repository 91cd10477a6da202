"""Which kind of import an archive is, by the names of what it holds."""

from __future__ import annotations

from protect.interchange.imports.parsers.archive import open_archive
from protect.interchange.imports.parsers.limits import MOST_SHEET
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

WORKBOOK = "xl/workbook.xml"
PACKAGE = "datapackage.json"


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return the kind of an archive: xlsx, tabular or hsds. Errors: Refused."""
    with open_archive(content, MOST_SHEET) as archive:
        names = archive.namelist()
    if WORKBOOK in names:
        return {"kind": "xlsx"}, b""
    if any(name.rpartition("/")[2] == PACKAGE for name in names):
        return {"kind": "tabular"}, b""
    if any(name.lower().endswith(".json") for name in names):
        return {"kind": "hsds"}, b""
    raise Refused("archive_unknown")
