"""Read from captured queries which rows an action locks, in order."""

import re
from collections.abc import Iterable

ORDERED = re.compile(r'FROM "trainings_(session|resource)" .*ORDER BY "trainings_\1"."id" ASC$')


def find_locks(queries: Iterable[dict[str, str]]) -> list[tuple[str, str]]:
    """Return table and query of each lock of sessions or resources, also without FOR UPDATE."""
    asked = [query["sql"].partition(" FOR UPDATE")[0].replace("-", "") for query in queries]
    found = [(ORDERED.search(sql), sql) for sql in asked]
    return [(match[1], sql) for match, sql in found if match]
