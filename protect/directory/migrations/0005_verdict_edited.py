from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A fact can be written anew without a check. The column stays as it is."""

    dependencies = [("directory", "0004_released_at_require")]
    operations = [
        migrations.AlterField(
            model_name="factcheck",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("confirmed", "Confirmed"),
                    ("changed", "Changed"),
                    ("not_reached", "Not Reached"),
                    ("disputed", "Disputed"),
                    ("edited", "Edited"),
                ],
                max_length=12,
            ),
        ),
    ]
