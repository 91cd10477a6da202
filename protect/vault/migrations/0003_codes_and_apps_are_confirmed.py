from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import protect.vault.models.sealed_columns


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0002_keys_and_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Nobody has signed in before this release: there is no row to carry over.
        migrations.DeleteModel(name="TotpDevice"),
        migrations.CreateModel(
            name="TotpDevice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pepper", models.PositiveSmallIntegerField()),
                ("seed", models.BinaryField()),
                ("last_step", models.BigIntegerField(default=0)),
                ("created", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    protect.vault.models.sealed_columns.begins_as_sealed(
                        "vault_totpdevice", "seed"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False)),
                        fields=("user",),
                        name="vault_totpdevice_one_confirmed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", True)),
                        fields=("user",),
                        name="vault_totpdevice_one_new",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="userwrap",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="userwrap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", False), ("kind", "rec")),
                fields=("user_key",),
                name="vault_userwrap_one_confirmed_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="userwrap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", True), ("kind", "rec")),
                fields=("user_key",),
                name="vault_userwrap_one_new_code",
            ),
        ),
    ]
