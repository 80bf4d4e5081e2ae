"""What every page of a figure needs: its indicator, its place, its title with the group."""

from __future__ import annotations

from django.http import Http404

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.formulas import UNKNOWN_GROUP, group_codes
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.web.lettering import joined
from bangfu.web.pages.figure_charts import group_name
from bangfu.web.pages.readings import words

ROWS_A_PAGE = 50
LONGEST_GROUP = 40


def indicator_or_404(code: str) -> Indicator:
    """The indicator of an address."""
    found = current().indicators.get(code)
    if found is None:
        raise Http404
    return found


def place_asked(request: GateRequest) -> Place:
    """The place of ``?p=``, else the reader's own."""
    code = request.GET.get("p") or min(request.scope.places.prefixes, key=len, default="")
    if not code:
        from bangfu.records.places.queries import root

        code = root().code
    place: Place = place_in_scope(request, code)
    return place


def group_asked(request: GateRequest, spec: Indicator) -> str:
    """The group of ``?group=``, empty where none is asked for or the indicator has no groups; an unknown one is 404."""
    group = request.GET.get("group", "")
    if not group or spec.group is None:
        return ""
    if not is_group(spec, group):
        raise Http404
    return group


def is_group(spec: Indicator, group: str) -> bool:
    """Whether an indicator can have a group: one of its code list, else a short word (sizes have no list)."""
    codes = group_codes(spec)
    known = group in current().codes[codes].titles if codes else group.isprintable() and len(group) <= LONGEST_GROUP
    return known or group == UNKNOWN_GROUP


def title_of(spec: Indicator, group: str) -> str:
    """The title of an indicator, with the group that is meant."""
    if not group or spec.group is None:
        return words(spec.title)
    return joined([words(spec.title), group_name(spec, group)])
