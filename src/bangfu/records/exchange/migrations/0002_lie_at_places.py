"""Comparisons, differences and windows lie at a place, so that mergers and new codes take them along."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

PLACED = ("comparison", "difference", "entrywindow")


def _place(*, empty: bool) -> Any:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=empty,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="places.place",
    )


def give_places(apps: Any, _schema_editor: Any) -> None:
    """Give each row the place that its code means today; a code that nobody has any more lies at the top place."""
    today = _places_today(apps)
    for name in PLACED:
        model = apps.get_model("exchange", name)
        for code in list(model.objects.values_list("place_code", flat=True).distinct()):
            place = today.get(code) or today[""]
            model.objects.filter(place_code=code).update(place_id=place.pk, place_code=place.code)


def _places_today(apps: Any) -> dict[str, Any]:
    """Places by every code that they have or had, followed through mergers; the top place under no code."""
    places = {place.pk: place for place in apps.get_model("places", "Place").objects.all()}
    codes = apps.get_model("places", "PlaceCode").objects.values_list("code", "place_id")
    found = {code: places[place_id] for code, place_id in codes}
    found |= {place.code: place for place in places.values()}
    tops = [place for place in places.values() if place.parent_id is None]
    found |= {"": tops[0]} if tops else {}
    return {code: _successor(place, places) for code, place in found.items()}


def _successor(place: Any, places: dict[int, Any]) -> Any:
    while place.merged_into_id is not None:
        place = places[place.merged_into_id]
    return place


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("places", "0002_village_sheets")]

    operations = [
        *(migrations.AddField(name, "place", _place(empty=True)) for name in PLACED),
        migrations.RunPython(give_places, migrations.RunPython.noop),
        *(migrations.AlterField(name, "place", _place(empty=False)) for name in PLACED),
        migrations.AlterField("entrywindow", "place_code", models.CharField(max_length=24)),
        migrations.AddIndex("entrywindow", models.Index(fields=["place_code"], name="window_place")),
    ]
