"""Gives back what erased rows have left in the database's files.

In PostgreSQL only the owner of a table may, or since 17 a role with the grant MAINTAIN
(deploy/roles.sql). For other roles the server would only warn, and do nothing.
"""

from __future__ import annotations

from django.db import connection

from protect.vault.models import DekWrap, Manifest, Record, Sealed, SealedFile

TABLES = [each._meta.db_table for each in (DekWrap, Sealed, SealedFile, Manifest, Record)]
MAINTAIN_SINCE = 17_00_00  # version of PostgreSQL
OWNS = """
    SELECT pg_has_role(relowner, 'USAGE'), current_setting('server_version_num')::int
    FROM pg_class WHERE oid = %s::regclass
"""


def vacuum() -> list[str]:
    """Clean the tables of records, outside a transaction; return those that we may not clean.

    On SQLite the whole file is written anew, and its journal emptied.
    Errors: OperationalError inside a transaction.
    """
    if connection.vendor == "sqlite":
        _run("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        return []
    refused = [table for table in TABLES if not _may_clean(table)]
    _run(*(f"VACUUM {table}" for table in TABLES if table not in refused))
    return refused


def _may_clean(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(OWNS, [table])
        is_owner, version = cursor.fetchone()
        if is_owner or version < MAINTAIN_SINCE:
            return bool(is_owner)
        cursor.execute("SELECT has_table_privilege(%s, 'MAINTAIN')", [table])
        return bool(cursor.fetchone()[0])


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
