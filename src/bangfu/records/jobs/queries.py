"""Jobs as their owners see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope, object_in_scope
from bangfu.records.access.policies import can_now
from bangfu.records.jobs import sql
from bangfu.records.jobs.models import Job, JobState
from bangfu.records.jobs.registry import UnknownKind, kind_named, later_turns

SEPARATOR = Text("、", ", ")
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, in the words of ``components/progress.htmx.html``."""

    sentence: str
    done: int
    total: int | None
    poll_href: str = ""
    cancel_href: str = ""


def own_job(scope: Scope, ref: str) -> Job:
    """A job of one's own by its address. **Errors** ``Http404`` for another's."""
    if scope.user_id is None and not scope.system:
        raise Http404
    return object_in_scope(Job.objects.all(), scope, ref=ref)


def work_is_done(key: str) -> bool:
    """Whether the work that was asked for under a key has been done."""
    return Job.objects.filter(idempotency_key=key, state=JobState.DONE).exists()


def progress_of(job: Job, now: datetime) -> Progress:
    """The job's progress; while it runs, where to ask again and how to stop it."""
    going = job.state not in ENDED
    poll = reverse("job", args=[job.ref]) if going else ""
    cancel = reverse("job_cancel", args=[job.ref]) if can_now("jobs.cancel", job.state) and not job.cancel_asked else ""
    return Progress(sentence_of(job, now), job.done_units, job.total_units, poll, cancel)


def sentence_of(job: Job, now: datetime) -> str:
    """One sentence: what is done, how far, about how long still; or how it ended."""
    title = title_of(job)
    match job.state:
        case JobState.WAITING:
            return _waiting(job, title, now)
        case JobState.DONE:
            return _("%(job)s: done.") % {"job": title}
        case JobState.CANCELLED:
            return _("%(job)s: stopped, as you asked.") % {"job": title}
        case JobState.FAILED:
            return _failed(job, title)
    return _("%(job)s: stopping.") % {"job": title} if job.cancel_asked else _running(job, title, now)


def _waiting(job: Job, title: str, now: datetime) -> str:
    """That a job waits, and what is done before it."""
    before = sql.kinds_before(job.pk, now=now, turns=later_turns())
    if not before:
        return _("%(job)s: waiting for its turn. You may leave this page.") % {"job": title}
    # Their kinds only, each once: whose they are and of what is nobody else's business.
    titles = SEPARATOR.in_language(get_language() or "zh").join(map(title_of_kind, dict.fromkeys(before)))
    told = ngettext(
        "%(job)s: waiting, %(count)s before it (%(before)s). You may leave this page.",
        "%(job)s: waiting, %(count)s before it (%(before)s). You may leave this page.",
        len(before),
    )
    return told % {"job": title, "count": f"{len(before):,}", "before": titles}


def _failed(job: Job, title: str) -> str:
    refusal = job.result.get("refusal")
    if refusal:
        return Text(refusal["zh"], refusal["en"]).in_language(get_language() or "zh")
    return _("%(job)s did not work. Give code %(code)s to the administrator.") % {"job": title, "code": job.error_id}


def _running(job: Job, title: str, now: datetime) -> str:
    facts = {"job": title, "done": f"{job.done_units:,}", "total": f"{job.total_units or 0:,}"}
    left = seconds_left(job, now)
    if job.total_units is None:
        return _("%(job)s: under way. You may leave this page.") % facts
    if left is None:
        return _("%(job)s: %(done)s of %(total)s done. You may leave this page.") % facts
    return _("%(job)s: %(done)s of %(total)s done, about %(seconds)s s left. You may leave this page.") % {
        **facts,
        "seconds": f"{left:,}",
    }


def seconds_left(job: Job, now: datetime) -> int | None:
    """Seconds still to go if the rest goes as the work did so far; None before a tenth is done or without a total."""
    if job.started_at is None or not job.total_units or job.done_units * 10 < job.total_units:
        return None
    spent = (now - job.started_at).total_seconds()
    return max(round(spent * (job.total_units - job.done_units) / job.done_units), 0)


def title_of(job: Job) -> str:
    """What a job's kind is called."""
    return title_of_kind(job.kind)


def title_of_kind(kind: str) -> str:
    """What a kind of job is called; its name where no app knows it any more."""
    try:
        return kind_named(kind).title.in_language(get_language() or "zh")
    except UnknownKind:
        return kind


def plain(job: Job, now: datetime) -> dict[str, Any]:
    """The job as JSON for its owner."""
    return {
        "ref": job.ref,
        "kind": job.kind,
        "state": job.state,
        "phase": job.phase,
        "done": job.done_units,
        "total": job.total_units,
        "seconds_left": seconds_left(job, now),
        "sentence": sentence_of(job, now),
        "error_id": job.error_id,
    }
