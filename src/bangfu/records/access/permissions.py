"""Who may do what: roles × permissions, and the declaration that every view carries.

States (when something may be done) are another question and stand in ``policies.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from bangfu.parameters.schema import FieldClass
from bangfu.parameters.scope import Reach
from bangfu.records.access.models import Role

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """What one may come for. A view names one; a scope keeps the grants whose role carries it."""

    SEE_AREA = "see_area"
    SEE_FIGURES = "see_figures"
    SEE_HOUSEHOLDS = "see_households"
    SEE_HOUSEHOLD = "see_household"
    SEE_FIGURE_ROWS = "see_figure_rows"
    REVEAL_PERSONAL = "reveal_personal"
    IMPORT_FILES = "import_files"
    MERGE_IMPORTS = "merge_imports"
    EXPORT = "export"
    RUN_CYCLE = "run_cycle"
    EDIT_RULES = "edit_rules"
    REVIEW_RULES = "review_rules"
    MANAGE_USERS = "manage_users"
    SEE_AUDIT = "see_audit"
    VERIFY_AUDIT = "verify_audit"
    SEE_SYSTEM = "see_system"


@dataclass(frozen=True, slots=True)
class Profile:
    """How near a role comes to the rows of its place, and which field classes it sees there.

    ``PERSONAL`` means names and numbers of the register; ID, phone and account stay masked until they are revealed.
    """

    reach: Reach
    classes: frozenset[FieldClass]


_OPEN = frozenset({FieldClass.OPEN})
_NEAR = Profile(Reach.ROW, frozenset(FieldClass))
_COUNTS = Profile(Reach.AGGREGATE, _OPEN)
_APART = Profile(Reach.PUBLIC, frozenset())

PROFILES: Mapping[Role, Profile] = {
    Role.TEAM_MEMBER: _NEAR,
    # A helper's rows are households only; over their villages a helper sees counts (gate.py).
    Role.HELPER: _NEAR,
    Role.TOWNSHIP_OFFICER: _NEAR,
    Role.COUNTY_OFFICER: _NEAR,
    Role.PREFECTURE_OFFICER: _NEAR,
    Role.PROVINCE_OFFICER: _NEAR,
    Role.UNIT_MEMBER: Profile(Reach.ROW, frozenset({FieldClass.OPEN, FieldClass.MONEY})),
    Role.ANALYST: Profile(Reach.ROW, frozenset({FieldClass.OPEN, FieldClass.MONEY, FieldClass.HEALTH})),
    Role.AUDITOR: _COUNTS,
    # The three administrators: none sees the register, none sees another's part.
    Role.USER_ADMINISTRATOR: _APART,
    Role.SYSTEM_ADMINISTRATOR: _APART,
    Role.AUDIT_ADMINISTRATOR: _APART,
}

_OFFICERS = frozenset(
    {Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER, Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER},
)
_AT_THE_DOOR = frozenset({Role.TEAM_MEMBER, Role.HELPER})
_READERS = _OFFICERS | {Role.TEAM_MEMBER, Role.UNIT_MEMBER, Role.ANALYST}

#: Which roles carry a permission. What is absent here nobody may do.
HOLDERS: Mapping[Permission, frozenset[Role]] = {
    Permission.SEE_AREA: _READERS | {Role.HELPER, Role.AUDITOR},
    Permission.SEE_FIGURES: _READERS | {Role.HELPER, Role.AUDITOR},
    Permission.SEE_HOUSEHOLDS: _READERS,
    Permission.SEE_HOUSEHOLD: _READERS | {Role.HELPER},
    Permission.SEE_FIGURE_ROWS: _READERS,
    # Whoever calls or visits needs a number; the two upper levels correct through the lower ones.
    Permission.REVEAL_PERSONAL: _AT_THE_DOOR | {Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER},
    Permission.IMPORT_FILES: _OFFICERS,
    Permission.MERGE_IMPORTS: _OFFICERS,
    Permission.EXPORT: _OFFICERS | {Role.ANALYST},
    Permission.RUN_CYCLE: frozenset({Role.COUNTY_OFFICER, Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER}),
    # A rule judges a whole prefecture: whoever answers for one proposes and reviews, an analyst only proposes.
    Permission.EDIT_RULES: frozenset({Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER, Role.ANALYST}),
    Permission.REVIEW_RULES: frozenset({Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER}),
    Permission.MANAGE_USERS: frozenset({Role.USER_ADMINISTRATOR}),
    Permission.SEE_AUDIT: frozenset({Role.AUDITOR, Role.AUDIT_ADMINISTRATOR}),
    Permission.VERIFY_AUDIT: frozenset({Role.AUDITOR, Role.AUDIT_ADMINISTRATOR}),
    Permission.SEE_SYSTEM: frozenset({Role.SYSTEM_ADMINISTRATOR}),
}


def carries(role: str, permission: Permission) -> bool:
    """Whether a role carries a permission."""
    return role in HOLDERS[permission]


class Door(StrEnum):
    """How far a view's door is open."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    PERMITTED = "permitted"


@dataclass(frozen=True, slots=True)
class Admission:
    """What a view declares: anyone, whoever has signed in, or holders of a permission."""

    door: Door
    permission: Permission | None = None


def _declares(admission: Admission) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.admission = admission  # type: ignore[attr-defined]
        return view

    return declare


def admit(permission: Permission) -> Callable[[View], View]:
    """Declare: whoever holds the permission. Inside, ``request.scope`` holds only the grants that carry it."""
    return _declares(Admission(Door.PERMITTED, permission))


def admit_anyone(view: View) -> View:
    """Declare: anyone, signed in or not (sign-in, public notices)."""
    return _declares(Admission(Door.ANYONE))(view)


def admit_signed_in(view: View) -> View:
    """Declare: whoever has signed in; ``request.scope`` is the whole scope."""
    return _declares(Admission(Door.SIGNED_IN))(view)


def admission_of(view: Callable[..., Any]) -> Admission | None:
    """What a view declares, or None: the gate refuses such a view."""
    found = getattr(view, "admission", None)
    return found if isinstance(found, Admission) else None
