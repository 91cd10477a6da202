from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """What a service proposes is held against what it saw: an edit made since is not lost."""

    dependencies = [("directory", "0007_services_in_order")]
    operations = [
        migrations.AddField(
            model_name="correction",
            name="marks",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
