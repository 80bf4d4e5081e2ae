"""What came in: batches, rows with their verdicts, and typed staging tables, one per target."""

from __future__ import annotations

from django.db import models

from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.rows import InsertOnly, Row, new_ref, staging_of


class UploadState(models.TextChoices):
    """Where an uploaded file stands: checked rows wait for a person, then are merged."""

    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    MERGING = "merging"
    MERGED = "merged"
    REFUSED = "refused"


class Upload(Row):
    """One file as it came in, kept encrypted until it expires; it is cut into batches of at most 100 000 rows."""

    ref = models.CharField(max_length=9, unique=True, default=new_ref)
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=120, blank=True, default="")
    content_hash = models.CharField(max_length=64)
    mapping = models.CharField(max_length=60)
    mapping_hash = models.CharField(max_length=64)
    year = models.SmallIntegerField(null=True)
    place_prefix = models.CharField(max_length=24, blank=True, default="")
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.RECEIVED)
    refusal = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    happened_on = models.DateField()
    known_at = models.DateTimeField()
    by = models.ForeignKey("access.User", null=True, on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    answer_stored_as = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)


class BatchState(models.TextChoices):
    """A batch is checked once and merged once."""

    CHECKED = "checked"
    MERGED = "merged"


class Batch(Row):
    """A slice of an upload that is merged in one transaction, with the digest of its history rows."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100)
    first_row = models.IntegerField()
    last_row = models.IntegerField()
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.CHECKED)
    counts = models.JSONField(default=dict)
    history_digest = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    merged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="batch_number_once")]


class RowVerdict(models.TextChoices):
    """What becomes of a row: refused rows go back, doubtful ones wait for a person."""

    REFUSED = "refused"
    ASK = "ask"
    NOTICE = "notice"


class StagingRow(models.Model):
    """A row that did not simply go in: its sheet and number, verdict, findings, and itself, encrypted.

    Sound rows have no ``StagingRow``: their place in the sheet stands in the typed staging table.
    ``findings`` is a list of ``{code, column, values}``; the sentence is made in the reader's language.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=100)
    row = models.IntegerField()
    verdict = models.CharField(max_length=8, choices=RowVerdict)
    findings = models.JSONField()
    raw = models.BinaryField(null=True)
    settled = models.CharField(max_length=12, blank=True, default="")
    #: A digest of what its doubts rest on in the register.
    about = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["batch", "row"], name="staging_row_place")]


class RowDecision(InsertOnly):
    """What a person decided about a doubtful row, and why. Of several on one finding the last one counts."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="decisions")
    sheet = models.CharField(max_length=100)
    row = models.IntegerField()
    #: The codes of the findings that made the row doubtful; what is found of it later has to be decided anew.
    codes = models.JSONField()
    #: A digest of what they rested on in the register, and the decider's area (null: everywhere), both as of then.
    about = models.CharField(max_length=32, blank=True, default="")
    prefixes = models.JSONField(null=True)
    choice = models.CharField(max_length=12)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


StagingHousehold = staging_of(Household)
StagingHouseholdYear = staging_of(HouseholdYear)
StagingPerson = staging_of(Person)
StagingPersonYear = staging_of(PersonYear)
STAGING = {
    Household: StagingHousehold,
    HouseholdYear: StagingHouseholdYear,
    Person: StagingPerson,
    PersonYear: StagingPersonYear,
}
