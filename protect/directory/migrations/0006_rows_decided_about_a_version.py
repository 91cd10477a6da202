from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A decision about a conflict names the version of the service that it was made about."""

    dependencies = [("directory", "0005_verdict_edited")]
    operations = [
        migrations.AddField(
            model_name="importrow",
            name="decided_version",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                name="directory_row_decided_about_a_version",
                condition=Q(
                    Q(decided_version=None, takes_file=None),
                    Q(decided_version__isnull=False, takes_file__isnull=False),
                    _connector="OR",
                ),
            ),
        ),
    ]
