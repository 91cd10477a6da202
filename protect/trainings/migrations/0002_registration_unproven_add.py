from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q

ACTIVE = ["unproven", "applied", "waiting", "offered", "confirmed"]
STATES = [
    ("unproven", "Address not confirmed"),
    ("applied", "Awaiting a decision"),
    ("waiting", "Full, waiting"),
    ("offered", "Seat offered"),
    ("confirmed", "Confirmed"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrew"),
    ("cancelled", "Cancelled"),
]


class Migration(migrations.Migration):
    """Applications whose address is not confirmed get a state of their own. 0003 fills it."""

    dependencies = [("trainings", "0001_trainings_begin")]
    operations = [
        migrations.RemoveConstraint("registration", "trainings_registration_active_once"),
        migrations.RemoveConstraint("registration", "trainings_registration_ended_then"),
        migrations.AlterField(
            "registration", "state", models.CharField(choices=STATES, max_length=9)
        ),
        migrations.AddConstraint(
            "registration",
            models.UniqueConstraint(
                name="trainings_registration_active_once",
                fields=["edition", "participant"],
                condition=Q(state__in=ACTIVE),
            ),
        ),
        migrations.AddConstraint(
            "registration",
            models.CheckConstraint(
                name="trainings_registration_ended_then",
                condition=Q(state__in=ACTIVE, ended_at=None)
                | (~Q(state__in=ACTIVE) & Q(ended_at__isnull=False)),
            ),
        ),
    ]
