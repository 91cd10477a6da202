from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Third of three steps: whatever the public sees has a day on which it first saw it."""

    dependencies = [("directory", "0003_released_at_fill")]
    operations = [
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    ("released_at__isnull", False),
                    _connector="OR",
                ),
                name="directory_service_shown_was_released",
            ),
        ),
    ]
