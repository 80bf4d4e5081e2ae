from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_village_sheets"),
    ]

    operations = [
        migrations.RenameField(model_name="placeyear", old_name="informants", new_name="information_officers"),
    ]
