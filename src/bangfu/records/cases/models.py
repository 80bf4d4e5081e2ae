"""Running procedures: a case pinned to a version of its flow, its steps and decisions. Steps are insert-only."""

from __future__ import annotations

from django.db import models

from bangfu.records.rows import InsertOnly, Placed, new_ref


class Case(Placed):
    """One running procedure (identification, exit, monitoring, correction …)."""

    ref = models.CharField(max_length=9, unique=True, default=new_ref)
    flow = models.CharField(max_length=60)
    flow_version = models.CharField(max_length=40)
    parameters_hash = models.CharField(max_length=64)
    household = models.ForeignKey("households.Household", null=True, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["flow", "state", "place_code"], name="case_flow_state")]


class Step(InsertOnly):
    """A case went from one state to another."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    happened_on = models.DateField()
    known_at = models.DateTimeField()
    by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")


class Verdict(models.TextChoices):
    """What a decision said. Unknown is a third answer."""

    PASS = "pass"  # noqa: S105 — a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


class Decision(InsertOnly):
    """A verdict with the facts it stood on, copied when it was taken, typed and versioned."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict)
    criterion = models.CharField(max_length=80, blank=True, default="")
    facts = models.JSONField()
    facts_version = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    known_at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")
