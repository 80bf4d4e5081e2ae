"""Grids of answers by role and by how the thing asked for lies to the person; ``expectations`` tells whose they are."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.records.access.models import Role
from tests.access.world import ANONYMOUS, ROLES

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

#: Rules are written by those who answer for a prefecture, and by analysts.
RULE_WRITERS = grid("""
                      own
team_member           403
helper                403
township_officer      403
county_officer        403
prefecture_officer    200
province_officer      200
unit_member           403
analyst               200
auditor               403
user_administrator    403
system_administrator  403
audit_administrator   403
anonymous             302
""")
#: And reviewed by those who answer for a prefecture.
RULE_REVIEWERS = {**RULE_WRITERS, (str(Role.ANALYST), "own"): 403}

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
#: Filled tables: those who may export, and of those whoever may read rows of the place that was filled for.
FILLING_PAGE = grid("""
                      own descendant ancestor sibling foreign ended other_unit
team_member           403        403      403     403     403   403        403
helper                403        403      403     403     403   403        403
township_officer      200        200      404     404     404   404        200
county_officer        200        200      404     404     404   404        200
prefecture_officer    200        200      404     404     404   404        200
province_officer      200        200        -     404     404     -        200
unit_member           403        403      403     403     403   403        403
analyst               200        200      404     404     404   404        200
auditor               403        403      403     403     403   403        403
user_administrator    403        403      403     403     403   403        403
system_administrator  403        403        -     403     403     -        403
audit_administrator   403        403        -     403     403     -        403
anonymous             302        302      302     302     302   302        302
""")
FILLING_LIST = {key: answer for key, answer in FILLING_PAGE.items() if key[1] == "own"}
IMPORT_LIST = {key: answer for key, answer in IMPORT_PAGE.items() if key[1] == "own"}

#: Comparisons with the national system: officers only, and of those whoever has the area.
EXCHANGE_PAGE = grid("""
                      own descendant ancestor sibling foreign ended other_unit
team_member           403        403      403     403     403   403        403
helper                403        403      403     403     403   403        403
township_officer      200        200      404     404     404   404        200
county_officer        200        200      404     404     404   404        200
prefecture_officer    200        200      404     404     404   404        200
province_officer      200        200        -     404     404     -        200
unit_member           403        403      403     403     403   403        403
analyst               403        403      403     403     403   403        403
auditor               403        403      403     403     403   403        403
user_administrator    403        403      403     403     403   403        403
system_administrator  403        403        -     403     403     -        403
audit_administrator   403        403        -     403     403     -        403
anonymous             302        302      302     302     302   302        302
""")
#: One difference follows its household.
EXCHANGE_ROW = {
    (role, relation): 200 if answer == 200 else (404 if role.endswith("_officer") else answer)
    for (role, relation), answer in HOUSEHOLD_PAGE.items()
    if role.endswith("_officer")
} | {
    (role, relation): 302 if role == ANONYMOUS else 403
    for role, relation in HOUSEHOLD_PAGE
    if not role.endswith("_officer")
}
#: Figures as files: those who may see them there, and among these officers and analysts only.
EXPORTERS = {
    *(Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER, Role.PREFECTURE_OFFICER, Role.PROVINCE_OFFICER, Role.ANALYST),
    ANONYMOUS,
}
EXPORT = {cell: answer if cell[0] in EXPORTERS else 403 for cell, answer in PLACE_PAGE.items()}
