"""Tables of an HSDS data package, as rows of named texts; they are joined outside."""

import json
from collections.abc import Iterator

from protect.interchange.imports.parsers.archive import PACKAGE, texts_of
from protect.interchange.imports.parsers.csv_text import rows_of
from protect.interchange.imports.parsers.feed_pages import dump
from protect.interchange.imports.parsers.limits import Room
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

NEEDED = ("service", "organization")
READ = (
    *NEEDED,
    *("phone", "schedule", "language", "service_area", "cost_option", "attribute"),
    *("taxonomy_term", "service_at_location", "location", "address"),
)

type Texts = tuple[int, dict[str, str]]  # the line on which it begins, and its cells that hold text


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    texts = {
        name.rpartition("/")[2].lower(): text
        for name, text in texts_of(content, ".csv", ".json").items()
    }
    paths = _paths(texts.get(PACKAGE, ""))
    for name in NEEDED:
        if paths.get(name) not in texts:
            raise Refused("table_missing", table=name)
    room = Room()
    return {}, dump({name: list(_rows(texts.get(paths.get(name, ""), ""), room)) for name in READ})


def _paths(text: str) -> dict[str, str]:
    try:
        resources = json.loads(text)["resources"]
        return {
            each["name"]: str(each["path"]).rpartition("/")[2].lower()
            for each in resources
            if each.get("name") in READ and isinstance(each.get("path"), str)
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("package_broken") from None


def _rows(text: str, room: Room) -> Iterator[Texts]:
    rows = rows_of(text, ",", room)
    columns = [name.strip() for name in next(rows, (1, []))[1]]
    for begins, cells in rows:
        pairs = zip(columns, cells, strict=False)
        if row := {name: cell.strip() for name, cell in pairs if cell.strip()}:
            yield begins, row
