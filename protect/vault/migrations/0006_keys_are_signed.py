from __future__ import annotations

import uuid

import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Members pin the keys of their teams, and teams sign those to whom they give a key."""

    dependencies = [
        ("orgs", "0001_orgs_begin"),
        ("vault", "0005_badge_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Admission",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("holder", models.UUIDField()),
                ("holder_version", models.PositiveIntegerField()),
                ("place", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("role", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("signature", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="TeamPin",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("mark", models.BinaryField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="unlocksession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("blob", b""),
                    django.db.models.lookups.Exact(
                        models.Func(
                            models.F("blob"),
                            models.Value(1),
                            models.Value(1),
                            function="SUBSTR",
                            output_field=models.BinaryField(),
                        ),
                        models.Value(b"\x01", output_field=models.BinaryField()),
                    ),
                    _connector="OR",
                ),
                name="vault_unlocksession_blob_is_sealed",
            ),
        ),
        migrations.AddField(
            model_name="admission",
            name="team_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="admissions",
                to="vault.teamkey",
            ),
        ),
        migrations.AddField(
            model_name="teampin",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.team"
            ),
        ),
        migrations.AddField(
            model_name="teampin",
            name="user_key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="vault.userkey"
            ),
        ),
        migrations.AddConstraint(
            model_name="admission",
            constraint=models.UniqueConstraint(
                fields=("team_key", "holder"), name="vault_admission_holder_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="teampin",
            constraint=models.UniqueConstraint(
                fields=("user_key", "team"), name="vault_teampin_member_once"
            ),
        ),
    ]
