"""What a household was, and when: events that are never overwritten."""

from __future__ import annotations

from django.db import models

from bangfu.records.rows import InsertOnly


class Status(models.TextChoices):
    """Kinds of status event; the current status is the latest of them."""

    IDENTIFIED = "identified"
    EXITED = "exited"
    RELAPSED = "relapsed"
    MONITORED = "monitored"
    RISK_REMOVED = "risk_removed"
    REMOVED = "removed"


class StatusEvent(InsertOnly):
    """A household became something on a day. Insert-only; a correction is a further event."""

    household = models.ForeignKey(
        "households.Household",
        on_delete=models.PROTECT,
        related_name="status_events",
        db_index=False,  # The constraint below is found by household.
        db_constraint=False,
    )
    place_code = models.CharField(max_length=24)
    kind = models.CharField(max_length=20, choices=Status)
    happened_on = models.DateField()
    known_at = models.DateTimeField()
    batch = models.ForeignKey(
        "intake.Batch", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    case = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    by = models.ForeignKey(
        "access.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "kind", "happened_on"], name="status_event_once"),
        ]
        indexes = [models.Index(fields=["kind", "happened_on"], name="status_kind_day")]
