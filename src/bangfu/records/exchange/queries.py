"""What is asked of the exchange: differences within a scope, counted by column and place, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.utils.translation import get_language, gettext

from bangfu.analytics.workbooks.refusals import REFUSALS
from bangfu.parameters.schema import Column
from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.access.reveal import MASKS, masked
from bangfu.records.exchange.models import (
    Comparison,
    ComparisonState,
    Difference,
    DifferenceDecision,
    DifferenceState,
    EntryWindow,
    Kind,
    Side,
)
from bangfu.records.exchange.sql import BETWEEN_NUMBERS
from bangfu.records.fields import column_of
from bangfu.records.intake.messages import FILE_SENTENCES
from bangfu.records.intake.queries import refusal_sentence
from bangfu.records.intake.targets import TABLES, targets_of
from bangfu.records.personal import keyring
from bangfu.records.places.queries import current_scheme, places_named, under

#: What differences are called that are not those of a column.
OWN_TITLES = {
    "household": Text("整户", "Whole household"),
    "person": Text("整个成员", "Whole person"),
    "person.identity": Text("人编号和证件号码", "Person number and ID number"),
    "person.household_no": Text("所在户", "Household of the person"),
    "row.place": Text("所在地", "Place"),
}
REFUSED = {
    "only_other_years": Text(
        "文件里没有{year}年的行。请换一个年度，或导出{year}年的数据。",
        "The file has no row of {year}. Choose another year, or export the data of {year}.",
    ),
    "nothing_of_the_area": Text(
        "文件里没有{place}的户，没有核对，也没有关闭任何差异。请选对区域，或换一个文件。",
        "The file has no household of {place}; nothing was compared and no difference closed. "
        "Choose the right area, or another file.",
    ),
    "another_area": Text(
        "文件里写的地方都不在{place}（第{row}行写的是「{named}」），没有核对，也没有关闭任何差异。请选对区域，或换一个文件；"
        "只是地名写法不同的，先改成名册里的地名，或去掉写地名的各列。",
        "No place that the file names lies in {place} (row {row} says “{named}”); nothing was compared and no "
        "difference closed. Choose the right area, or another file; where only the spelling differs, write the names "
        "as the register has them, or take the columns of places out.",
    ),
}
LIVE = (DifferenceState.OPEN, DifferenceState.DECIDED, DifferenceState.LISTED)


@dataclass(frozen=True)
class Wanted:
    """Which differences are asked for; empty text means any."""

    year: int
    place: str
    field: str = ""
    kind: str = ""
    state: str = ""


def title_of(path: str) -> Text:
    """What a column (or a whole row) is called."""
    if path in OWN_TITLES:
        return OWN_TITLES[path]
    target = targets_of().get(path)
    return target.title if target else Text(path, path)


def column_at(path: str) -> Column | None:
    """The described column of a path, None for what is no plain column."""
    table, _, name = path.partition(".")
    model = TABLES.get(table)
    fields = model._meta.concrete_fields if model else ()
    return next((column_of(field) for field in fields if field.name == name), None)


def is_sealed(path: str) -> bool:
    """Whether the values of a column are kept as ciphertext."""
    target = targets_of().get(path)
    return target is not None and target.sealed


def sentence_of(comparison: Comparison) -> str:
    """Why a comparison was refused, in the language that is active."""
    refusal = comparison.refusal
    code = refusal.get("code", "")
    if code in REFUSED:
        language, values = get_language() or "zh-hans", dict(refusal["values"])
        place = places_named([values["place"]]).get(values["place"])
        if place is not None:
            values["place"] = Text(place.name, place.name_en or place.name).in_language(language)
        return REFUSED[code].format(**values).in_language(language)
    if refusal.get("of_file") and code not in REFUSALS:
        return gettext("The file cannot be read.")
    return refusal_sentence(refusal) if refusal.get("of_file") or code in FILE_SENTENCES else code


def seen(scope: Scope) -> QuerySet[Difference]:
    """The differences within a scope, without columns of a class that it does not see on every row."""
    classes = [str(each) for each in scope.classes]
    return scoped(Difference.objects.filter(field_class__in=classes), scope)


def lying_under(place: str) -> Q:
    """Lying under a place: with its household, which may have moved since, else where the export says."""
    placed = under(place, "place_code") & Q(household__isnull=True)
    return under(place, "household__place_code") | placed


def chosen(wanted: Wanted, scope: Scope) -> QuerySet[Difference]:
    """The differences that are asked for, those of one household beside each other."""
    found = seen(scope).filter(lying_under(wanted.place), year=wanted.year)
    found = found.filter(state=wanted.state) if wanted.state else found.filter(state__in=LIVE)
    if wanted.field:
        found = found.filter(path=wanted.field)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    return found.order_by("place_code", "household_no", "person_id", "path", "id")


def alike(difference: Difference, scope: Scope) -> QuerySet[Difference]:
    """The open differences of the same column, kind and pair of values; of personal fields none but itself."""
    found = seen(scope).filter(state=DifferenceState.OPEN, year=difference.year, path=difference.path)
    found = found.filter(kind=difference.kind)
    if is_sealed(difference.path):
        return found.filter(pk=difference.pk)
    return found.filter(
        **{
            f"{side}{'__isnull' if value is None else ''}": True if value is None else value
            for side, value in (("ours", difference.ours), ("theirs", difference.theirs))
        }
    )


@dataclass(frozen=True)
class Counted:
    """Standing differences of a comparison's area and year: by column and place below, and by state."""

    places: tuple[str, ...]
    by_field: Mapping[str, Mapping[str, int]]
    by_state: Mapping[str, int]


def counted(wanted: Wanted, scope: Scope) -> Counted:
    """How many differences stand, by column and place right below; two queries."""
    length = _length_below(wanted.place)
    rows = chosen(wanted, scope).order_by()
    lies_in = Coalesce(F("household__place_code"), F("place_code"))
    found = rows.annotate(below=Left(lies_in, length)).values_list("path", "below").annotate(Count("id"))
    by_field: dict[str, dict[str, int]] = {}
    for path, below, count in found:
        by_field.setdefault(path, {})[below] = count
    places = sorted({below for counts in by_field.values() for below in counts})
    states = dict(rows.values_list("state").annotate(Count("id")))
    ordered = sorted(by_field.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return Counted(tuple(places), dict(ordered), states)


def _length_below(code: str) -> int:
    lengths = sorted(level.length for level in current_scheme().levels)
    return next((length for length in lengths if length > len(code)), len(code))


def to_enter(year: int, place: str, scope: Scope) -> QuerySet[Difference]:
    """What has to be typed into the national system: the register was decided to be right, and no export agrees yet."""
    found = seen(scope).filter(lying_under(place), year=year, side=Side.OURS)
    found = found.filter(state__in=(DifferenceState.DECIDED, DifferenceState.LISTED))
    return found.select_related("household", "person", "first_seen").order_by(
        "place_code", "household_no", "person_id", "path", "id"
    )


def to_take_over(year: int, place: str, scope: Scope) -> QuerySet[Difference]:
    """The values of the export that were decided to be right and that a file can bring in."""
    kinds = (Kind.DIFFERS, Kind.SPELLING, Kind.EMPTY_OURS)
    found = seen(scope).filter(lying_under(place), year=year, side=Side.THEIRS, kind__in=kinds)
    found = found.exclude(path="person.identity").filter(household__isnull=False)
    return (
        found.filter(state=DifferenceState.DECIDED).select_related("household", "person").order_by("household_no", "id")
    )


def to_verify(year: int, place: str, scope: Scope) -> QuerySet[Difference]:
    """What somebody has to ask in the household, village by village: both sides were decided to be wrong.

    ``reason`` is that of the decision. It leaves the list when another decision, or another value, takes its place.
    """
    found = seen(scope).filter(lying_under(place), year=year, side=Side.BOTH_WRONG, state=DifferenceState.DECIDED)
    decisions = DifferenceDecision.objects.filter(difference=OuterRef("pk")).order_by("-at", "-id")
    found = found.annotate(
        now_in=Coalesce(F("household__place_code"), F("place_code")), reason=Subquery(decisions.values("reason")[:1])
    )
    return found.select_related("household", "person", "first_seen").order_by(
        "now_in", "household_no", "person_id", "path", "id"
    )


def both_values(difference: Difference) -> tuple[str | None, str | None]:
    """The two values as text; of a personal field masked, the register's as it is now."""
    if not is_sealed(difference.path):
        return difference.ours, difference.theirs
    name = difference.path.partition(".")[2]
    owner = difference.person if difference.path.startswith("person.") else difference.household
    ours = masked(owner, name) if owner is not None else None
    theirs = opened(difference)
    return ours, None if theirs is None else MASKS[name](theirs)


def opened(difference: Difference) -> str | None:
    """The export's value of a personal field in the clear; only for files that go on within the house."""
    if difference.theirs_enc is None:
        return None
    sealed = bytes(difference.theirs_enc)
    return keyring().open(Difference._meta.db_table, "theirs_enc", difference.pk, sealed)


def numbers_there(difference: Difference) -> tuple[str, str]:
    """Person number and ID number of a person whom only the export has; only for files that go on within the house."""
    if difference.path != "person":
        return "", ""
    person_no, _, id_no = (opened(difference) or "").partition(BETWEEN_NUMBERS)
    return person_no, id_no


def window_of(place: str, scope: Scope, today: date) -> EntryWindow | None:
    """The window that was told last for a place or one above it and that has not closed."""
    above = Q(place_code__in=[place[:length] for length in range(1, len(place) + 1)])
    last = scoped(EntryWindow.objects.filter(above), scope).order_by("-at", "-id").first()
    return last if last is not None and last.closes_on >= today else None


def windows_in_force(scope: Scope, today: date) -> list[EntryWindow]:
    """The windows that have not closed and that no later word about the place or one above replaces."""
    here = ExpressionWrapper(OuterRef("place_code"), output_field=CharField())
    later = EntryWindow.objects.annotate(here=here).filter(here__startswith=F("place_code"))
    later = later.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
    told = scoped(EntryWindow.objects.filter(~Exists(later), closes_on__gte=today), scope)
    return list(told.select_related("by").order_by("place_code", "id"))


def replaced_by_a_word_on(place: str, scope: Scope, today: date) -> list[EntryWindow]:
    """The windows that a new word about a place puts out of force: its own, and those of what lies in it."""
    return [each for each in windows_in_force(scope, today) if each.place_code.startswith(place)]


def later_comparison(comparison: Comparison, scope: Scope) -> Comparison | None:
    """The last comparison of the same year that came after this one and touched its area."""
    above = Q(place_code__in=[comparison.place_code[:length] for length in range(1, len(comparison.place_code) + 1)])
    touching = Comparison.objects.filter(above | under(comparison.place_code, "place_code"), year=comparison.year)
    after = touching.filter(state=ComparisonState.DONE, finished_at__gt=comparison.finished_at)
    return scoped(after, scope).order_by("-finished_at", "-id").first()


def named(paths: Sequence[str]) -> list[Any]:
    """The titles of columns."""
    return [title_of(path) for path in paths]
