from __future__ import annotations

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Take the last change for the day on which what is public now was first shown."""
    service = apps.get_model("directory", "Service")
    shown = service.objects.filter(status__in=["published", "suspended", "withdrawn"])
    shown.filter(released_at=None).update(released_at=F("last_modified"))


class Migration(migrations.Migration):
    """Second of three steps: 0002 adds the column, 0004 requires it of what is shown."""

    dependencies = [("directory", "0002_kept_true")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
