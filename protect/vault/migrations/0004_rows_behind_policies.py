from __future__ import annotations

from django.db import migrations

# A row is seen by the teams that `protect.teams` names in this transaction; "*" is all of them.
MINE = """
    CREATE FUNCTION vault_is_mine(team uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT CASE current_setting('protect.teams', true)
            WHEN '*' THEN true
            WHEN '' THEN false
            ELSE team = ANY (string_to_array(current_setting('protect.teams', true), ',')::uuid[])
        END
    $$
"""
POLICIES = {
    "vault_manifest": "vault_is_mine(from_team_id) OR vault_is_mine(to_team_id)",
    "vault_record": """
        vault_is_mine(owner_team_id)
        OR id IN (SELECT packet_id FROM vault_manifest WHERE vault_is_mine(to_team_id))
    """,
    "vault_dekwrap": """
        vault_is_mine(team_id) OR record_id IN (SELECT id FROM vault_record)
    """,
    "vault_sealed": "record_id IN (SELECT id FROM vault_record)",
    "vault_sealedfile": "record_id IN (SELECT id FROM vault_record)",
}


def close(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(MINE)
    for table, seen in POLICIES.items():
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(
            f"CREATE POLICY of_teams ON {table} USING ({seen}) WITH CHECK ({seen})"
        )


def open_again(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in POLICIES:
        schema_editor.execute(f"DROP POLICY of_teams ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    schema_editor.execute("DROP FUNCTION vault_is_mine(uuid)")


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_codes_and_apps_are_confirmed")]
    operations = [migrations.RunPython(close, open_again)]
