"""The instance: which range of ids, which root, scheme and currency, whether its people are invented."""

from __future__ import annotations

from django.db import models


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


class ParameterOverlay(models.Model):
    """A dated change of a parameter file for this instance; it counts once a second person has reviewed it."""

    path = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    body = models.JSONField()
    reason = models.TextField()
    source = models.TextField(default="")
    proposed_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    reviewed_by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewed_by__isnull=True) | ~models.Q(reviewed_by=models.F("proposed_by")),
                name="overlay_reviewed_by_another",
            ),
        ]
