"""What every page of a figure needs: its indicator, its place, its title with the group, and its pages of rows."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import place_in_scope
from bangfu.records.access.requests import GateRequest
from bangfu.records.figures.formulas import UNKNOWN_GROUP, group_codes
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.web import numbers
from bangfu.web.lettering import joined
from bangfu.web.pages.figure_charts import group_name
from bangfu.web.pages.readings import words
from bangfu.web.values import Pages

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


def pages_of(request: GateRequest, number: int, count: int, a_page: int = ROWS_A_PAGE) -> Pages:
    """Where one is among so many rows, with links before and after."""
    first, last = (number - 1) * a_page + 1, min(number * a_page, count)

    def href(page: int) -> str:
        query = request.GET.copy()
        query["page"] = str(page)
        return f"{request.path}?{query.urlencode()}"

    facts = {"first": numbers.whole(first), "last": numbers.whole(last), "count": numbers.whole(count)}
    return Pages(
        _("Rows %(first)s–%(last)s of %(count)s") % facts if count else "",
        href(number - 1) if number > 1 else "",
        href(number + 1) if last < count else "",
    )
