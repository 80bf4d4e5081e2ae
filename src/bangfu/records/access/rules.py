"""How each model is bounded by a scope. A model without a rule passes through no view.

A rule takes the scope and gives the condition, or None where nothing is inside. Rows that hang on a household follow
the household's present place: when it moves, the new place sees its rows and the old one keeps its counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import Q

from bangfu.parameters.schema import FieldClass
from bangfu.parameters.scope import Reach, RowFilter
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.access.permissions import Permission
from bangfu.records.places.queries import under

Rule = Callable[[Scope], Q | None]


def inside(field: str, bounds: RowFilter, household_field: str | None = None) -> Q | None:
    """The condition of a row filter on a code column and, where there is one, a household column."""
    if bounds.everything:
        return Q()
    found: Q | None = None
    for prefix in bounds.prefixes:
        found = under(prefix, field) if found is None else found | under(prefix, field)
    if household_field is not None and bounds.households:
        named = Q(**{f"{household_field}__in": sorted(bounds.households)})
        found = named if found is None else found | named
    return found


def _household(scope: Scope) -> Q | None:
    return inside("place_code", scope.rows, "id")


def _of_household(scope: Scope) -> Q | None:
    return inside("household__place_code", scope.rows, "household_id")


def _by_household_id(column: str) -> Rule:
    """For tables that name a household without a foreign key (histories)."""

    def rule(scope: Scope) -> Q | None:
        households = scoped(_model("households.household")._default_manager.all(), scope)
        return None if scope.rows == RowFilter() else Q(**{f"{column}__in": households.values("id")})

    return rule


def _case(prefix: str) -> Rule:
    """A case of a household follows the household; a case of a place lies at the place."""

    def rule(scope: Scope) -> Q | None:
        hung = inside(f"{prefix}household__place_code", scope.rows, f"{prefix}household_id")
        placed = inside(f"{prefix}place_code", scope.rows)
        found = hung & Q(**{f"{prefix}household__isnull": False}) if hung is not None else None
        if placed is not None:
            alone = placed & Q(**{f"{prefix}household__isnull": True})
            found = alone if found is None else found | alone
        return found

    return rule


def _counted(field: str) -> Rule:
    """For what may be read at aggregate reach: places, their sheets, figures."""
    return lambda scope: inside(field, scope.places)


def _snapshot(scope: Scope) -> Q | None:
    """A snapshot of my area, of a part of it, or of an area that contains it; its rows have their own gate."""
    found = inside("place_prefix", scope.places)
    for prefix in scope.places.prefixes:
        above = [prefix[:length] for length in range(len(prefix) + 1)]
        found = Q(place_prefix__in=above) if found is None else found | Q(place_prefix__in=above)
    return found


def _any_reader(scope: Scope) -> Q | None:
    return Q() if scope.reach >= Reach.AGGREGATE else None


def _upload(prefix: str) -> Rule:
    """A file of my area; a file that names no area is its sender's, while the sender may still read rows."""

    def rule(scope: Scope) -> Q | None:
        area = inside(f"{prefix}place_prefix", scope.rows)
        if area is None:
            return None
        if scope.rows.everything:
            return area
        return area | Q(**{f"{prefix}place_prefix": "", f"{prefix}by_id": scope.user_id})

    return rule


def _filling(scope: Scope) -> Q | None:
    """Tables filled for a place in which rows may be read; lists of households only where names may be seen too."""
    found = inside("place_code", scope.rows)
    if found is None or FieldClass.PERSONAL in scope.classes:
        return found
    return found & Q(lists_rows=False) | found & Q(by_id=scope.user_id)


def _staged(scope: Scope) -> Q | None:
    if scope.rows == RowFilter():
        return None
    batches = scoped(_model("intake.batch")._default_manager.all(), scope)
    return Q(batch_id__in=batches.values("id"))


def _difference(prefix: str) -> Rule:
    """A difference follows its household; one of a household that only the export has lies where the export says."""

    def rule(scope: Scope) -> Q | None:
        known = inside(f"{prefix}household__place_code", scope.rows, f"{prefix}household_id")
        placed = inside(f"{prefix}place_code", scope.rows)
        if known is None:
            return None
        known &= Q(**{f"{prefix}household__isnull": False})
        return known if placed is None else known | (placed & Q(**{f"{prefix}household__isnull": True}))

    return rule


def _window(scope: Scope) -> Q | None:
    """A window of my area, of a part of it, or of an area that contains it."""
    found = inside("place_code", scope.rows)
    for prefix in scope.rows.prefixes:
        above = [prefix[:length] for length in range(1, len(prefix))]
        found = Q(place_code__in=above) if found is None else found | Q(place_code__in=above)
    return found


def _own(field: str) -> Rule:
    """For what belongs to one person, whatever the person's area."""
    return lambda scope: None if scope.user_id is None else Q(**{field: scope.user_id})


def _audit_event(scope: Scope) -> Q | None:
    """Events of the area in which one may read the log; events without a place belong to the root."""
    readers = scope.narrowed(Permission.SEE_AUDIT)
    found = inside("place_code", readers.area)
    if found is None or not _holds_root(readers):
        return found
    return found | Q(place_code="")


def _audit_seal(scope: Scope) -> Q | None:
    return Q() if scope.may(Permission.SEE_AUDIT) else None


def _grant(scope: Scope) -> Q | None:
    managers = scope.narrowed(Permission.MANAGE_USERS)
    placed, housed = inside("place__code", managers.area), inside("household__place_code", managers.area)
    return None if placed is None or housed is None else placed | housed


def _user(scope: Scope) -> Q | None:
    """People with a grant in the area that one manages, and, for its root, people without any."""
    grants = scoped(_model("access.grant")._default_manager.all(), scope)
    managers = scope.narrowed(Permission.MANAGE_USERS)
    if not managers.roles:
        return None
    found = Q(id__in=grants.values("user_id"))
    return found | Q(grants__isnull=True) if _holds_root(managers) else found


def _holds_root(scope: Scope) -> bool:
    root = _model("instance.instance")._default_manager.values_list("root_code", flat=True).first()
    return scope.area.everything or (bool(root) and scope.area.allows_place(root))


def _model(label: str) -> Any:
    return apps.get_model(label)


RULES: dict[str, Rule] = {
    "places.place": _counted("code"),
    "places.placecode": _counted("place__code"),
    "places.placeyear": _counted("place_code"),
    "places.boundary": _counted("place__code"),
    "households.household": _household,
    "households.householdyear": _of_household,
    "households.person": _of_household,
    "households.personyear": _of_household,
    "households.statusevent": _of_household,
    "households.householdhistory": _by_household_id("id"),
    "households.householdyearhistory": _by_household_id("household_id"),
    "households.personhistory": _by_household_id("household_id"),
    "households.personyearhistory": _by_household_id("household_id"),
    "cases.case": _case(""),
    "cases.step": _case("case__"),
    "cases.decision": _case("step__case__"),
    "intake.upload": _upload(""),
    "intake.batch": _upload("upload__"),
    "intake.rowdecision": _upload("upload__"),
    "intake.stagingrow": _upload("batch__upload__"),
    "intake.staginghousehold": _staged,
    "intake.staginghouseholdyear": _staged,
    "intake.stagingperson": _staged,
    "intake.stagingpersonyear": _staged,
    "exchange.comparison": lambda scope: inside("place_code", scope.rows),
    "exchange.difference": _difference(""),
    "exchange.differencedecision": _difference("difference__"),
    "exchange.entrywindow": _window,
    "figures.snapshot": _snapshot,
    "figures.formula": _any_reader,
    "figures.figure": _counted("place_code"),
    "reports.filling": _filling,
    "reports.knownlayout": _counted("place_code"),
    "reports.gap": _counted("office_code"),
    # Rules are the same for everybody whom they judge; whoever sees figures may read how they are made.
    "instance.parameteroverlay": _any_reader,
    "jobs.job": _own("owner_id"),
    "access.auditevent": _audit_event,
    "access.auditseal": _audit_seal,
    "access.grant": _grant,
    "access.user": _user,
    "access.scopetoken": _own("user_id"),
}
