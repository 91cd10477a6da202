from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The desk lists services by name and by change, of a hundred thousand a page at a time."""

    dependencies = [("directory", "0006_rows_decided_about_a_version")]
    operations = [
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["name", "id"], name="directory_service_name"),
        ),
        migrations.AddIndex(
            model_name="service",
            index=models.Index(fields=["last_modified", "id"], name="directory_service_changed"),
        ),
    ]
