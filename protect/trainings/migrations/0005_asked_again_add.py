from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What was arranged for another time or place of a half day is asked again, and says so."""

    dependencies = [("trainings", "0004_registration_is_proven_remove")]
    operations = [
        migrations.AddField(
            "booking", "asked_again_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("need", "reopened_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "booking",
            models.CheckConstraint(
                name="trainings_booking_asked_again_waits",
                condition=Q(asked_again_at=None) | Q(state="asked"),
            ),
        ),
        migrations.AddConstraint(
            "need",
            models.CheckConstraint(
                name="trainings_need_reopened_is_open",
                condition=Q(reopened_at=None) | Q(state="open"),
            ),
        ),
    ]
