"""Attacks that link answers to people in a dump by row order, column order or shared values."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

ANONYMOUS_TABLES = ("assessments_response", "assessments_answertoken")
APPS_WITHOUT_PEOPLE = {"reference", "directory", "questionnaires"}  # apps that know nobody
# Columns that are random, or are the answer itself.
RANDOM = {"id", "pair", "token_hash", "answers", "points"}
ROW_ORDER = "ctid" if connection.vendor == "postgresql" else "rowid"  # how rows lie in the table

MIN_LENGTH = 15  # characters of a value that cannot stand in two places by chance

type Row = dict[str, Any]


def empty_tables() -> None:
    """Begin the tables with no gap: PostgreSQL fills those of earlier tests in any order."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE assessments_response, assessments_linktaken CASCADE")


def dump() -> dict[str, list[Row]]:
    """Return every row of every table, in the order in which it lies there."""
    tables = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in APPS_WITHOUT_PEOPLE:
                continue
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY {ROW_ORDER}')
            names = [column[0] for column in cursor.description]
            tables[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return tables


def count_best_hits(tables: dict[str, list[Row]], truth: dict[str, str]) -> int:
    """Return how many answers the best of all attacks gives to the right person.

    `truth`: registration by response, as hexadecimal digits. Each order of answers is laid beside
    each order of people, forwards and backwards; people are looked for in each row of any table.
    """
    people = {*truth.values()}
    answers = [*iterate_orders(tables, {*truth}, ANONYMOUS_TABLES)]
    named = [
        *iterate_orders(
            tables, people, tuple(table for table in tables if table not in ANONYMOUS_TABLES)
        )
    ]
    guesses = product(answers, [*named, *(value[::-1] for value in named)])
    return max(_hits(keys, whose, truth) for keys, whose in guesses)


def tables_linking_by_value(tables: dict[str, list[Row]], truth: dict[str, str]) -> list[str]:
    """Return the tables where a value that one answer alone has stands beside its person."""
    answers = tables["assessments_response"]
    often = Counter(dump_text(value) for row in answers for value in row.values())
    texts = {
        table: [_text(row) for row in rows]
        for table, rows in tables.items()
        if table not in ANONYMOUS_TABLES
    }
    linking_tables = []
    for row in answers:
        own = {dump_text(value) for value in row.values()}
        own = {text for text in own if often[text] == 1 and len(text) > MIN_LENGTH}
        whose = truth[dump_text(row["id"])]
        for table, rows in texts.items():
            ours = [text for text in rows if whose in text]
            linking_tables += [table for text in ours if any(value in text for value in own)]
    return linking_tables


def columns_with_unique_values(tables: dict[str, list[Row]]) -> set[str]:
    """Return the columns in which a row without a name has what no other has, but for the random.

    Whoever knows that one person alone was late, or reads a language, finds the answer by it.
    """
    columns = set()
    for table in ANONYMOUS_TABLES:
        for column in {name for row in tables[table] for name in row} - RANDOM:
            often = Counter(dump_text(row[column]) for row in tables[table])
            columns |= {f"{table}.{column}"} if 1 in often.values() else set()
    return columns


def iterate_orders(
    tables: dict[str, list[Row]], wanted: set[str], among: Sequence[str]
) -> Iterator[list[str]]:
    """Yield the wanted ids in every order that a table has them in: as they lie, and by column."""
    for table in among:
        rows = [(row, _named(row, wanted)) for row in tables[table]]
        rows = [(row, key) for row, key in rows if key]
        if len({key for _row, key in rows}) < len(wanted):
            continue
        yield [*dict.fromkeys(key for _row, key in rows)]
        for column in rows[0][0]:
            by = sorted(rows, key=lambda pair, name=column: str(pair[0][name]))
            yield [*dict.fromkeys(key for _row, key in by)]


def dump_text(value: Any) -> str:
    """Return a value as it stands in a dump; ids as hexadecimal digits."""
    return value.hex if isinstance(value, UUID) else str(value).replace("-", "")


def _named(row: Row, wanted: set[str]) -> str:
    text = _text(row)
    return next((value for value in wanted if value in text), "")


def _text(row: Row) -> str:
    return " ".join(map(dump_text, row.values()))


def _hits(keys: list[str], whose: list[str], truth: dict[str, str]) -> int:
    return sum(truth[key] == person for key, person in zip(keys, whose, strict=False))
