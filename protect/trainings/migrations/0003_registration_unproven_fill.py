from __future__ import annotations

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Free the seats and places of applications that nobody has confirmed yet.

    Their mailed links stay valid: the page behind them asks for the confirmation.
    """
    rows = apps.get_model("trainings", "Registration").objects.filter(
        is_proven=False, ended_at=None
    )
    rows.update(state="unproven", is_paused=False, offer_expires_at=None)


class Migration(migrations.Migration):
    """`protect pass-seats-on` offers the freed seats to who is next."""

    dependencies = [("trainings", "0002_registration_unproven_add")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
