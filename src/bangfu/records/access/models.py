"""Who may see what, and what was done: users, grants, audit events and the seals over them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models

from bangfu.records.rows import Row, RowId


class User(AbstractUser):
    """A person who signs in. Rights come from grants only; Django's groups and permissions are not used."""

    id = RowId(primary_key=True, editable=False)
    display_name = models.CharField(max_length=60, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")

    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new user first draws an id."""
        if self.pk is None:
            from bangfu.records.instance.actions import draw_ids

            self.id = draw_ids(1)[0]
            kwargs["force_insert"] = True
        super().save(*args, **kwargs)


class Role(models.TextChoices):
    """The roles of DESIGN.md §6. What each may do stands in ``permissions.py``."""

    TEAM_MEMBER = "team_member"
    HELPER = "helper"
    TOWNSHIP_OFFICER = "township_officer"
    COUNTY_OFFICER = "county_officer"
    PREFECTURE_OFFICER = "prefecture_officer"
    PROVINCE_OFFICER = "province_officer"
    UNIT_MEMBER = "unit_member"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    USER_ADMINISTRATOR = "user_administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"


class Grant(Row):
    """One role for one user over a place or household (for a unit, its village), from a day to a day, or revoked."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=Role)
    place = models.ForeignKey("places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(
        "households.Household", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.CharField(max_length=40, blank=True, default="")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(place__isnull=False) ^ models.Q(household__isnull=False),
                name="grant_over_a_place_or_a_household",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="grant_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from"], name="grant_user")]


class AuditEvent(Row):
    """One action: who, what, on what, where, when, why. Facts hold ids and digests, never personal data."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor_kind = models.CharField(max_length=10, choices=[("user", "user"), ("system", "system")])
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True, default="")
    subject_id = models.BigIntegerField(null=True)
    place_code = models.CharField(max_length=24, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    facts = models.JSONField(default=dict)
    leaf = models.BigIntegerField(null=True, unique=True)
    leaf_hash = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["subject", "subject_id"], name="audit_subject"),
        ]


class AuditSeal(models.Model):
    """A checkpoint of the Merkle log over the first ``size`` events (RFC 6962), with the state to go on from."""

    size = models.BigIntegerField(unique=True)
    root_hash = models.BinaryField(max_length=32)
    state = models.JSONField()
    sealed_at = models.DateTimeField()


class KeyRotation(Row):
    """One change of the key of personal fields. While one is unfinished, hashes of two keys stand side by side."""

    from_key = models.PositiveSmallIntegerField()
    to_key = models.PositiveSmallIntegerField()
    values_done = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_key"], condition=models.Q(finished_at__isnull=True), name="key_rotation_unfinished_once"
            ),
        ]


class SignInGuard(models.Model):
    """Failed sign-ins of one name (kept as a hash), and until when the name is locked."""

    name_hash = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)


class ScopeToken(Row):
    """A key to the notebook face: whose, for which place, until when. The secret is kept as a keyed hash only."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="scope_tokens")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    valid_until = models.DateField()
    revoked_at = models.DateTimeField(null=True)
