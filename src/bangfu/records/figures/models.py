"""Snapshots of the register and the figures computed from them."""

from __future__ import annotations

from django.db import models

from bangfu.records.rows import Row, new_ref


class SnapshotState(models.TextChoices):
    """A snapshot is read only once it is whole."""

    WRITING = "writing"
    READY = "ready"


class Snapshot(Row):
    """One consistent state of the register in Parquet: as of which two times, with which digests."""

    ref = models.CharField(max_length=9, unique=True, default=new_ref)
    happened = models.DateField()
    known = models.DateTimeField()
    place_prefix = models.CharField(max_length=24)
    state = models.CharField(max_length=8, choices=SnapshotState, default=SnapshotState.WRITING)
    folder = models.CharField(max_length=120)
    manifest = models.JSONField(default=dict)
    content_digest = models.CharField(max_length=64, blank=True, default="")
    parameters_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    current = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["happened", "current"], name="snapshot_happened")]

    @property
    def short(self) -> str:
        """The mark that pages print: the first four hex digits of the content digest."""
        return self.content_digest[:4]


class FigureState(models.TextChoices):
    """Why a figure has no value, when it has none."""

    KNOWN = "known"
    NOT_REPORTED = "not_reported"
    MISSING_FACTS = "missing_facts"
    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"


class Formula(Row):
    """The compiled form of an indicator version: its text and the SQL that lists its rows."""

    indicator = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    parameters_hash = models.CharField(max_length=64)
    body = models.JSONField()
    rows_sql = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "version", "parameters_hash"], name="formula_once_per_parameters"
            ),
        ]


class Figure(Row):
    """One value: of which indicator version, snapshot, place, year and group; with its error and sample size."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="figures")
    formula = models.ForeignKey(Formula, on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    place_code = models.CharField(max_length=24)
    level = models.PositiveSmallIntegerField()
    year = models.SmallIntegerField()
    group = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=16, choices=FigureState, default=FigureState.KNOWN)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    standard_error = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    sample_size = models.BigIntegerField(null=True)
    unknown_rows = models.BigIntegerField(null=True)
    missing_places = models.IntegerField(null=True)
    line = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "indicator", "version", "place", "year", "group"], name="figure_once"
            ),
        ]
        indexes = [
            models.Index(fields=["snapshot", "indicator", "year", "level", "place_code"], name="figure_read"),
        ]
