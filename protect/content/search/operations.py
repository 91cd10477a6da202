"""The index of the table of search entries, which each database keeps in its own way. SQLite
forgets the triggers of a table that it builds anew: a later migration that alters the table must
run `create_index` again."""

from typing import Any

# Kept in a column: the order of the hits reads the lexemes of each hit, and parsing them anew would
# take three times as long as the rest of a search.
POSTGRES = (
    "ALTER TABLE content_searchentry ADD COLUMN lexemes tsvector"
    " GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX content_search ON content_searchentry USING gin (lexemes)",
)
# FTS5 reads the texts from the table and is told of each change. The words are folded already.
# Source: https://www.sqlite.org/fts5.html, "External Content Tables".
ADD = "INSERT INTO content_search (rowid, words) VALUES (new.id, new.words);"
REMOVE = (
    "INSERT INTO content_search (content_search, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
)
SQLITE = (
    "CREATE VIRTUAL TABLE content_search USING fts5"
    "(words, content='content_searchentry', content_rowid='id')",
    f"CREATE TRIGGER content_search_add AFTER INSERT ON content_searchentry BEGIN {ADD} END",
    f"CREATE TRIGGER content_search_remove AFTER DELETE ON content_searchentry BEGIN {REMOVE} END",
    "CREATE TRIGGER content_search_change AFTER UPDATE ON content_searchentry"
    f" BEGIN {REMOVE} {ADD} END",
)


def create_index(apps: Any, schema_editor: Any) -> None:
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRES if is_postgres else SQLITE:
        schema_editor.execute(statement)


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE content_searchentry DROP COLUMN lexemes")
        return
    for name in ("add", "remove", "change"):
        schema_editor.execute(f"DROP TRIGGER content_search_{name}")
    schema_editor.execute("DROP TABLE content_search")
