from __future__ import annotations

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

# Its triggers: SQLite forgets those of a table that it builds anew.
TRIGGERS = import_module("protect.audit.migrations.0002_entries_stay")
STATE = "^([0-9]{10}:[0-9a-f]{64}|gone)$"


class Migration(migrations.Migration):
    """Entries say which version of a record was sealed, and the hash of its bytes."""

    dependencies = [("audit", "0003_refusals_are_found")]

    operations = [
        migrations.RunPython(TRIGGERS.remove, TRIGGERS.write),
        migrations.AddField(
            model_name="entry",
            name="state",
            field=models.CharField(blank=True, max_length=80, null=True),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=Q(state__isnull=True) | Q(state__regex=STATE),
                name="audit_entry_state_is_a_version_and_a_hash",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["target", "state"],
                condition=Q(state__isnull=False),
                name="audit_entry_state",
            ),
        ),
        migrations.RunPython(TRIGGERS.write, TRIGGERS.remove),
    ]
