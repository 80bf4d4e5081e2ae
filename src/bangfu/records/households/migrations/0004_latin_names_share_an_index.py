from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0003_unchecked_references"),
        ("intake", "0004_row_decisions"),
        ("places", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="person",
            name="person_pinyin",
        ),
        migrations.RemoveIndex(
            model_name="person",
            name="person_initials",
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name_pinyin", "name_initials"], name="person_pinyin"),
        ),
    ]
