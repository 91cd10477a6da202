from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """What the second of two callers heard, kept before they see what the first one did."""

    dependencies = [("directory", "0009_import_sheets_and_applying")]

    operations = [
        migrations.AddField(
            model_name="calltest",
            name="second_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="calltest",
            name="second_heard",
            field=models.CharField(blank=True, default="", max_length=400),
        ),
    ]
