"""The income sheet: sub-totals from their parts, net income, the reference income for monitoring, each also per head.

Net income = wage + business + property + transfer − business cost; the reference income for monitoring = net income +
claims received − eligible out-of-pocket spending (DOMAIN.md §1.6). A missing part is not zero, so a sum is only made
where every part that the sheet has is filled in; a stated amount is never replaced, only compared.
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
CLAIMS, SELF_PAID = f"{YEAR}.claim_income_fen", f"{YEAR}.self_paid_fen"
MONITORING = f"{YEAR}.monitoring_income_fen"
#: Amounts of a household, and what each comes to per head.
PER_HEAD = {
    NET: f"{YEAR}.net_income_per_capita_fen",
    MONITORING: f"{YEAR}.monitoring_income_per_capita_fen",
}
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
    net_known = plan.has(NET) or any(each.path == NET for each in sums)
    if net_known and plan.has(CLAIMS) and plan.has(SELF_PAID):
        sums.append(Sum(MONITORING, (NET, CLAIMS), (SELF_PAID,)))
    return sums


def derived_income(plan: SheetPlan) -> list[str]:
    """The columns that the sums may fill."""
    if plan.person_rows and not plan.has(SIZE) and not sums_of(plan):
        return []
    found = [each.path for each in sums_of(plan)]
    for amount, per_head in PER_HEAD.items():
        if (plan.has(SIZE) and (plan.has(amount) or amount in found)) or plan.has(per_head):
            found.append(per_head)
    return found


def complete_income(con: duckdb.DuckDBPyConnection, number: int, table: str, plan: SheetPlan) -> None:
    """Fill the sums of a typed table and note stated ones that differ."""

    bound = {each.target.path: each.index for each in plan.bound}
    for each in sums_of(plan):
        if plan.has(each.path):
            con.execute(sql.note_sum(number, table, each.path, each.parts, each.less, bound[each.path], TOLERANCE))
        con.execute(sql.fill_sum(table, each.path, each.parts, each.less))
    summed = {each.path for each in sums_of(plan)}
    for amount, per_head in PER_HEAD.items():
        if plan.has(SIZE) and (plan.has(amount) or amount in summed):
            if plan.has(per_head):
                con.execute(sql.note_per_head(number, table, per_head, amount, SIZE, bound[per_head], TOLERANCE))
            con.execute(sql.fill_quotient(table, per_head, amount, SIZE))
