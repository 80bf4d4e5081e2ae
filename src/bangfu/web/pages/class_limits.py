"""The classes of a figure between its fixed limits, and the class that an address asks for."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.web import numbers
from bangfu.web.pages.readings import scale_of, unit_of


@dataclass(frozen=True)
class Limits:
    """A class: from ``low``, itself included, to less than ``high``; None is open. With its words."""

    number: int
    low: float | None
    high: float | None
    words: str


def break_words(spec: Indicator) -> tuple[str, ...]:
    """The limits as people read them."""
    shares = spec.unit == "share"
    limits = spec.breaks if shares else tuple(each * scale_of(spec) for each in spec.breaks)
    return numbers.break_labels(limits, percents=shares)


def classes_of(spec: Indicator) -> tuple[Limits, ...]:
    """The classes of an indicator, lowest first."""
    if not spec.breaks:
        return ()
    ends, said = (None, *spec.breaks, None), ("", *break_words(spec), "")
    unit = "" if spec.unit == "share" else unit_of(spec)
    return tuple(
        Limits(index + 1, ends[index], ends[index + 1], _said(said[index], said[index + 1], unit))
        for index in range(len(spec.breaks) + 1)
    )


def limits_asked(request: HttpRequest, spec: Indicator) -> Limits | None:
    """The class of ``?class=``, a number from 1; None where there is no such class."""
    wanted = request.GET.get("class", "")
    return next((each for each in classes_of(spec) if str(each.number) == wanted), None)


def _said(low: str, high: str, unit: str) -> str:
    facts = {"low": numbers.with_unit(low, unit), "high": numbers.with_unit(high, unit)}
    if not low:
        return _("less than %(high)s") % facts
    if not high:
        return _("%(low)s or more") % facts
    return _("%(low)s to less than %(high)s") % facts
