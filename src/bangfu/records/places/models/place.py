"""Places with stable ids, their dated codes and parents, and their boundaries."""

from __future__ import annotations

from django.db import models

from bangfu.records.rows import Row, new_ref


class PointState(models.TextChoices):
    """What is known of a place's point. A doubtful point is kept and flagged, never dropped."""

    NONE = "none"
    SOUND = "sound"
    OUTSIDE_NEIGHBOURHOOD = "outside_neighbourhood"
    OTHER_COUNTY = "other_county"


class Place(Row):
    """A place that keeps its id through every change of code, name and parent.

    ``code``, ``parent`` and ``name`` are as now; what they were stands in ``PlaceCode``. A merged place points to
    its successor and keeps its rows' history; it has no current code of its own (``code`` is that of old).
    """

    ref = models.CharField(max_length=9, unique=True, default=new_ref)
    code = models.CharField(max_length=24, unique=True)
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=100, blank=True, default="")
    name_en = models.CharField(max_length=160, blank=True, default="")
    pinyin = models.CharField(max_length=200, blank=True, default="", db_index=True)
    initials = models.CharField(max_length=60, blank=True, default="", db_index=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    point_state = models.CharField(max_length=24, choices=PointState, default=PointState.NONE)
    point_facts = models.JSONField(default=dict, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["level", "code"], name="place_level_code"),
            models.Index(fields=["name"], name="place_name"),
        ]


class PlaceCode(Row):
    """A code, name and parent that a place had from a day (open when null) until a day (open when null)."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=24, db_index=True)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="place_code_once_a_day"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_from__isnull=True), name="place_code_open_once"
            ),
        ]


class Boundary(Row):
    """A place's boundary as loaded: GeoJSON geometry in WGS 84, its source, and the days it was true."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="boundaries")
    geometry = models.JSONField()
    source = models.CharField(max_length=200)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
