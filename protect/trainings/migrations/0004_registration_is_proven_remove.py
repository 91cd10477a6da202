from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """The state says it: `unproven`."""

    dependencies = [("trainings", "0003_registration_unproven_fill")]
    operations = [migrations.RemoveField("registration", "is_proven")]
