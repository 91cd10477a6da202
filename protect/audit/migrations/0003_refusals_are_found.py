from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """An index alone: SQLite builds no table anew for it, so the triggers stay."""

    dependencies = [("audit", "0002_entries_stay")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["chain", "actor", "at"],
                condition=~Q(outcome="done"),
                name="audit_entry_refused",
            ),
        )
    ]
