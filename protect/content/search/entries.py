"""Full-text search in pages, materials and resources: the full-text index of PostgreSQL, or FTS5 of
SQLite. Each typed word must begin a word of the thing; case, accents and spelling variants do not
matter, because entry and query are folded in the same way."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Replace

from protect.content.enums import SearchKind
from protect.content.models import SearchEntry
from protect.reference.lookup.fold import fold

MAX_QUERY_LENGTH = 100  # characters
MAX_WORDS = 8
MAX_RESULTS = 500
BATCH = 500  # rows stored at once
# Parameters, of both: query, kind, those of the rows among which is searched, limit.
FIND_IN_POSTGRES = (
    "SELECT key FROM content_searchentry, to_tsquery('simple', %s) AS query"
    " WHERE kind = %s AND lexemes @@ query{among}"
    " ORDER BY ts_rank(lexemes, query) DESC, key LIMIT %s"
)
FIND_IN_SQLITE = (
    "SELECT key FROM content_search"
    " JOIN content_searchentry ON content_searchentry.id = content_search.rowid"
    " WHERE content_search MATCH %s AND kind = %s{among}"
    " ORDER BY content_search.rank, key LIMIT %s"
)


def key_of_row(pk: UUID) -> str:
    """Return the key of a thing of which only some users may know: the digits of its UUID, in which
    both databases can compare it with the rows that a user may see."""
    return pk.hex


def store_entries(kind: SearchKind, texts: Mapping[str, Iterable[str]]) -> None:
    """Store what is searched in things of a kind. `texts`: all texts of each thing, by its key."""
    rows = [
        SearchEntry(kind=kind, key=key, words=fold(" ".join(of_thing)))
        for key, of_thing in texts.items()
    ]
    SearchEntry.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["words"],
    )


def replace_entries(kind: SearchKind, texts: Mapping[str, Iterable[str]]) -> None:
    """Store what is searched in all things of a kind; entries of other keys are removed."""
    SearchEntry.objects.filter(kind=kind).exclude(key__in=texts).delete()
    store_entries(kind, texts)


def find_keys(kind: SearchKind, typed: str, among: QuerySet[Any] | None = None) -> list[str] | None:
    """Return the keys of the things of a kind that have all typed words, at most MAX_RESULTS, those
    that have them most often first. `among`: the rows that the user may see, if not all; their keys
    are those of `key_of_row`. None if nothing to search for was typed. Errors: django.db.Error."""
    words = fold(typed[:MAX_QUERY_LENGTH]).split()[:MAX_WORDS]
    if not words:
        return None
    if connection.vendor == "postgresql":
        query, statement = " & ".join(f"'{word}':*" for word in words), FIND_IN_POSTGRES
    else:
        query, statement = " ".join(f'"{word}" *' for word in words), FIND_IN_SQLITE
    among_sql, among_params = _condition(among)
    with connection.cursor() as cursor:
        params = [query, kind.value, *among_params, MAX_RESULTS]
        cursor.execute(statement.format(among=among_sql), params)
        return [key for (key,) in cursor.fetchall()]


def _condition(rows: QuerySet[Any] | None) -> tuple[str, tuple[Any, ...]]:
    """Return a condition in SQL that the key is that of one of the rows, with its parameters."""
    if rows is None:
        return "", ()
    digits = Replace(Cast("pk", CharField()), Value("-"), Value(""))
    try:
        statement, params = rows.order_by().values_list(digits, flat=True).query.sql_with_params()
    except EmptyResultSet:
        return " AND 1 = 0", ()
    return f" AND key IN ({statement})", params
