"""What a file says of its figures: place, period, way of counting, snapshot, source, who took it and when."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.as_now import OnPlaces
from bangfu.web.context import instance_facts
from bangfu.web.dates import minute, year_end
from bangfu.web.drawings.paper import Caption
from bangfu.web.lettering import joined, labelled
from bangfu.web.numbers import in_chinese
from bangfu.web.pages.asked import Asked, name_of
from bangfu.web.pages.pinned import share
from bangfu.web.pages.readings import unit_of, words
from bangfu.web.pages.then_or_now import said_in_file, told


def subtitle(context: Asked) -> str:
    """The line under a title: place, period, snapshot."""
    period = year_end(context.year) if context.year else ""
    return joined([name_of(context.place), period, _snapshot(context)])


def synthetic_mark() -> str:
    """The words that a file of an instance with invented people carries, else empty."""
    return _("Synthetic data: people and households are invented.") if instance_facts().synthetic else ""


def way_of(spec: Indicator) -> str:
    """The way of counting of an indicator."""
    return _("Survey") if spec.measure else _("Register")


def facts_of(
    request: GateRequest, context: Asked, on: OnPlaces, further: Sequence[tuple[str, str]], spec: Indicator | None
) -> list[tuple[str, str]]:
    """The facts of a file in order; ``further`` are those of the figure itself."""
    which = told(request, context, on, [spec] if spec else [])
    pinned = share(request, context)
    who = request.user.display_name or request.user.username
    found = [
        (_("Place"), f"{name_of(context.place)} {context.place.code}"),
        (_("Period"), year_end(context.year) if context.year else ""),
        (_("Places are"), said_in_file(context, on)),
        ("", which.why_not if which else ""),
        *further,
        (_("Snapshot"), _snapshot(context, known=True)),
        (_("Link to this page"), pinned.href if pinned else ""),
        (_("Taken by"), who),
        (_("Taken at"), _now()),
        (_("Platform"), instance_facts().title),
        (_("Data"), synthetic_mark()),
    ]
    return [(name, value) for name, value in found if value]


def caption_of(title: str, context: Asked, spec: Indicator, on: OnPlaces, made_of: str = "") -> Caption:
    """What stands around a picture, in the active language; ``made_of`` is said where it is not of the whole area."""
    lines = caption_lines(context, spec, on, made_of)
    return Caption(title, subtitle(context), lines, synthetic_mark(), "zh" if in_chinese() else "en")


def caption_lines(context: Asked, spec: Indicator, on: OnPlaces, made_of: str = "") -> list[str]:
    """The lines under a picture."""
    unit = unit_of(spec)
    pairs = [
        (_("Definition"), words(spec.definition)),
        (_("Way of counting"), joined([way_of(spec), _("unit: %(unit)s") % {"unit": unit} if unit else ""])),
        (_("Made of"), made_of),
        (_("Source"), words(spec.source)),
        (_("Responsible office"), words(spec.owner)),
        (_("Snapshot"), _snapshot(context, known=True)),
        (_("Places are"), said_in_file(context, on) if on.differs else ""),
        (_("Taken at"), joined([_now(), instance_facts().title])),
    ]
    return [labelled(name, value) for name, value in pairs if value]


def _snapshot(context: Asked, *, known: bool = False) -> str:
    if context.snapshot is None:
        return ""
    facts = {"day": context.snapshot.happened.isoformat(), "mark": f"#{context.snapshot.short}"}
    if not known:
        return _("snapshot %(day)s %(mark)s") % facts
    at = minute(context.snapshot.known)
    return _("%(day)s %(mark)s, known at %(known)s") % {**facts, "known": at}


def _now() -> str:
    return minute(timezone.now())
