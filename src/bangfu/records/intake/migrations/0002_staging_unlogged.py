"""On PostgreSQL staging needs no journal: what is in it after a crash would be thrown away anyway."""

from django.db import migrations

TABLES = ("household", "householdyear", "person", "personyear")


def unlog(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in TABLES:
            schema_editor.execute(f"ALTER TABLE intake_staging_{name} SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [migrations.RunPython(unlog, migrations.RunPython.noop)]
