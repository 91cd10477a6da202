from __future__ import annotations

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

# Its triggers: SQLite forgets those of a table that it builds anew.
TRIGGERS = import_module("protect.audit.migrations.0002_entries_stay")


class Migration(migrations.Migration):
    """An answer to an alarm says why, in words."""

    dependencies = [("audit", "0004_states_add")]

    operations = [
        migrations.RunPython(TRIGGERS.remove, TRIGGERS.write),
        migrations.AddField(
            model_name="entry",
            name="reason",
            field=models.CharField(blank=True, max_length=300, null=True),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=Q(reason__isnull=True) | Q(action__startswith="orgs.answer_alarm."),
                name="audit_entry_reason_of_an_answer",
            ),
        ),
        migrations.RunPython(TRIGGERS.write, TRIGGERS.remove),
    ]
