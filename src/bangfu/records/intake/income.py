"""The income sheet: sub-totals from their parts, net income and net income per head, where all parts are known.

Net income = wage + business + property + transfer − business cost (DOMAIN.md §1.6). A missing part is not zero, so a
sum is only made where every part that the sheet has is filled in; a stated amount is never replaced, only compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from bangfu.records.fields import described
from bangfu.records.households.models import HouseholdYear
from bangfu.records.intake.findings import sql
from bangfu.records.intake.headings import SheetPlan

YEAR = "household_year"
GROUPS = ("wage", "business", "property", "transfer", "cost")
NET = f"{YEAR}.net_income_fen"
PER_HEAD = f"{YEAR}.net_income_per_capita_fen"
SIZE = f"{YEAR}.household_size"
#: Sums that differ by less are rounding (in fen).
TOLERANCE = 100


@dataclass(frozen=True)
class Sum:
    """A column and the columns that it is the sum of; those in ``less`` are taken away."""

    path: str
    parts: tuple[str, ...]
    less: tuple[str, ...] = ()


def _parts_of(group: str, plan: SheetPlan) -> tuple[str, ...]:
    names = [column.name for _, column in described(HouseholdYear) if column.name.startswith(f"{group}_")]
    return tuple(f"{YEAR}.{name}" for name in names if name != f"{group}_fen" and plan.has(f"{YEAR}.{name}"))


def sums_of(plan: SheetPlan) -> list[Sum]:
    """The sums that a sheet's columns allow, sub-totals first."""
    sums = [Sum(f"{YEAR}.{group}_fen", parts) for group in GROUPS if (parts := _parts_of(group, plan))]
    known = {each.path for each in sums} | {
        f"{YEAR}.{group}_fen" for group in GROUPS if plan.has(f"{YEAR}.{group}_fen")
    }
    groups = [f"{YEAR}.{group}_fen" for group in GROUPS]
    if all(group in known for group in groups):
        sums.append(Sum(NET, tuple(groups[:4]), (groups[4],)))
    return sums


def derived_income(plan: SheetPlan) -> list[str]:
    """The columns that the sums may fill."""
    if plan.person_rows and not plan.has(SIZE) and not sums_of(plan):
        return []
    found = [each.path for each in sums_of(plan)]
    if (plan.has(SIZE) and (plan.has(NET) or NET in found)) or plan.has(PER_HEAD):
        found.append(PER_HEAD)
    return found


def complete_income(con: duckdb.DuckDBPyConnection, number: int, table: str, plan: SheetPlan) -> None:
    """Fill the sums of a typed table and note stated ones that differ."""

    bound = {each.target.path: each.index for each in plan.bound}
    for each in sums_of(plan):
        if plan.has(each.path):
            con.execute(sql.note_sum(number, table, each.path, each.parts, each.less, bound[each.path], TOLERANCE))
        con.execute(sql.fill_sum(table, each.path, each.parts, each.less, has=plan.has(each.path)))
    net_known = plan.has(NET) or any(each.path == NET for each in sums_of(plan))
    if net_known and plan.has(SIZE):
        con.execute(sql.fill_quotient(table, PER_HEAD, NET, SIZE, has=plan.has(PER_HEAD)))
