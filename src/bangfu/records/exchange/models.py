"""Two platforms that have to agree: exports compared with the register, each difference, and who was right."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from bangfu.records import fields
from bangfu.records.rows import InsertOnly, InsertOnlyRows, Placed, new_ref


class ComparisonState(models.TextChoices):
    """Where a comparison stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class Comparison(Placed):
    """An export of the national system set beside the register of one year and area; the file is kept encrypted."""

    ref = models.CharField(max_length=9, unique=True, default=new_ref)
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=120, blank=True, default="")
    content_hash = models.CharField(max_length=64)
    mapping = models.CharField(max_length=60)
    year = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=ComparisonState, default=ComparisonState.WAITING)
    refusal = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    #: The columns that both sides have, as paths of the intake.
    paths = models.JSONField(default=list)
    by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["place_code", "created_at"], name="comparison_place")]


class Kind(models.TextChoices):
    """How the two sides differ."""

    DIFFERS = "differs"
    SPELLING = "spelling"
    EMPTY_THEIRS = "empty_theirs"
    EMPTY_OURS = "empty_ours"
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"
    UNREADABLE = "unreadable"


class DifferenceState(models.TextChoices):
    """A projection of the decisions and of what later exports say."""

    OPEN = "open"
    DECIDED = "decided"
    LISTED = "listed"
    CLOSED = "closed"


class Side(models.TextChoices):
    """Which side is right."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH_WRONG = "both_wrong"
    LEAVE = "leave"


class Difference(Placed):
    """One field (or the whole) of a household or person on which register and export do not agree.

    The same household, person and field in a later export is the same difference. Values are those of the latest
    export; of a personal field only the export's is kept, sealed, and the register's is read when it is shown. Of a
    person whom only the export has, its two numbers there are kept, sealed.
    """

    #: Sealed columns, bound to this table.
    SEALED = ("theirs_enc",)

    key = models.CharField(max_length=32, unique=True)
    year = models.SmallIntegerField()
    household = models.ForeignKey(
        "households.Household", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    person = models.ForeignKey(
        "households.Person",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    household_no = models.CharField(max_length=40)
    name = models.CharField(max_length=60, blank=True, default="")
    path = models.CharField(max_length=80)
    field_class = models.CharField(max_length=10)
    kind = models.CharField(max_length=12, choices=Kind)
    ours = models.CharField(max_length=300, null=True)
    theirs = models.CharField(max_length=300, null=True)
    theirs_enc = fields.ciphertext()
    state = models.CharField(max_length=8, choices=DifferenceState, default=DifferenceState.OPEN)
    side = models.CharField(max_length=10, choices=Side, blank=True, default="")
    reopened = models.PositiveSmallIntegerField(default=0)
    first_seen = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="+", db_index=False)
    last_seen = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(Comparison, null=True, on_delete=models.PROTECT, related_name="closed")
    listed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["year", "place_code", "path"], name="difference_place"),
            models.Index(fields=["year", "path", "kind"], name="difference_alike"),
        ]

    @property
    def lies_in(self) -> str:
        """The code of where it lies: with its household, which may have moved, else where the export says."""
        return self.household.place_code if self.household is not None else self.place_code


class DifferenceDecision(InsertOnly):
    """What a person decided about a difference, on which values, and why; the last one counts."""

    difference = models.ForeignKey(Difference, on_delete=models.PROTECT, related_name="decisions")
    side = models.CharField(max_length=10, choices=Side)
    #: The two values as they were; of personal fields nothing is copied.
    ours = models.CharField(max_length=300, null=True)
    theirs = models.CharField(max_length=300, null=True)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()


class WindowRows(InsertOnlyRows):
    """Windows are only added; where they hold is rewritten with the code of every row that lies somewhere."""

    def update(self, **changes: Any) -> int:
        """Give windows the place of today. **Errors** ``WrittenOnce`` for anything else."""
        if set(changes) <= {"place", "place_code"}:
            return models.QuerySet.update(self, **changes)
        return super().update(**changes)


class EntryWindow(InsertOnly, Placed):
    """When the national system takes entries for a place and what lies in it; the last one told counts."""

    objects: ClassVar[models.Manager[Any]] = WindowRows.as_manager()

    opens_on = models.DateField()
    closes_on = models.DateField()
    by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="window_place")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gte=models.F("opens_on")), name="window_closes_after_it_opens"
            )
        ]
