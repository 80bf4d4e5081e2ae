"""Now that every row has found its place, none may be without."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def _place() -> models.ForeignKey:
    return models.ForeignKey(
        to="places.place",
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_lie_at_places")]

    operations = [
        migrations.AlterField("knownlayout", "place", _place()),
        migrations.AlterField("gap", "place", _place()),
        migrations.AlterField("gap", "office", _place()),
    ]
