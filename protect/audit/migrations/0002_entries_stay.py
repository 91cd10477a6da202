"""The database itself keeps the chains: what was written stays, and grows at its end only.

SQLite forgets the triggers of a table that it builds anew: a later migration that alters one of
these tables must run `write` again.
"""

from __future__ import annotations

from django.db import migrations

# Name, event and table; what is allowed; what is said of the rest. In both dialects, but for WORDS.
RULES = (
    (
        "audit_chain_begins",
        "INSERT ON audit_chain",
        "NEW.last_n = 0 AND NEW.last_hash = {genesis}",
        "a chain begins empty",
    ),
    (
        "audit_chain_moves_on",
        "UPDATE ON audit_chain",
        "NEW.name = OLD.name AND NEW.last_n = OLD.last_n + 1 AND EXISTS ("
        "SELECT 1 FROM audit_entry WHERE chain_id = NEW.name AND n = NEW.last_n"
        " AND hash = NEW.last_hash AND prev_hash = OLD.last_hash)",
        "a chain moves to its newest entry only",
    ),
    ("audit_chain_stays", "DELETE ON audit_chain", "FALSE", "a chain stays"),
    (
        "audit_entry_follows",
        "INSERT ON audit_entry",
        "EXISTS (SELECT 1 FROM audit_chain WHERE name = NEW.chain_id"
        " AND last_n = NEW.n - 1 AND last_hash = NEW.prev_hash)",
        "an entry follows the last one",
    ),
    ("audit_entry_keeps", "UPDATE ON audit_entry", "FALSE", "an entry keeps what it says"),
    (
        "audit_entry_stays",
        "DELETE ON audit_entry",
        "EXISTS (SELECT 1 FROM audit_checkpoint WHERE chain_id = OLD.chain_id"
        " AND n >= OLD.n AND month >= {month_of_old})",
        "an entry stays until its month has a checkpoint",
    ),
    (
        "audit_checkpoint_is_due",
        "INSERT ON audit_checkpoint",
        "NEW.month < {kept_from} AND EXISTS (SELECT 1 FROM audit_entry"
        " WHERE chain_id = NEW.chain_id AND n = NEW.n AND hash = NEW.hash)",
        "a checkpoint names an entry whose time is over",
    ),
    ("audit_checkpoint_keeps", "UPDATE ON audit_checkpoint", "FALSE", "a checkpoint stays"),
    ("audit_checkpoint_stays", "DELETE ON audit_checkpoint", "FALSE", "a checkpoint stays"),
)
WORDS = {
    "sqlite": {
        "genesis": "zeroblob(32)",
        "month_of_old": "strftime('%Y-%m-01', OLD.\"at\")",
        "kept_from": "CASE NEW.chain_id WHEN 'sign-in'"
        " THEN date('now', '-90 days', 'start of month')"
        " ELSE date('now', 'start of month', '-3 years') END",
    },
    "postgresql": {
        "genesis": f"'\\x{'00' * 32}'::bytea",
        "month_of_old": "date_trunc('month', OLD.\"at\" AT TIME ZONE 'UTC')",
        "kept_from": "CASE NEW.chain_id WHEN 'sign-in'"
        " THEN date_trunc('month', now() AT TIME ZONE 'UTC' - interval '90 days')"
        " ELSE date_trunc('month', now() AT TIME ZONE 'UTC') - interval '3 years' END",
    },
}
# TRUNCATE, which only PostgreSQL has, looks at no row.
EMPTYING = (
    (
        "audit_entry_not_emptied",
        "TRUNCATE ON audit_entry",
        "NOT EXISTS (SELECT 1 FROM audit_entry)",
        "entries are not emptied",
    ),
    (
        "audit_checkpoint_not_emptied",
        "TRUNCATE ON audit_checkpoint",
        "NOT EXISTS (SELECT 1 FROM audit_checkpoint)",
        "checkpoints are not emptied",
    ),
)

SQLITE = """
    CREATE TRIGGER {name} BEFORE {event} WHEN NOT ({allowed})
    BEGIN SELECT RAISE(ABORT, '{said}'); END
"""
POSTGRES_FUNCTION = """
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ({allowed}) THEN RETURN {row}; END IF;
        RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""
POSTGRES_TRIGGER = "CREATE TRIGGER {name} BEFORE {event} FOR EACH {each} EXECUTE FUNCTION {name}()"
ROW = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD", "TRUNCATE": "NULL"}


def statements(vendor):
    rules = RULES if vendor == "sqlite" else RULES + EMPTYING
    for name, event, allowed, said in rules:
        verb = event.split()[0]
        given = {
            "name": name,
            "event": event,
            "allowed": allowed.format(**WORDS[vendor]),
            "said": said,
            "row": ROW[verb],
            "each": "STATEMENT" if verb == "TRUNCATE" else "ROW",
        }
        templates = [SQLITE] if vendor == "sqlite" else [POSTGRES_FUNCTION, POSTGRES_TRIGGER]
        yield from (template.format(**given) for template in templates)


def write(apps, editor):
    for statement in statements(editor.connection.vendor):
        editor.execute(statement, params=None)


def remove(apps, editor):
    is_sqlite = editor.connection.vendor == "sqlite"
    for name, *_ in RULES if is_sqlite else RULES + EMPTYING:
        drop = f"DROP TRIGGER {name}" if is_sqlite else f"DROP FUNCTION {name}() CASCADE"
        editor.execute(drop, params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entries_begin")]

    operations = [migrations.RunPython(write, remove)]
