"""Layouts, tables and tasks lie at places as every placed row does, so that a rename or merger takes them along."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def _place(**facts: Any) -> Any:
    return models.ForeignKey(
        to="places.place",
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        **facts,
    )


def find_places(apps: Any, schema_editor: Any) -> None:
    """Give each row the place of today that its code means or meant; what none can be found for was out of reach."""
    layouts, gaps = apps.get_model("reports", "KnownLayout"), apps.get_model("reports", "Gap")
    codes = {*layouts.objects.values_list("place_code", flat=True), *gaps.objects.values_list("place_code", flat=True)}
    codes |= set(gaps.objects.values_list("office_code", flat=True))
    places = {code: place for code in codes if (place := _today(apps, code)) is not None}
    for layout in layouts.objects.all():
        _put(layouts, layout, places, {"place": "place_code"})
    for gap in gaps.objects.all():
        _put(gaps, gap, places, {"place": "place_code", "office": "office_code"})


def _today(apps: Any, code: str) -> Any:
    place = apps.get_model("places", "Place").objects.filter(code=code).first()
    if place is None:
        dated = apps.get_model("places", "PlaceCode").objects.filter(code=code).order_by("-valid_from").first()
        place = dated.place if dated is not None else None
    while place is not None and place.merged_into_id is not None:
        place = place.merged_into
    return place


def _put(model: Any, row: Any, places: dict[str, Any], columns: dict[str, str]) -> None:
    found = {column: places.get(getattr(row, code)) for column, code in columns.items()}
    if None in found.values():
        row.delete()
        return
    for column, place in found.items():
        setattr(row, column, place)
        setattr(row, columns[column], place.code)
    unique = model._meta.constraints[0].fields
    if model.objects.filter(**{name: getattr(row, name) for name in unique}).exclude(pk=row.pk).exists():
        row.delete()
    else:
        row.save()


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("places", "0002_village_sheets")]

    operations = [
        migrations.AlterField("filling", "place", _place()),
        migrations.AddField("knownlayout", "place", _place(null=True)),
        migrations.AddField("gap", "place", _place(null=True)),
        migrations.AddField("gap", "office", _place(null=True)),
        migrations.RunPython(find_places, migrations.RunPython.noop),
    ]
