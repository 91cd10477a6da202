"""Chains, entries and checkpoints; the database itself keeps them: what was written stays, and
grows at its end only.

SQLite forgets the triggers of a table that it builds anew: a later migration that alters one of
these tables must run `write` again.
"""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from protect.kernel.database import InitialMigration

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


class Migration(InitialMigration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("last_n", models.PositiveBigIntegerField(default=0)),
                (
                    "last_hash",
                    models.BinaryField(
                        default=b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
                        max_length=32,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "name__regex",
                                "^(platform|sign-in|org:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
                            )
                        ),
                        name="audit_chain_name_known",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("last_hash"), 32
                        ),
                        name="audit_chain_hash_32_bytes",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "chain", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("n", models.PositiveBigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("month", models.DateField()),
                (
                    "chain",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="audit.chain",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="audit_checkpoint_month_begins"
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("hash"), 32
                        ),
                        name="audit_checkpoint_hash_32_bytes",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "chain", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("n", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("organisation", models.UUIDField(blank=True, null=True)),
                ("action", models.CharField(max_length=64)),
                ("target", models.CharField(blank=True, default="", max_length=80)),
                ("consent", models.UUIDField(blank=True, null=True)),
                ("outcome", models.CharField(default="done", max_length=64)),
                ("prev_hash", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "chain",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="audit.chain",
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=80, null=True)),
                ("reason", models.CharField(blank=True, max_length=300, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("target", ""), _negated=True),
                        fields=["target", "chain", "-n"],
                        name="audit_entry_about",
                    ),
                    models.Index(
                        condition=models.Q(("outcome", "done"), _negated=True),
                        fields=["chain", "actor", "at"],
                        name="audit_entry_refused",
                    ),
                    models.Index(
                        condition=models.Q(("state__isnull", False)),
                        fields=["target", "state"],
                        name="audit_entry_state",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("n__gte", 1)), name="audit_entry_n_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action__regex", "^[a-z0-9_.-]+$")),
                        name="audit_entry_action_is_a_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__regex", "^[a-z0-9_.-]+$")),
                        name="audit_entry_outcome_is_a_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target", ""),
                            (
                                "target__regex",
                                "^[a-z_]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
                            ),
                            _connector="OR",
                        ),
                        name="audit_entry_target_is_kind_and_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                django.db.models.functions.text.Length("prev_hash"), 32
                            ),
                            django.db.models.lookups.Exact(
                                django.db.models.functions.text.Length("hash"), 32
                            ),
                        ),
                        name="audit_entry_hash_32_bytes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__isnull", True),
                            ("state__regex", "^([0-9]{10}:[0-9a-f]{64}|gone)$"),
                            _connector="OR",
                        ),
                        name="audit_entry_state_is_a_version_and_a_hash",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__isnull", True),
                            ("action__startswith", "orgs.answer_alarm."),
                            _connector="OR",
                        ),
                        name="audit_entry_reason_of_an_answer",
                    ),
                ],
            },
        ),
        migrations.RunPython(write, remove),
    ]
