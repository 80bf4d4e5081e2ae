"""What is done with a file that comes in: receive it, check it, merge its good rows, answer its sender."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from bangfu.analytics.workbooks import FileRefused
from bangfu.parameters.mappings import Mapping as FileMapping
from bangfu.records.access import audit
from bangfu.records.access.keys import KeysRotating
from bangfu.records.access.models import User
from bangfu.records.households.actions import Merged, StillHeld, register_to_oneself
from bangfu.records.households.years import YearSealed, check_open
from bangfu.records.instance.models import Instance
from bangfu.records.instance.parameters import current
from bangfu.records.intake import answers, merging, queries, report, vault
from bangfu.records.intake.checking import Checked, Decided, IntakeRefused, Question, check_file, csv_sheet_name
from bangfu.records.intake.merging import Span
from bangfu.records.intake.messages import Finding
from bangfu.records.intake.models import Batch, BatchState, RowDecision, StagingRow, Upload, UploadState
from bangfu.records.intake.places import PlaceFinder
from bangfu.records.intake.wording import Words, storable
from bangfu.records.jobs.actions import UNSUCCESSFUL
from bangfu.records.places.actions import found_from_scheme
from bangfu.records.places.index import place_index

#: How long uploads and answers are kept.
KEPT_FOR = timedelta(days=30)
#: No upload is still arriving after so long.
LONGEST_REQUEST = timedelta(days=1)
#: The same file that comes again so soon was sent by a second click.
SAME_CLICK = timedelta(minutes=1)
#: What is told while work goes on: phase, rows done, rows in all.
Progress = Callable[[str, int, int], None]


@dataclass
class Outcome:
    """What became of a file: counts of rows by verdict and of targets by change, what is to be said, the answer."""

    upload: Upload
    counts: dict[str, int] = field(default_factory=dict)
    merged: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: list[tuple[str, dict[str, str | Words]]] = field(default_factory=list)
    refusal: dict[str, Any] | None = None

    @property
    def everything_went_in(self) -> bool:
        """Whether no row was held back."""
        return not self.refusal and not self.counts.get("refused") and not self.counts.get("ask")


def _quiet(phase: str, done: int, total: int) -> None:
    """Progress that nobody listens to."""


def receive(
    path: Path,
    *,
    file_name: str,
    mapping: FileMapping,
    by: User | None,
    year: int | None = None,
    place_prefix: str = "",
    happened_on: date | None = None,
    known_at: datetime | None = None,
) -> Upload:
    """Keep a file encrypted until it expires, and remember how it is to be read."""
    stored = vault.store(path)
    now = timezone.now()
    with transaction.atomic():
        upload = Upload(
            file_name=Path(file_name).name[:200],
            stored_as=stored,
            content_hash=vault.content_hash(path),
            mapping=mapping.name,
            mapping_hash=current().content_hash,
            year=year if year is not None else mapping.year,
            place_prefix=place_prefix,
            happened_on=happened_on or timezone.localdate(),
            known_at=known_at or now,
            by=by,
            expires_at=now + KEPT_FOR,
        )
        upload.save()
        facts = {"mapping": mapping.name, "content_hash": upload.content_hash}
        audit.record(action="intake.receive", by=by, subject="upload", subject_id=upload.id, facts=facts)
    return upload


def standing_upload(path: Path, *, mapping: FileMapping, by: User, year: int | None) -> Upload | None:
    """The same file, of the same user, for the same purpose, that came in a moment ago and is not done with in vain."""
    same = Upload.objects.filter(
        content_hash=vault.content_hash(path),
        mapping=mapping.name,
        year=year if year is not None else mapping.year,
        by=by,
        created_at__gt=timezone.now() - SAME_CLICK,
    )
    live = same.exclude(state=UploadState.REFUSED).exclude(job__state__in=UNSUCCESSFUL)
    return live.order_by("created_at").first()


@transaction.atomic
def receive_once(path: Path, *, file_name: str, mapping: FileMapping, by: User, year: int | None) -> Upload:
    """Keep a file as ``receive`` does; the second of two clicks gets the upload of the first."""
    # Both clicks may be under way at once: the second one waits here until the first one's upload stands.
    User.objects.select_for_update().get(pk=by.pk)
    standing = standing_upload(path, mapping=mapping, by=by, year=year)
    return standing or receive(path, file_name=file_name, mapping=mapping, by=by, year=year)


def found_for(mapping: FileMapping) -> Instance:
    """The instance, founded from the mapping's scheme where none stands. **Errors** ``IntakeRefused``."""
    standing = Instance.objects.first()
    if standing is None and mapping.scheme:
        return found_from_scheme(mapping.scheme)
    if standing is None:
        raise IntakeRefused("not_founded")
    if mapping.scheme and standing.scheme != mapping.scheme:
        raise IntakeRefused("scheme_differs", wanted=mapping.scheme, standing=standing.scheme)
    return standing


def work_through(
    upload: Upload,
    *,
    merge: bool,
    prefixes: tuple[str, ...] | None = None,
    progress: Progress = _quiet,
    language: str = "zh-hans",
) -> Outcome:
    """Check an upload and, with ``merge``, merge its good rows; safe to call again after a kill.

    The check is made anew each time, so a merge judges by the register of the moment. A bad file raises nothing: the
    outcome carries the refusal.
    """
    outcome = Outcome(upload)
    if not _begin(upload, merge):
        outcome.counts = {name: count for name, count in upload.counts.items() if isinstance(count, int)}
        return outcome
    with vault.workroom() as folder:
        source = folder / f"source{Path(upload.file_name).suffix.lower()[:6]}"
        vault.fetch(upload.stored_as, source)
        try:
            _work(upload, source, folder, outcome, merge, prefixes, progress, language)
        except FileRefused as refused:
            _refuse(upload, outcome, {"code": refused.code, "values": refused.values, "of_file": True})
        except KeysRotating:
            _refuse(upload, outcome, {"code": "keys_rotating", "values": {}})
        except YearSealed as sealed:
            values = {"years": Words(sealed.years), "open": str(sealed.open_year)}
            _refuse(upload, outcome, {"code": "year_sealed", "values": values})
        except IntakeRefused as refused:
            _refuse(upload, outcome, {"code": refused.code, "values": refused.values})
    return outcome


@transaction.atomic
def _begin(upload: Upload, merge: bool) -> bool:
    """Mark what is being done to an upload; False for a check that comes after its merge has begun."""
    upload.state = Upload.objects.select_for_update().get(pk=upload.pk).state
    if not merge and upload.state in (UploadState.MERGING, UploadState.MERGED):
        return False
    upload.state = UploadState.MERGING if merge else UploadState.CHECKING
    upload.save(update_fields=["state"])
    return True


def _work(
    upload: Upload,
    source: Path,
    folder: Path,
    outcome: Outcome,
    merge: bool,
    prefixes: tuple[str, ...] | None,
    progress: Progress,
    language: str,
) -> None:
    # What is read of the instance from here on is that of the moment in which nobody else merges.
    alone = register_to_oneself(lambda: progress("wait", 0, 0)) if merge else nullcontext()
    with alone as held:
        question, finder = _question(upload, source, prefixes)
        progress("check", 0, 0)
        with check_file(question, finder, folder, csv_sheet_name(upload.file_name)) as checked:
            batches = _report(upload, checked, outcome)
            _answer(upload, checked, outcome, source, folder, language)
            if held is not None:
                _merge(upload, checked, batches, outcome, folder, progress, held)
            _settle(upload, outcome, UploadState.MERGED if merge else UploadState.CHECKED)


def _question(upload: Upload, source: Path, prefixes: tuple[str, ...] | None) -> tuple[Question, PlaceFinder]:
    parameters = current()
    mapping = parameters.mappings[upload.mapping]
    instance = found_for(mapping)
    asked = Question(
        source,
        mapping,
        parameters,
        upload.happened_on,
        instance.scheme,
        upload.year,
        prefixes,
        _decided(upload),
        instance.synthetic,
    )
    return asked, _finder(upload, mapping, prefixes)


def _decided(upload: Upload) -> tuple[Decided, ...]:
    """The decisions about an upload's rows; of several about one finding the last one."""
    latest: dict[tuple[str, int, str], Decided] = {}
    for each in upload.decisions.order_by("at", "id"):
        prefixes = None if each.prefixes is None else tuple(each.prefixes)
        for code in each.codes:
            latest[each.sheet, each.row, code] = Decided(each.sheet, each.row, code, each.choice, each.about, prefixes)
    return tuple(latest.values())


class CannotDecide(Exception):
    """A row cannot be decided about: it is not doubtful, or what it needs is a correction in the file."""


@transaction.atomic
def decide(
    staged: StagingRow, *, choice: str, reason: str, by: User, prefixes: tuple[str, ...] | None = None
) -> RowDecision:
    """Keep what a person decided about a doubtful row. **Errors** ``CannotDecide``; ``FactRefused`` for the reason.

    ``prefixes`` are the person's area, None for everywhere. The file has to be checked anew for the decision to count,
    and it counts as long as the register says of the row what it said now.
    """
    upload = Upload.objects.select_for_update(of=("self",)).select_related("job").get(pk=staged.batch.upload_id)
    if choice not in queries.choices_of(staged) or not queries.may_be_decided(upload):
        raise CannotDecide
    decision = RowDecision(
        upload=upload,
        sheet=staged.sheet,
        row=staged.row,
        codes=queries.doubts_of(staged),
        about=staged.about,
        prefixes=prefixes,
        choice=choice,
        reason=reason.strip()[:200],
        by=by,
        at=timezone.now(),
    )
    audit.record(
        action="intake.decide",
        by=by,
        subject="upload",
        subject_id=upload.id,
        place_code=upload.place_prefix,
        reason=decision.reason,
        facts={
            "batch_number": staged.batch.number,
            "row": staged.row,
            "choice": choice,
            "findings": decision.codes,
        },
    )
    decision.save()
    return decision


def _finder(upload: Upload, mapping: FileMapping, prefixes: Sequence[str] | None) -> PlaceFinder:
    index = place_index()
    code = upload.place_prefix or mapping.place or ""
    given = index.by_code(code) if code else None
    if code and given is None:
        raise IntakeRefused("unknown_place", detail=code)
    return PlaceFinder(index, given=given, prefixes=prefixes)


def _report(upload: Upload, checked: Checked, outcome: Outcome) -> list[tuple[Batch, Span]]:
    """Write down what was found: batches, and the rows that did not simply go in."""
    found = report.findings_of(checked)
    outcome.findings, outcome.notes = found.findings, [*checked.notes, *found.notes]
    outcome.counts = report.count_rows(checked)
    spans = merging.spans_of(checked)
    with transaction.atomic():
        merged = {batch.number: batch for batch in upload.batches.filter(state=BatchState.MERGED)}
        upload.batches.exclude(state=BatchState.MERGED).delete()
        pairs = [(merged.get(span.number) or _batch(upload, span), span) for span in spans]
        report.write_rows(checked, found.findings, [pair for pair in pairs if pair[0].number not in merged])
        upload.counts = outcome.counts
        upload.refusal = {}
        upload.save(update_fields=["counts", "refusal"])
    return pairs


def _batch(upload: Upload, span: Span) -> Batch:
    batch = Batch(
        upload=upload, number=span.number, sheet=span.sheet_name[:100], first_row=span.first, last_row=span.last
    )
    batch.save()
    return batch


def _answer(upload: Upload, checked: Checked, outcome: Outcome, source: Path, folder: Path, language: str) -> None:
    vault.forget(upload.answer_stored_as)
    upload.answer_stored_as = ""
    # Notes alone hold no row back; a workbook of a hundred thousand rows is not written again for them.
    if outcome.counts.get("refused") or outcome.counts.get("ask"):
        target = folder / "answer.xlsx"
        answers.write(checked, outcome.findings, source, target, language)
        upload.answer_stored_as = vault.store(target)
    upload.save(update_fields=["answer_stored_as"])


def _merge(
    upload: Upload,
    checked: Checked,
    batches: Sequence[tuple[Batch, Span]],
    outcome: Outcome,
    folder: Path,
    progress: Progress,
    held: StillHeld,
) -> None:
    total = sum(checked.rows.values())
    check_open(*merging.years_of(checked), on=upload.happened_on)
    merging.assign(checked)
    done = 0

    def count(batch: Batch, merged: Merged) -> None:
        nonlocal done
        done += min(merging.BATCH_ROWS, batch.last_row - batch.first_row + 1)
        progress("merge", min(done, total), total)

    progress("merge", 0, total)
    merging.merge_batches(
        checked,
        batches,
        by=upload.by,
        known_at=upload.known_at,
        folder=folder,
        place_code=upload.place_prefix,
        on_batch=count,
        held=held,
    )
    outcome.merged = _sums(batch.counts for batch, _ in batches)


def _sums(counts: Iterable[dict[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = {}
    for each in counts:
        for table, changes in each.items():
            found = sums.setdefault(table, {})
            for change, number in changes.items():
                found[change] = found.get(change, 0) + number
    return sums


def _settle(upload: Upload, outcome: Outcome, state: str) -> None:
    upload.state = state
    notes = json.loads(json.dumps(outcome.notes, default=storable))
    upload.counts = {**outcome.counts, "merged": outcome.merged, "notes": notes}
    upload.save(update_fields=["state", "counts"])


def _refuse(upload: Upload, outcome: Outcome, refusal: dict[str, Any]) -> None:
    outcome.refusal = json.loads(json.dumps(refusal, default=storable))
    upload.state = UploadState.REFUSED
    upload.refusal = outcome.refusal
    upload.save(update_fields=["state", "refusal"])


def forget_expired(now: datetime) -> int:
    """Delete the stored files of uploads that have expired; their counts and findings stay. Returns how many."""
    expired = Upload.objects.filter(expires_at__lt=now).exclude(stored_as="")
    for upload in expired:
        vault.forget(upload.stored_as)
        vault.forget(upload.answer_stored_as)
        upload.stored_as = upload.answer_stored_as = ""
        upload.save(update_fields=["stored_as", "answer_stored_as"])
    vault.sweep_uploads((now - LONGEST_REQUEST).timestamp())
    return len(expired)


def open_answer(upload: Upload, *, by: User | None) -> io.BytesIO:
    """The answer workbook in the clear, for its sender; the download is audited."""
    with vault.workroom() as folder:
        target = folder / "answer.xlsx"
        vault.fetch(upload.answer_stored_as, target)
        content = io.BytesIO(target.read_bytes())
    with transaction.atomic():
        audit.record(action="intake.download_answer", by=by, subject="upload", subject_id=upload.id)
    return content
