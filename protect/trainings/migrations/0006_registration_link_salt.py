"""Each registration gets a random salt of its own; links that were mailed before go on opening."""

from __future__ import annotations

import functools
import secrets
from itertools import batched
from typing import Any

from django.db import migrations, models

SALT_BYTES, ROWS = 32, 500


def fill(apps: Any, schema_editor: Any) -> None:
    """Draw a salt for each row: the column was added with one and the same for all."""
    model = apps.get_model("trainings", "Registration")
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
    for some in batched(keys, ROWS, strict=False):
        rows = [model(pk=pk, link_salt=secrets.token_bytes(SALT_BYTES)) for pk in some]
        model.objects.bulk_update(rows, ["link_salt"])


class Migration(migrations.Migration):
    dependencies = [
        ("trainings", "0005_asked_again_add"),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="link_salt",
            field=models.BinaryField(
                default=functools.partial(secrets.token_bytes, SALT_BYTES), max_length=SALT_BYTES
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
