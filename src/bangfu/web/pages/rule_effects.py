"""What a proposed rule means for the reader's area, as a table of counts before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bangfu.parameters.loader import OverlayItem, Parameters
from bangfu.parameters.standards import HOUSEHOLD
from bangfu.records.access.gate import Scope
from bangfu.records.access.permissions import Permission
from bangfu.records.figures import queries
from bangfu.records.figures.effects import Verdicts
from bangfu.records.figures.trials import (
    CriterionTried,
    indicator_tried,
    line_as_of,
    shared_tried,
    standard_tried,
)
from bangfu.records.figures.trials_of_places import PlacesTried, places_tried
from bangfu.records.places.models import Place
from bangfu.records.places.queries import places_named, root
from bangfu.web import numbers
from bangfu.web.dates import year_end
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.readings import places_of, scale_of, unit_of, words
from bangfu.web.pages.rule_drafts import day_of_change
from bangfu.web.pages.rule_keys import RuleKey
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change means: a table with what it counts, or one figure before and after, or why there is neither."""

    title: str = ""
    table: DrillTable | None = None
    before: str = ""
    after: str = ""
    sentence: str = ""
    note: str = ""


def area_of(scope: Scope) -> Place:
    """The area that a reader's effects are counted for: the first that the reader holds."""
    prefixes = scope.rows.prefixes
    return places_named(prefixes[:1]).get(prefixes[0], root()) if prefixes else root()


def effects_of(
    key: RuleKey, item: OverlayItem, before: Parameters, after: Parameters, scheme: str, scope: Scope
) -> Effects:
    """What a change means for the reader's area over its present snapshot."""
    scope = scope.narrowed(Permission.EDIT_RULES)
    area = area_of(scope)
    snapshot = queries.current_snapshot(area.code)
    if snapshot is None:
        return Effects(sentence=_("There is no snapshot for this area yet."))
    facts = {"area": name_of(area), "period": year_end(snapshot.happened.year)}
    title = _("%(area)s, %(period)s") % facts
    asked: dict[str, Any] = {"snapshot": snapshot, "prefix": area.code, "scope": scope}
    if key.kind == "indicators":
        return _figure(key, before, after, title, asked)
    day = day_of_change(item.body, key, before) or timezone.localdate()
    if key.kind == "standards" and after.standards[key.name].level != HOUSEHOLD:
        return _of_places(places_tried(key.name, before, after, day, **asked), title)
    tried = _tried(key, item, before, after, day, asked)
    if not tried:
        return Effects(
            title, sentence=_("No standard of households that held then names it: nothing is judged otherwise.")
        )
    note = _("Households of the current snapshot, judged as if the change held at the end of its year.")
    return Effects(title, table=_table(tried, title), note=note)


def _of_places(tried: PlacesTried, title: str) -> Effects:
    """Places by verdict, and how many come out otherwise."""
    if not tried.places:
        return Effects(title, sentence=_("No place that it judges lies in this area."))
    facts = {"changed": numbers.whole(tried.changed), "count": numbers.whole(tried.places)}
    note = _(
        "Places of the current snapshot, judged as if the change held at the end of its year. With all criteria "
        "together %(changed)s of %(count)s places come out otherwise."
    )
    return Effects(title, table=_table(tried.criteria, title), note=note % facts)


def _tried(
    key: RuleKey, item: OverlayItem, before: Parameters, after: Parameters, day: date, asked: dict[str, Any]
) -> tuple[CriterionTried, ...]:
    if key.kind == "standards":
        return standard_tried(key.name, before, after, day, **asked)
    if key.kind == "lines" and key.name in before.lines:
        entry = item.body["values"][0]
        after = line_as_of(before, str(key), entry.get("place_prefix") or "", entry["value"], asked["snapshot"])
    return shared_tried(key.name, before, after, **asked)


def _figure(key: RuleKey, before: Parameters, after: Parameters, title: str, asked: dict[str, Any]) -> Effects:
    spec = after.indicators.get(key.name) or before.indicators[key.name]
    tried = indicator_tried(key.name, before, after, **asked)
    if tried is None:
        return Effects(title, sentence=_("It is measured from the survey: its value comes with the next figures."))
    if tried.withheld:
        return Effects(title, sentence=_("It rests on facts that you may not see."))
    said = [_said(value, spec) for value in (tried.before, tried.after)]
    return Effects(title, before=said[0], after=said[1])


def _said(value: float | None, spec: Any) -> str:
    if value is None:
        return "—"
    if spec.unit == "share":
        return str(numbers.percent_figure(value))
    return str(numbers.figure(value * scale_of(spec), unit_of(spec), places_of(spec)))


def _table(tried: tuple[CriterionTried, ...], title: str) -> DrillTable:
    headings = (
        _("Reached before"),
        _("after"),
        _("Not reached before"),
        _("after"),
        _("Data missing before"),
        _("after"),
    )
    columns = tuple(DrillColumn(heading) for heading in headings)
    several = len({each.standard for each in tried}) > 1
    rows = tuple(DrillRow(_named(each) if several else words(each.title), _cells(each)) for each in tried)
    return DrillTable(title, _("Criterion"), columns, rows)


def _named(each: CriterionTried) -> str:
    """A criterion with its standard."""
    facts = {"standard": words(each.standard), "criterion": words(each.title)}
    return _("%(standard)s: %(criterion)s") % facts


def _cells(each: CriterionTried) -> tuple[DrillCell, ...]:
    if each.withheld:
        return (DrillCell(_("Not shown")), *(DrillCell("") for _blank in range(5)))

    def count(verdicts: Verdicts | None, name: str) -> DrillCell:
        return DrillCell(numbers.whole(getattr(verdicts, name)) if verdicts else "—")

    sides = (each.before, each.after)
    return tuple(count(side, name) for name in ("passed", "failed", "unknown") for side in sides)
