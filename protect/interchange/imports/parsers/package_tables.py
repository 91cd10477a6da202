"""Parse the tables of an HSDS data package into rows. `files.feeds` joins them."""

import json
from collections.abc import Iterator

from protect.interchange.imports.parsers.archive import PACKAGE_MEMBER, read_texts
from protect.interchange.imports.parsers.csv_text import read_rows
from protect.interchange.imports.parsers.feed_pages import dump_json
from protect.interchange.imports.parsers.limits import CellBudget
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

REQUIRED_TABLES = ("service", "organization")
READ_TABLES = (
    *REQUIRED_TABLES,
    *("phone", "schedule", "language", "service_area", "cost_option", "attribute"),
    *("taxonomy_term", "service_at_location", "location", "address"),
)

type NumberedCells = tuple[int, dict[str, str]]  # first line, and cells that are not empty


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return the rows of READ_TABLES as JSON, none for an absent table. Errors: Refused."""
    texts = {
        name.rpartition("/")[2].lower(): text
        for name, text in read_texts(content, ".csv", ".json").items()
    }
    paths = _file_name_by_table(texts.get(PACKAGE_MEMBER, ""))
    for name in REQUIRED_TABLES:
        if paths.get(name) not in texts:
            raise Refused("table_missing", table=name)
    budget = CellBudget()
    files = {name: texts.get(paths.get(name, ""), "") for name in READ_TABLES}
    return {}, dump_json({name: list(_read_table(text, budget)) for name, text in files.items()})


def _file_name_by_table(text: str) -> dict[str, str]:
    try:
        return {
            resource["name"]: str(resource["path"]).rpartition("/")[2].lower()
            for resource in json.loads(text)["resources"]
            if resource.get("name") in READ_TABLES and isinstance(resource.get("path"), str)
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("package_broken") from None


def _read_table(text: str, cell_budget: CellBudget) -> Iterator[NumberedCells]:
    rows = read_rows(text, ",", cell_budget)
    columns = [name.strip() for name in next(rows, (1, []))[1]]
    for first_line, cells in rows:
        pairs = zip(columns, cells, strict=False)
        if row := {name: cell.strip() for name, cell in pairs if cell.strip()}:
            yield first_line, row
