from __future__ import annotations

from django.db import migrations, models

STATES = ["uploaded", "mapped", "previewed", "applying", "applied", "discarded"]


class Migration(migrations.Migration):
    """Which sheet and row of headings a file is read from, and a state for rows being applied."""

    dependencies = [("directory", "0008_proposals_marked")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="heading",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importrun",
            name="sheet",
            field=models.PositiveSmallIntegerField(blank=True, default=1, null=True),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[(state, state.capitalize()) for state in STATES],
                default="uploaded",
                max_length=10,
            ),
        ),
    ]
