from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_people(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Erase numbers of people that count parts of towns twice and fit no official figure."""
    apps.get_model("matching", "CoverageSnapshot").objects.update(gap_people=None)


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_matching_begin")]

    operations = [
        migrations.AlterField(
            model_name="coveragesnapshot",
            name="gap_people",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(forget_people, migrations.RunPython.noop, elidable=True),
    ]
