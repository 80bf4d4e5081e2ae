"""The instance: which range of ids, which root, scheme and currency, whether its people are invented."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Instance(models.Model):
    """The one row that says which instance this database is."""

    number = models.PositiveSmallIntegerField(default=0)
    scheme = models.CharField(max_length=40)
    root_code = models.CharField(max_length=24, blank=True, default="")
    currency = models.CharField(max_length=3, default="CNY")
    title_zh = models.CharField(max_length=80, default="帮扶平台")
    title_en = models.CharField(max_length=80, default="bangfu")
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="instance_is_one_row"),
            models.CheckConstraint(condition=models.Q(number__lt=8192), name="instance_number_below_8192"),
        ]


class Counter(models.Model):
    """Where the next id comes from."""

    name = models.CharField(max_length=20, primary_key=True)
    next_value = models.BigIntegerField()


class ProposalState(models.TextChoices):
    """How far a proposed change is."""

    WAITING = "waiting"
    COUNTING = "counting"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Proposals(models.QuerySet["ParameterOverlay"]):
    """Proposed changes."""

    def waiting(self) -> Proposals:
        """Those that nobody has reviewed, returned or withdrawn."""
        return self.filter(reviewed_at=None, returned_at=None, withdrawn_at=None)


class ParameterOverlay(models.Model):
    """A dated change of a parameter file for this instance; it counts once a second person has reviewed it.

    ``base`` is the digest of what it changes, as it stood when this was proposed; empty where nobody asked.
    """

    path = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    body = models.JSONField()
    reason = models.TextField()
    source = models.TextField(default="")
    proposed_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    reviewed_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    base = models.CharField(max_length=64, blank=True, default="")
    returned_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    #: Why it was returned.
    answer = models.TextField(blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True)

    objects = Proposals.as_manager()

    @property
    def state(self) -> ProposalState:
        """How far it is; the constraints see to it that it ended in one way only."""
        if self.reviewed_at is not None:
            return ProposalState.COUNTING
        if self.returned_at is not None:
            return ProposalState.RETURNED
        return ProposalState.WAITING if self.withdrawn_at is None else ProposalState.WITHDRAWN

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("proposed_by")),
                name="overlay_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(returned_by__isnull=True) | ~Q(returned_by=models.F("proposed_by")),
                name="overlay_returned_by_another",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, returned_at__isnull=True)
                | Q(reviewed_at__isnull=True, withdrawn_at__isnull=True)
                | Q(returned_at__isnull=True, withdrawn_at__isnull=True),
                name="overlay_ends_once",
            ),
        ]
