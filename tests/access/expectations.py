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
from datetime import date
from typing import Any
from uuid import uuid4

from django.utils import timezone

from bangfu.records.access.models import Role, ScopeToken
from bangfu.records.exchange.models import Comparison, Difference
from bangfu.records.instance.models import ParameterOverlay
from bangfu.records.intake import vault
from bangfu.records.intake.models import Upload
from bangfu.records.jobs.models import Job
from bangfu.records.places.models import Place
from bangfu.records.reports.models import Filling
from tests.access.grids import (
    ANYONE,
    EXCHANGE_PAGE,
    EXCHANGE_ROW,
    EXPORT,
    FIGURE_PAGE,
    FILLING_LIST,
    FILLING_PAGE,
    HOUSEHOLD_LIST,
    HOUSEHOLD_PAGE,
    HOUSEHOLD_READERS,
    HOUSEHOLD_REVEAL,
    IMPORT_LIST,
    IMPORT_PAGE,
    OWNER,
    PLACE_PAGE,
    RULE_REVIEWERS,
    RULE_WRITERS,
    SIGNED_IN,
    STRANGERS,
    SYSTEM_ADMINISTRATORS,
    Answers,
)
from tests.access.world import ANONYMOUS, BY_ROLE, ENDED_AT, OTHER_UNIT_AT, World

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


def mapping_of(world: World, role: str, relation: str) -> str:
    """A kind of file; which one makes no difference to who may have its template."""
    return "register"


def grouped_indicator_of(world: World, role: str, relation: str) -> str:
    """An indicator that has groups."""
    return "households_by_cause"


def rule_of(world: World, role: str, relation: str) -> str:
    """A rule; which one makes no difference to who may see it."""
    return "standards/yunnan_household_exit"


def indicator_rule_of(world: World, role: str, relation: str) -> str:
    """A rule that can be taken out."""
    return "indicators/households_registered"


def kind_of(world: World, role: str, relation: str) -> str:
    """A kind of rule."""
    return "terms"


def proposal_of(world: World, role: str, relation: str) -> int:
    """A proposal that waits: one's own where one may propose (it is withdrawn), else a colleague's."""
    person = world.person(Role.COUNTY_OFFICER if role == ANONYMOUS else role)
    body = {
        "terms": [{"name": "tried", "table": "households", "title": {"zh": "试", "en": "Tried"}, "text": "ordinary"}]
    }
    return ParameterOverlay.objects.create(path="terms/tried", body=body, reason="trial", proposed_by=person).pk


def foreign_proposal_of(world: World, role: str, relation: str) -> int:
    """A colleague's proposal that waits."""
    return proposal_of(world, Role.AUDITOR, relation)


def job_of(world: World, role: str, relation: str) -> str:
    """The address of a job: one's own, or the county officer's (for the county officer: the analyst's)."""
    other = Role.ANALYST if role == Role.COUNTY_OFFICER else Role.COUNTY_OFFICER
    owner = world.person(role if relation == "own" and role != ANONYMOUS else other)
    new = Job(kind="test.nothing", owner=owner)
    new.save()
    return new.ref


def token_of(world: World, role: str, relation: str) -> str:
    """The id of a token: one's own, or the county officer's (for the county officer: the analyst's)."""
    other = Role.ANALYST if role == Role.COUNTY_OFFICER else Role.COUNTY_OFFICER
    owner = world.person(role if relation == "own" and role != ANONYMOUS else other)
    new = ScopeToken(user=owner, place=world.places["5334"], secret_hash=uuid4().hex, issued_at=timezone.now())
    new.valid_until = date(2099, 12, 31)
    new.save()
    return str(new.pk)


def upload_of(world: World, role: str, relation: str) -> str:
    """The address of a checked file of a relation."""
    sender = Role.COUNTY_OFFICER if role == ANONYMOUS else role
    keys = {"own": f"by {sender}", "unplaced": f"colleague {sender}", "colleague": f"at {PLACES[role]['own']}"}
    found: Upload = world.more["uploads"][keys.get(relation) or f"at {place_of(world, role, relation)}"]
    return found.ref


def filling_of(world: World, role: str, relation: str) -> str:
    """The address of a table that a colleague filled for the place of a relation, without names in it."""
    place = Place.objects.get(code=place_of(world, role, relation))
    with vault.workroom() as folder:
        (folder / "result").write_bytes(b"a workbook")
        new = Filling(place=place, place_code=place.code, year=2015, state="filled", expires_at=timezone.now())
        new.result_stored_as = vault.store(folder / "result")
    new.save()
    return new.ref


def comparison_of(world: World, role: str, relation: str) -> str:
    """The address of a comparison that was made for the place of a relation."""
    return _comparison(place_of(world, role, relation)).ref


def difference_of(world: World, role: str, relation: str) -> int:
    """The number of a difference of the household of a relation."""
    ref = household_of(world, role, relation)
    household = next(each for each in world.households.values() if each.ref == ref)
    seen = _comparison(household.place_code)
    found, _ = Difference.objects.get_or_create(
        key=f"household {household.pk}",
        defaults={
            "year": seen.year,
            "place": household.place,
            "place_code": household.place_code,
            "household": household,
            "household_no": household.household_no or "",
            "name": household.head_name or "",
            "path": "household_year.main_cause",
            "field_class": "health",
            "kind": "differs",
            "ours": "01",
            "theirs": "02",
            "first_seen": seen,
            "last_seen": seen,
        },
    )
    return int(found.pk)


def _comparison(code: str) -> Comparison:
    found = Comparison.objects.filter(place_code=code).first()
    if found is not None:
        return found
    now = timezone.now()
    new = Comparison(
        file_name="export.csv", content_hash="", mapping="register", year=2015, place_code=code, state="done",
        place=Place.objects.get(code=code), created_at=now, finished_at=now,
    )  # fmt: skip
    new.save()
    return new


@dataclass(frozen=True)
class Page:
    """One URL name: the grid it follows, its arguments for a relation, and how it is asked.

    ``ok`` is what the page answers where the grid says 200 (a form that stores and goes on answers 302). ``query``
    follows the address; where it ends in ``=``, ``query_argument`` gives what stands behind.
    """

    answers: Answers
    argument: Callable[[World, str, str], str | int] | None = None
    method: str = "get"
    query: str = ""
    query_argument: Callable[[World, str, str], str] | None = None
    data: Mapping[str, Any] | None = None
    ok: int = 200
    #: What the address takes after its first argument, the same for everybody.
    further: tuple[str, ...] = ()


PAGES: dict[str, Page] = {
    "account_login": Page(STRANGERS),
    "mfa_authenticate": Page(STRANGERS, ok=302),
    "account_inactive": Page(ANYONE),
    "account_logout": Page(SIGNED_IN),
    "account_reauthenticate": Page(SIGNED_IN),
    "mfa_reauthenticate": Page(SIGNED_IN, ok=302),
    "me": Page(SIGNED_IN),
    "my_tokens": Page(SIGNED_IN),
    "my_token_withdraw": Page(OWNER, token_of, method="post", ok=302),
    "account_change_password": Page(SIGNED_IN),
    "mfa_index": Page(SIGNED_IN),
    # These ask for the password again first.
    "mfa_activate_totp": Page(SIGNED_IN, ok=302),
    "mfa_deactivate_totp": Page(SIGNED_IN, ok=404),
    "mfa_view_recovery_codes": Page(SIGNED_IN, ok=404),
    "mfa_generate_recovery_codes": Page(SIGNED_IN, ok=302),
    "home": Page(SIGNED_IN, ok=302),
    "area": Page(PLACE_PAGE, place_of),
    "screen": Page(PLACE_PAGE, place_of),
    "display": Page(ANYONE),
    "keys": Page(SIGNED_IN),
    "places": Page(FIGURE_PAGE),
    "households": Page(HOUSEHOLD_LIST, place_of),
    "standards": Page(HOUSEHOLD_LIST, place_of),
    "standard": Page(HOUSEHOLD_LIST, place_of, further=("yunnan_household_exit",)),
    "standard_rows": Page(HOUSEHOLD_LIST, place_of, further=("yunnan_household_exit", "income")),
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
    "import_templates": Page(IMPORT_LIST),
    "import_template": Page(IMPORT_LIST, mapping_of),
    "import_result": Page(IMPORT_PAGE, upload_of),
    "import_decide": Page(IMPORT_PAGE, upload_of),
    "import_merge": Page(IMPORT_PAGE, upload_of, method="post", ok=302),
    "import_answer": Page(IMPORT_PAGE, upload_of),
    "fill": Page(FILLING_LIST),
    "filling": Page(FILLING_PAGE, filling_of),
    "filling_match": Page(FILLING_PAGE, filling_of, ok=302),
    "filling_download": Page(FILLING_PAGE, filling_of),
    "filling_gaps": Page(FILLING_PAGE, filling_of, query="?as=csv"),
    "exchange": Page(IMPORT_LIST),
    "exchange_window": Page(
        IMPORT_LIST,
        method="post",
        data={"window-place": "", "window-opens_on": "", "window-closes_on": ""},
        ok=422,
    ),
    "exchange_result": Page(EXCHANGE_PAGE, comparison_of),
    "exchange_rows": Page(EXCHANGE_PAGE, comparison_of),
    "exchange_difference": Page(EXCHANGE_ROW, difference_of),
    "exchange_entry": Page(EXCHANGE_PAGE, comparison_of),
    "exchange_entry_file": Page(EXCHANGE_PAGE, comparison_of, method="post"),
    "exchange_visits": Page(EXCHANGE_PAGE, comparison_of),
    "exchange_visits_file": Page(EXCHANGE_PAGE, comparison_of, method="post"),
    "exchange_take": Page(EXCHANGE_PAGE, comparison_of, method="post", ok=302),
    "figures": Page(FIGURE_PAGE),
    "figure_rows": Page(HOUSEHOLD_LIST, indicator_of, query="?p=", query_argument=place_of),
    "figure_export": Page(EXPORT, indicator_of, query="?format=csv&p=", query_argument=place_of),
    "area_export": Page(EXPORT, place_of, query="?format=csv"),
    "figure": Page(PLACE_PAGE, indicator_of, query="?p=", query_argument=place_of),
    "figure_places": Page(PLACE_PAGE, indicator_of, query="?p=", query_argument=place_of),
    "figure_series": Page(PLACE_PAGE, indicator_of, query="?p=", query_argument=place_of),
    "figure_classes": Page(PLACE_PAGE, indicator_of, query="?p=", query_argument=place_of),
    "figure_groups": Page(PLACE_PAGE, grouped_indicator_of, query="?p=", query_argument=place_of),
    "compare": Page(PLACE_PAGE, place_of, query="?x=households_registered&y=incidence_register"),
    "rules": Page(FIGURE_PAGE),
    "rule": Page(FIGURE_PAGE, rule_of),
    "rule_names": Page(FIGURE_PAGE),
    "rule_check": Page(RULE_WRITERS, method="post", data={"field": "text", "text": "poor_now", "purpose": "term"}),
    "rule_new": Page(RULE_WRITERS, kind_of),
    "rule_edit": Page(RULE_WRITERS, rule_of),
    "rule_out": Page(RULE_WRITERS, indicator_rule_of),
    "rule_proposal": Page(FIGURE_PAGE, proposal_of),
    "rule_withdraw": Page(RULE_WRITERS, proposal_of, method="post", ok=302),
    "rule_review": Page(
        RULE_REVIEWERS, foreign_proposal_of, method="post", data={"do": "return", "answer": "too early"}, ok=302
    ),
    "job": Page(OWNER, job_of),
    "job_cancel": Page(OWNER, job_of, method="post", ok=302),
}

assert set(BY_ROLE) == set(PLACES) - {ANONYMOUS}
