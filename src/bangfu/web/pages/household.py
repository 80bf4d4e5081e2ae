"""A household: who, what the register says of a year, members, income, why the figures count it so, what happened.

``?t=2014`` shows that year's sheets; ``?as_of=2014-12-31`` (``&known=2015-03-01T12:00``) shows what stood at two times,
read from the histories.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bangfu.parameters.indicators import Indicator
from bangfu.parameters.schema import Column, FieldClass
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.access.reveal import REASONS, SHOWN_SECONDS, ReasonUnknown, reveal
from bangfu.records.figures.explaining import explained
from bangfu.records.figures.queries import current_snapshot
from bangfu.records.households.models import Household, HouseholdYear
from bangfu.records.households.models.household_year import LivingCondition, RegisterFacts
from bangfu.records.households.past import AsOf, Register, register_as_of, register_now
from bangfu.records.households.queries import household_in_scope, person_of
from bangfu.records.instance.parameters import current
from bangfu.records.personal import CannotOpen
from bangfu.records.schema import columns_of
from bangfu.web import numbers
from bangfu.web.dates import day, minute, year_end
from bangfu.web.numbers import Missing
from bangfu.web.pages import household_income
from bangfu.web.pages.asked import REGISTER, Asked, context_line, mistaken_period, name_of, year_asked
from bangfu.web.pages.described import code_name, pairs
from bangfu.web.pages.household_members import Reader, Revealed, Sealed, members, sealed_field
from bangfu.web.pages.household_reasons import Reason, reason_of
from bangfu.web.pages.household_standards import judged
from bangfu.web.pages.household_timeline import Item, status_word, timeline
from bangfu.web.pages.readings import words
from bangfu.web.values import Link, Notice, State, Strip, Tag

EXPLAINED = ("persons_registered", "income_per_capita_registered")
OPEN_ITEMS = 12
#: The relation to the head of the head.
HEAD = "01"
SEALED_FIELDS = {"household": ("phone", "bank_account"), "person": ("id_no", "phone")}


@dataclass(frozen=True)
class View:
    """What is looked at: the household as it stood, in which year, on which day, by whom."""

    household: Household
    register: Register
    moment: AsOf | None
    year: int | None
    day: date
    reader: Reader
    #: What the address asks for as a year and is none of the household's.
    mistaken: str = ""

    @property
    def sheet(self) -> Any:
        """The year's sheet, None where there is none."""
        return self.register.years.get(self.year) if self.year else None


@admit(Permission.SEE_HOUSEHOLD)
@never_cache
@require_safe
def household(request: GateRequest, ref: str) -> HttpResponse:
    """One household."""
    return _page(request, household_in_scope(ref, request.scope), {})


def _page(
    request: GateRequest, found: Household, revealed: Revealed, fault: str = "", status: int = 200
) -> HttpResponse:
    moment, asked_wrongly = _moment(request)
    register = register_as_of(found, moment) if moment else register_now(found)
    frame = {
        "section": "households",
        "household": found,
        "as_of": moment,
        "notice": _notice(asked_wrongly, register is None, fault),
        "reasons": [(code, words(text)) for code, text in REASONS.items()],
    }
    if register is None:
        empty = Register(found, {}, (), {}, ())
        view = _view(request, found, empty, moment, {})
        # What the register did not know then is not told in its present words.
        title = {"title": _("Household"), "strips": _strips(view), "context_line": _line(request, view)}
        return render(request, "pages/household_unknown.html", frame | title)
    view = _view(request, found, register, moment, revealed)
    return render(request, "pages/household.html", frame | _content(request, view), status=status)


def _notice(asked_wrongly: bool, unknown: bool, fault: str) -> Notice | None:
    if fault:
        return Notice("error", fault)
    if unknown:
        return Notice("empty", _("The register did not know this household at that time."))
    if asked_wrongly:
        return Notice("error", _("The day or time in the address cannot be read; this is the state of now."))
    return None


def _moment(request: HttpRequest) -> tuple[AsOf | None, bool]:
    """The two times that the address asks for, and whether it asks for something that is none."""
    happened, known = request.GET.get("as_of", ""), request.GET.get("known", "")
    if not happened and not known:
        return None, False
    try:
        at = datetime.fromisoformat(known) if known else timezone.now()
        moment = at if timezone.is_aware(at) else timezone.make_aware(at)
        return AsOf(date.fromisoformat(happened) if happened else timezone.localdate(), moment), False
    except ValueError:
        return None, True


def _view(request: GateRequest, found: Household, register: Register, moment: AsOf | None, revealed: Revealed) -> View:
    years = tuple(register.years)
    year, mistaken = year_asked(request, years)
    today = moment.happened if moment else timezone.localdate()
    past = year is not None and bool(years) and year != years[-1]
    revealing = request.whole_scope.narrowed(Permission.REVEAL_PERSONAL).classes_at(found.place_code, found.pk)
    reader = Reader(
        classes=request.scope.classes_at(found.place_code, found.pk),
        may_reveal=FieldClass.PERSONAL in revealing,
        revealed=revealed,
    )
    return View(found, register, moment, year, date(year, 12, 31) if year and past else today, reader, mistaken)


def _content(request: GateRequest, view: View) -> dict[str, Any]:
    classes = view.reader.classes
    money = FieldClass.MONEY in classes
    items = timeline(view.household, view.register, request.scope, classes, view.moment)
    return {
        "title": _title(view),
        "title_tags": _tags(view),
        "subtitle": _subtitle(view),
        "strips": _strips(view),
        "mistaken": mistaken_period(view.mistaken, view.year),
        "context_line": _line(request, view),
        "year": view.year,
        "year_words": year_end(view.year) if view.year else "",
        "members": members(view.household, view.register, view.year, view.day, view.reader),
        "show_ids": FieldClass.PERSONAL in classes and not view.register.past,
        "show_health": FieldClass.HEALTH in classes,
        "sealed": _own_sealed(view),
        "fact_groups": _fact_groups(view),
        "income": household_income.bars(view.register, view.year) if money and view.year else None,
        "income_table": household_income.table(view.register, view.year) if money and view.year else None,
        "income_parts": household_income.parts(view.sheet) if money and view.sheet else [],
        "explanations": _explanations(view),
        "standards": judged(view.register, view.year, classes),
        **_timeline(items),
    }


def _timeline(items: list[Item]) -> dict[str, Any]:
    return {"items": items[:OPEN_ITEMS], "earlier": items[OPEN_ITEMS:]}


def _title(view: View) -> str:
    if FieldClass.PERSONAL not in view.reader.classes:
        return _("Household %(ref)s") % {"ref": view.household.ref}
    name = view.register.household.head_name or _name_of_head(view)
    return _("Household of %(name)s") % {"name": name} if name else _("Household without a recorded head")


def _name_of_head(view: View) -> str | None:
    """The member marked as head, where the household itself came without a name."""
    return next((person.name for person in view.register.members_on(view.day) if person.relation == HEAD), None)


def _tags(view: View) -> list[Tag]:
    tags = []
    event, sheet = view.register.status_on(view.day), view.sheet
    if sheet is not None and sheet.poverty_status:
        tags.append(Tag(State.PLAIN, code_name("poverty_status", sheet.poverty_status)))
    elif event is not None:
        tags.append(Tag(State.PLAIN, status_word(event.kind)))
    causes = [sheet.main_cause, sheet.other_cause_1, sheet.other_cause_2] if sheet is not None else []
    return tags + [Tag(State.PLAIN, code_name("poverty_cause", cause)) for cause in causes if cause]


def _subtitle(view: View) -> str:
    own = view.register.household
    personal = FieldClass.PERSONAL in view.reader.classes
    size = view.sheet.household_size if view.sheet else None
    place = name_of(view.household.place)
    parts = [
        _("No. %(number)s") % {"number": own.household_no} if personal and own.household_no else "",
        f"{place} {own.natural_village}" if own.natural_village else place,
        ngettext("%(count)s person", "%(count)s persons", size) % {"count": size} if size is not None else "",
        _("identified %(year)s") % {"year": own.identified_year} if own.identified_year else "",
    ]
    return " · ".join(part for part in parts if part)


def _line(request: GateRequest, view: View) -> Any:
    place = view.household.place
    asked = Asked(place, current_snapshot(place.code), tuple(view.register.years), view.year, REGISTER)
    return context_line(request, request.scope, asked, bases=False)


def _strips(view: View) -> list[Strip]:
    back = Link(_("Back to now"), reverse("household", args=[view.household.ref]))
    if view.moment is not None:
        facts = {"day": day(view.moment.happened), "known": minute(view.moment.known)}
        return [Strip("past", _("State of %(day)s, as it was known at %(known)s.") % facts, back)]
    if view.year and view.year != max(view.register.years):
        return [Strip("past", _("You are looking at %(period)s.") % {"period": year_end(view.year)}, back)]
    return []


def _own_sealed(view: View) -> list[Sealed]:
    if FieldClass.PERSONAL not in view.reader.classes or view.register.past:
        return []
    found = (sealed_field(view.household, view.household, field, view.reader) for field in SEALED_FIELDS["household"])
    return [sealed for sealed in found if sealed is not None]


def _columns(part: Any) -> list[Column]:
    own = {field.name for field in part._meta.local_fields}
    return [column for column in columns_of(HouseholdYear) if column.name in own]


def _fact_groups(view: View) -> list[dict[str, Any]]:
    if view.sheet is None:
        return []
    groups = []
    for title, part in ((_("Register"), RegisterFacts), (_("Living conditions"), LivingCondition)):
        filled, absent = pairs(view.sheet, _columns(part), view.reader.classes)
        groups.append({"title": title, "pairs": filled, "absent": absent})
    return groups


def _explanations(view: View) -> list[tuple[str, Reason]]:
    if view.year is None:
        return []
    found = []
    for code in EXPLAINED:
        indicator = current().indicators.get(code)
        tree = explained(indicator, view.register, view.year, view.reader.classes) if indicator else None
        if indicator is not None and tree is not None:
            found.append((_adds(indicator, words(tree.shown)), reason_of(tree)))
    return found


def _adds(indicator: Indicator, value: str) -> str:
    """What the household adds to a figure; to a ratio it adds to the numerator."""
    facts = {"figure": words(indicator.title), "value": value}
    if indicator.denominator or indicator.denominator_named:
        return _("Adds %(value)s to the numerator of “%(figure)s”") % facts
    return _("Adds %(value)s to “%(figure)s”") % facts


# --- Sealed fields -------------------------------------------------------------------------------------------------


@admit(Permission.REVEAL_PERSONAL)
@never_cache
def household_reveal(request: GateRequest, ref: str) -> HttpResponse:
    """Reveal one sealed field for a minute (POST, with a reason), or mask it again (GET)."""
    found = household_in_scope(ref, request.scope)
    asked = request.POST if request.method == "POST" else request.GET
    row, field = _sealed_row(found, asked.get("target", ""), asked.get("field", ""))
    if request.method != "POST":
        return _cell(request, found, row, field, {}) if _is_htmx(request) else _back(found)
    key = (asked.get("target", ""), field)
    try:
        value = reveal(row=row, field=field, reason=asked.get("reason", ""), by=request.user, scope=request.scope)
    except ReasonUnknown:
        return _refused(request, found, row, field, _("Choose a reason: it is written into the audit log."))
    except CannotOpen:
        return _refused(request, found, row, field, _("This value cannot be opened with the keys of this instance."))
    shown = {key: value or numbers.missing_word(Missing.NO_DATA)}
    return _cell(request, found, row, field, shown) if _is_htmx(request) else _page(request, found, shown)


def _sealed_row(found: Household, target: str, field: str) -> tuple[Any, str]:
    kind, _dash, number = target.partition("-")
    row = found if kind == "household" else person_of(found, int(number) if number.isdigit() else 0)
    if row is None or field not in SEALED_FIELDS.get(kind, ()):
        raise Http404
    return row, field


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _back(found: Household) -> HttpResponse:
    return HttpResponseRedirect(reverse("household", args=[found.ref]))


def _refused(request: GateRequest, found: Household, row: Any, field: str, fault: str) -> HttpResponse:
    if _is_htmx(request):
        return _cell(request, found, row, field, {}, fault)
    return _page(request, found, {}, fault, status=422)


def _cell(
    request: GateRequest, found: Household, row: Any, field: str, revealed: Revealed, fault: str = ""
) -> HttpResponse:
    reader = Reader(frozenset({FieldClass.PERSONAL}), may_reveal=True, revealed=revealed)
    page = {
        "sealed": sealed_field(found, row, field, reader, fault),
        "reasons": [(code, words(text)) for code, text in REASONS.items()],
        "seconds": SHOWN_SECONDS,
    }
    return render(request, "pages/reveal.htmx.html", page, status=422 if fault else 200)
