"""Superiors' workbooks that are filled from the register: what was asked, what its headings mean, what is missing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bangfu.records.rows import Lying, Placed, new_ref


class FillingState(models.TextChoices):
    """A blank waits until its headings are settled, then is filled; or it is refused."""

    RECEIVED = "received"
    ASKING = "asking"
    FILLED = "filled"
    REFUSED = "refused"


class KnownLayout(Placed):
    """What the headings of a layout mean, as an office confirmed it once: the next blank of it is filled unasked.

    ``answers`` name an indicator, field, constant or nothing for each heading, and places for names that several bear.
    ``versions`` are the versions of the indicators when they were confirmed.
    """

    OF_PEOPLE: ClassVar[bool] = False
    LYING: ClassVar[tuple[Lying, ...]] = (Lying(once_by=("digest",)),)

    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200, blank=True, default="")
    answers = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "place_code"], name="layout_once_an_office")]


class Filling(Placed):
    """One blank workbook as it came in and as it went back; both lie encrypted until they expire.

    ``cells`` lists what became of each cell that waited: where, what, figure or reason.
    ``lists_rows``: single households stand in it, so only who may see names reads it.
    """

    OF_PEOPLE: ClassVar[bool] = False

    ref = models.CharField(max_length=9, unique=True, default=new_ref)
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=120, blank=True, default="")
    result_stored_as = models.CharField(max_length=120, blank=True, default="")
    content_hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True, default="")
    year = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=FillingState, default=FillingState.RECEIVED)
    refusal = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    cells = models.JSONField(default=list)
    lists_rows = models.BooleanField(default=False)
    snapshot = models.ForeignKey("figures.Snapshot", null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place_code", "created_at"], name="filling_place_created")]


class GapState(models.TextChoices):
    """A gap is open until a later filling finds the value."""

    OPEN = "open"
    CLOSED = "closed"


class Gap(Placed):
    """A value that a superior asked for and the register does not have: a task for whoever must report it.

    ``office`` filled the table; ``place`` is where the value is missing.
    """

    OF_PEOPLE: ClassVar[bool] = False
    LYING: ClassVar[tuple[Lying, ...]] = (
        Lying(once_by=("office_code", "year", "what", "group")),
        Lying("office", "office_code", ("place_code", "year", "what", "group")),
    )

    filling = models.ForeignKey(Filling, null=True, on_delete=models.SET_NULL, related_name="gaps")
    office = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    office_code = models.CharField(max_length=24)
    year = models.SmallIntegerField()
    what = models.CharField(max_length=60)
    group = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=20)
    sheet = models.CharField(max_length=100)
    cell = models.CharField(max_length=12)
    state = models.CharField(max_length=6, choices=GapState, default=GapState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_code", "place_code", "year", "what", "group"], name="gap_once")
        ]
