"""What somebody with all rights in the database could do: the record must show it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

TABLES = ("audit_entry", "audit_checkpoint", "audit_chain")


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the triggers away for a moment, as the owner of the database can."""
    with transaction.atomic():
        if connection.vendor == "sqlite":
            rows = fetch(
                "SELECT name, sql FROM sqlite_master"
                " WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
            )
            off, on = [f"DROP TRIGGER {name}" for name, _ in rows], [sql for _, sql in rows]
        else:
            off, on = (
                [f"ALTER TABLE {table} {word} TRIGGER USER" for table in TABLES]
                for word in ("DISABLE", "ENABLE")
            )
            off.insert(0, "SET CONSTRAINTS ALL IMMEDIATE")  # nothing may wait for the commit
        run(*off)
        yield
        run(*on)


def tamper(sql: str, *values: Any) -> None:
    """Change the tables as no program of ours does."""
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def forget_everything() -> None:
    """Empty the record after a test that committed: its guards refuse the usual clearing."""
    with unguarded():
        run(*(f"DELETE FROM {table}" for table in TABLES))


def fetch(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
