"""What every address must answer to whom. A new address gets its line here the day it is born.

``PAGES`` names each URL of the resolver and the grid it follows; a grid gives the answer by role and by how the thing
asked for lies to the person. To add a page: choose the grid (or write one), say which arguments the address takes.

Relations of a **place** page: ``own`` (the person's home; for a helper the village of the paired household),
``descendant``, ``ancestor``, ``sibling``, ``foreign`` (another province), ``ended`` (a grant there ended yesterday),
``other_unit`` (the village of another assisting unit).
Relations of a **household** page: ``own``, ``descendant`` (hangs at the natural village), ``unpaired`` (same village,
not paired), ``former`` (same village, the helper's pairing ended yesterday), ``ancestor`` (hangs at the level above the
home), ``sibling`` (next place of the same level), ``foreign``, ``ended``, ``other_unit``.
Relations of a **file** that came in: ``own`` (sent by the person, names no area), ``colleague`` (for the home, by a
colleague), ``unplaced`` (a colleague's that names no area), ``descendant``, ``ancestor``, ``sibling``, ``foreign``,
``ended``: for the place of that relation, by somebody else. ``-``: the person has no such thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bangfu.records.access.models import Role
from bangfu.records.intake.models import Upload
from bangfu.records.jobs.models import Job
from tests.access.world import ANONYMOUS, BY_ROLE, ENDED_AT, OTHER_UNIT_AT, ROLES, World

Answers = Mapping[tuple[str, str], int]


def grid(text: str) -> Answers:
    """A grid of answers: the first line names the relations, each further line a role and its answers."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    cells = {(line[0], relation): answer for line in lines for relation, answer in zip(head, line[1:], strict=True)}
    missing = set(ROLES) - {line[0] for line in lines}
    assert not missing, f"The grid lacks the roles {sorted(missing)}."
    return {key: int(answer) for key, answer in cells.items() if answer != "-"}


ANYONE = grid("\n".join(["own", *(f"{role} 200" for role in ROLES)]))
#: allauth sends whoever has signed in on from the pages of signing in.
STRANGERS = grid("\n".join(["own", *(f"{role} {200 if role == ANONYMOUS else 302}" for role in ROLES)]))
SIGNED_IN = grid("\n".join(["own", *(f"{role} {302 if role == ANONYMOUS else 200}" for role in ROLES)]))
#: A page whose thing only its owner has; "own" is one's own, "foreign" another's.
OWNER = grid("\n".join(["own foreign", *(f"{r} {'302 302' if r == ANONYMOUS else '200 404'}" for r in ROLES)]))

PLACE_PAGE = grid("""
                      own descendant ancestor sibling foreign ended other_unit
team_member           200        200      403     403     403   403        403
helper                200        200      403     403     403   403        403
township_officer      200        200      403     403     403   403        200
county_officer        200        200      403     403     403   403        200
prefecture_officer    200        200      403     403     403   403        200
province_officer      200        200        -     403     403     -        200
unit_member           200        200      403     403     403   403        403
analyst               200        200      403     403     403   403        200
auditor               200        200      403     403     403   403        200
user_administrator    403        403      403     403     403   403        403
system_administrator  403        403        -     403     403     -        403
audit_administrator   403        403        -     403     403     -        403
anonymous             302        302      302     302     302   302        302
""")

#: Lists of households: a helper has no list of an area, an auditor none at all.
HOUSEHOLD_LIST = grid("""
                      own descendant ancestor sibling foreign ended other_unit
team_member           200        200      403     403     403   403        403
helper                403        403      403     403     403   403        403
township_officer      200        200      403     403     403   403        200
county_officer        200        200      403     403     403   403        200
prefecture_officer    200        200      403     403     403   403        200
province_officer      200        200        -     403     403     -        200
unit_member           200        200      403     403     403   403        403
analyst               200        200      403     403     403   403        200
auditor               403        403      403     403     403   403        403
user_administrator    403        403      403     403     403   403        403
system_administrator  403        403        -     403     403     -        403
audit_administrator   403        403        -     403     403     -        403
anonymous             302        302      302     302     302   302        302
""")

HOUSEHOLD_PAGE = grid("""
                      own descendant unpaired former ancestor sibling foreign ended other_unit
team_member           200        200      200    200      404     404     404   404        404
helper                200        404      404    404      404     404     404   404        404
township_officer      200        200      200    200      404     404     404   404        200
county_officer        200        200      200    200      404     404     404   404        200
prefecture_officer    200        200      200    200      404     404     404   404        200
province_officer      200        200      200    200        -       -     404     -        200
unit_member           200        200      200    200      404     404     404   404        404
analyst               200        200      200    200      404     404     404   404        200
auditor               403        403      403    403      403     403     403   403        403
user_administrator    403        403      403    403      403     403     403   403        403
system_administrator  403        403      403    403      403     403     403   403        403
audit_administrator   403        403      403    403      403     403     403   403        403
anonymous             302        302      302    302      302     302     302   302        302
""")

#: Whoever visits or calls may reveal a phone or an ID; the two upper levels correct through the lower ones.
HOUSEHOLD_REVEAL = grid("""
                      own descendant unpaired former ancestor sibling foreign ended other_unit
team_member           200        200      200    200      404     404     404   404        404
helper                200        404      404    404      404     404     404   404        404
township_officer      200        200      200    200      404     404     404   404        200
county_officer        200        200      200    200      404     404     404   404        200
prefecture_officer    403        403      403    403      403     403     403   403        403
province_officer      403        403      403    403        -       -     403     -        403
unit_member           403        403      403    403      403     403     403   403        403
analyst               403        403      403    403      403     403     403   403        403
auditor               403        403      403    403      403     403     403   403        403
user_administrator    403        403      403    403      403     403     403   403        403
system_administrator  403        403      403    403      403     403     403   403        403
audit_administrator   403        403      403    403      403     403     403   403        403
anonymous             302        302      302    302      302     302     302   302        302
""")

#: Pages of one's own rows, without a place in the address.
HOUSEHOLD_READERS = grid("""
                      own
team_member           200
helper                200
township_officer      200
county_officer        200
prefecture_officer    200
province_officer      200
unit_member           200
analyst               200
auditor               403
user_administrator    403
system_administrator  403
audit_administrator   403
anonymous             302
""")

#: What only the system administrator opens.
SYSTEM_ADMINISTRATORS = grid("""
                      own
team_member           403
helper                403
township_officer      403
county_officer        403
prefecture_officer    403
province_officer      403
unit_member           403
analyst               403
auditor               403
user_administrator    403
system_administrator  200
audit_administrator   403
anonymous             302
""")

#: Pages without a place in the address that show figures of one's own area.
FIGURE_PAGE = grid("""
                      own
team_member           200
helper                200
township_officer      200
county_officer        200
prefecture_officer    200
province_officer      200
unit_member           200
analyst               200
auditor               200
user_administrator    403
system_administrator  403
audit_administrator   403
anonymous             302
""")

#: Files that come in: officers only, and of those whoever sent the file or has its area.
IMPORT_PAGE = grid("""
                      own colleague unplaced descendant ancestor sibling foreign ended
team_member           403       403      403        403      403     403     403   403
helper                403       403      403        403      403     403     403   403
township_officer      200       200      404        200      404     404     404   404
county_officer        200       200      404        200      404     404     404   404
prefecture_officer    200       200      404        200      404     404     404   404
province_officer      200       200      404        200        -     404     404     -
unit_member           403       403      403        403      403     403     403   403
analyst               403       403      403        403      403     403     403   403
auditor               403       403      403        403      403     403     403   403
user_administrator    403       403      403        403      403     403     403   403
system_administrator  403       403      403        403        -     403     403     -
audit_administrator   403       403      403        403        -     403     403     -
anonymous             302       302      302        302      302     302     302   302
""")
IMPORT_LIST = {key: answer for key, answer in IMPORT_PAGE.items() if key[1] == "own"}

# --- What a relation means for each role ----------------------------------------------------------------------------

#: Role → relation → place code.
PLACES: dict[str, dict[str, str]] = {
    Role.TEAM_MEMBER: {
        "own": "533422101201", "descendant": "533422101201001", "ancestor": "533422101", "sibling": "533422101202",
    },
    Role.HELPER: {
        "own": "533422101201", "descendant": "533422101201001", "ancestor": "533422101", "sibling": "533422101202",
    },
    Role.UNIT_MEMBER: {
        "own": "533422101201", "descendant": "533422101201001", "ancestor": "533422101", "sibling": "533422101202",
    },
    Role.TOWNSHIP_OFFICER: {
        "own": "533422101", "descendant": "533422101201", "ancestor": "533422", "sibling": "533422102",
    },
    Role.COUNTY_OFFICER: {"own": "533422", "descendant": "533422101", "ancestor": "5334", "sibling": "533423"},
}  # fmt: skip
_PREFECTURE = {"own": "5334", "descendant": "533422", "ancestor": "53", "sibling": "5333"}
_PROVINCE = {"own": "53", "descendant": "5334", "sibling": "52"}
PLACES |= dict.fromkeys((Role.PREFECTURE_OFFICER, Role.ANALYST, Role.AUDITOR, Role.USER_ADMINISTRATOR), _PREFECTURE)
PLACES |= dict.fromkeys((Role.PROVINCE_OFFICER, Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR), _PROVINCE)
PLACES[ANONYMOUS] = PLACES[Role.COUNTY_OFFICER]

#: The household that lies in the next place of the person's level.
SIBLING_HOUSEHOLD = {
    Role.TEAM_MEMBER: "next_village", Role.HELPER: "next_village", Role.UNIT_MEMBER: "next_village",
    Role.TOWNSHIP_OFFICER: "next_township", Role.COUNTY_OFFICER: "next_county",
}  # fmt: skip
#: The household that hangs at the level above the person's.
ANCESTOR_HOUSEHOLD = {
    Role.TEAM_MEMBER: "at_township", Role.HELPER: "at_township", Role.UNIT_MEMBER: "at_township",
    Role.TOWNSHIP_OFFICER: "at_county", Role.COUNTY_OFFICER: "at_prefecture",
}  # fmt: skip


def place_of(world: World, role: str, relation: str) -> str:
    """The place code of a relation."""
    return {"foreign": "520103", "ended": ENDED_AT, "other_unit": OTHER_UNIT_AT, **PLACES[role]}[relation]


def household_of(world: World, role: str, relation: str) -> str:
    """The address of a household of a relation."""
    person = Role.COUNTY_OFFICER if role == ANONYMOUS else Role(role)
    names = {
        "descendant": "natural_village", "unpaired": "neighbour", "former": "former_pair", "foreign": "elsewhere",
        "ancestor": ANCESTOR_HOUSEHOLD.get(person, "at_province"), "sibling": SIBLING_HOUSEHOLD.get(person, "ended"),
    }  # fmt: skip
    return world.households[names.get(relation, relation)].ref


def indicator_of(world: World, role: str, relation: str) -> str:
    """An indicator; which one makes no difference to who may see it."""
    return "households_registered"


def job_of(world: World, role: str, relation: str) -> str:
    """The address of a job: one's own, or the county officer's (for the county officer: the analyst's)."""
    other = Role.ANALYST if role == Role.COUNTY_OFFICER else Role.COUNTY_OFFICER
    owner = world.person(role if relation == "own" and role != ANONYMOUS else other)
    new = Job(kind="test.nothing", owner=owner)
    new.save()
    return new.ref


def upload_of(world: World, role: str, relation: str) -> str:
    """The address of a checked file of a relation."""
    sender = Role.COUNTY_OFFICER if role == ANONYMOUS else role
    keys = {"own": f"by {sender}", "unplaced": f"colleague {sender}", "colleague": f"at {PLACES[role]['own']}"}
    found: Upload = world.more["uploads"][keys.get(relation) or f"at {place_of(world, role, relation)}"]
    return found.ref


@dataclass(frozen=True)
class Page:
    """One URL name: the grid it follows, its arguments for a relation, and how it is asked.

    ``ok`` is what the page answers where the grid says 200 (a form that stores and goes on answers 302). ``query``
    follows the address; where it ends in ``=``, ``query_argument`` gives what stands behind.
    """

    answers: Answers
    argument: Callable[[World, str, str], str] | None = None
    method: str = "get"
    query: str = ""
    query_argument: Callable[[World, str, str], str] | None = None
    data: Mapping[str, Any] | None = None
    ok: int = 200


PAGES: dict[str, Page] = {
    "account_login": Page(STRANGERS),
    "mfa_authenticate": Page(STRANGERS, ok=302),
    "account_inactive": Page(ANYONE),
    "account_logout": Page(SIGNED_IN),
    "account_reauthenticate": Page(SIGNED_IN),
    "mfa_reauthenticate": Page(SIGNED_IN, ok=302),
    "me": Page(SIGNED_IN),
    "account_change_password": Page(SIGNED_IN),
    "mfa_index": Page(SIGNED_IN),
    # These ask for the password again first.
    "mfa_activate_totp": Page(SIGNED_IN, ok=302),
    "mfa_deactivate_totp": Page(SIGNED_IN, ok=404),
    "mfa_view_recovery_codes": Page(SIGNED_IN, ok=404),
    "mfa_generate_recovery_codes": Page(SIGNED_IN, ok=302),
    "home": Page(SIGNED_IN, ok=302),
    "area": Page(PLACE_PAGE, place_of),
    "places": Page(FIGURE_PAGE),
    "households": Page(HOUSEHOLD_LIST, place_of),
    "own_households": Page({cell: answer for cell, answer in HOUSEHOLD_LIST.items() if cell[1] == "own"}, ok=302),
    "my_households": Page(HOUSEHOLD_READERS),
    "household": Page(HOUSEHOLD_PAGE, household_of),
    "household_reveal": Page(
        HOUSEHOLD_REVEAL,
        household_of,
        method="post",
        data={"target": "household", "field": "phone", "reason": "call_household"},
    ),
    "search": Page(SIGNED_IN),
    "components": Page(SYSTEM_ADMINISTRATORS),
    "imports": Page(IMPORT_LIST),
    "import_result": Page(IMPORT_PAGE, upload_of),
    "import_decide": Page(IMPORT_PAGE, upload_of),
    "import_merge": Page(IMPORT_PAGE, upload_of, method="post", ok=302),
    "import_answer": Page(IMPORT_PAGE, upload_of),
    "figures": Page(FIGURE_PAGE),
    "figure_rows": Page(HOUSEHOLD_LIST, indicator_of, query="?p=", query_argument=place_of),
    "figure": Page(PLACE_PAGE, indicator_of, query="?p=", query_argument=place_of),
    "job": Page(OWNER, job_of),
    "job_cancel": Page(OWNER, job_of, method="post", ok=302),
}

assert set(BY_ROLE) == set(PLACES) - {ANONYMOUS}
