"""Work that goes on after the page has answered."""

from __future__ import annotations

from django.db import models

from bangfu.records.rows import Row, new_ref


class JobState(models.TextChoices):
    """Where a job stands. Only ``jobs.actions`` moves it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Row):
    """One piece of work: who asked, over what scope, how far it is, who holds it until when."""

    ref = models.CharField(max_length=9, unique=True, default=new_ref)
    kind = models.CharField(max_length=40)
    owner = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    scope = models.JSONField(default=dict)
    arguments = models.JSONField(default=dict)
    idempotency_key = models.CharField(max_length=80, null=True, unique=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    done_units = models.BigIntegerField(default=0)
    total_units = models.BigIntegerField(null=True)
    phase = models.CharField(max_length=60, blank=True, default="")
    result = models.JSONField(default=dict)
    error_id = models.CharField(max_length=12, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_by = models.CharField(max_length=60, blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="job_state")]
