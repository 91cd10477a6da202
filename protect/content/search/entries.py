"""Full-text search in pages, materials and resources: the full-text index of PostgreSQL, or FTS5 of
SQLite. Each typed word must begin a word of the thing; case, accents and spelling variants do not
matter, because entry and query are folded in the same way."""

import json
from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from protect.content.enums import SearchKind
from protect.content.models import SearchEntry
from protect.reference.lookup.fold import fold

MAX_QUERY_LENGTH = 100  # characters
MAX_WORDS = 8
MAX_RESULTS = 500
BATCH = 500  # rows stored at once
# Parameters, of both: query, kind, whether any key will do, the keys that will do, limit.
FIND_IN_POSTGRES = (
    "SELECT key FROM content_searchentry, to_tsquery('simple', %s) AS query"
    " WHERE kind = %s AND lexemes @@ query AND (%s OR key = ANY(%s))"
    " ORDER BY ts_rank(lexemes, query) DESC, key LIMIT %s"
)
FIND_IN_SQLITE = (
    "SELECT key FROM content_search"
    " JOIN content_searchentry ON content_searchentry.id = content_search.rowid"
    " WHERE content_search MATCH %s AND kind = %s"
    " AND (%s OR key IN (SELECT value FROM json_each(%s)))"
    " ORDER BY content_search.rank, key LIMIT %s"
)


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


def find_keys(
    kind: SearchKind, typed: str, among: Collection[str] | None = None
) -> list[str] | None:
    """Return the keys of the things of a kind that have all typed words, at most MAX_RESULTS, those
    that have them most often first. `among`: keys of the things that the user may see, if not all.
    None if nothing to search for was typed. Errors: django.db.Error."""
    words = fold(typed[:MAX_QUERY_LENGTH]).split()[:MAX_WORDS]
    if not words:
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            query = " & ".join(f"'{word}':*" for word in words)
            keys: list[str] | str = list(among or ())
            statement = FIND_IN_POSTGRES
        else:
            query = " ".join(f'"{word}" *' for word in words)
            keys, statement = json.dumps(list(among or ())), FIND_IN_SQLITE
        cursor.execute(statement, [query, kind.value, among is None, keys, MAX_RESULTS])
        return [key for (key,) in cursor.fetchall()]
