from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0001_orgs_begin"),
        ("vault", "0004_rows_behind_policies"),
    ]

    operations = [
        migrations.CreateModel(
            name="BadgeKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("controller", models.CharField(max_length=255)),
                ("public", models.CharField(max_length=64, unique=True)),
                ("pepper", models.PositiveSmallIntegerField(null=True)),
                ("seed", models.BinaryField(null=True)),
                ("created", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("distrusted_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                models.F("seed"),
                                models.Value(1),
                                models.Value(1),
                                function="SUBSTR",
                                output_field=models.BinaryField(),
                            ),
                            models.Value(b"\x01", output_field=models.BinaryField()),
                        ),
                        name="vault_badgekey_seed_is_sealed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("organisation",),
                        name="vault_badgekey_one_active",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("pepper__isnull", False),
                                ("retired_at__isnull", True),
                                ("seed__isnull", False),
                            ),
                            models.Q(
                                ("pepper__isnull", True),
                                ("retired_at__isnull", False),
                                ("seed__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="vault_badgekey_seed_ends_with_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retired_at__isnull", True),
                            ("retired_at__gte", models.F("created")),
                            _connector="OR",
                        ),
                        name="vault_badgekey_retired_after_made",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("distrusted_at__isnull", True),
                            models.Q(
                                ("distrusted_at__gte", models.F("retired_at")),
                                ("retired_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="vault_badgekey_distrusted_is_retired",
                    ),
                ],
            },
        ),
    ]
