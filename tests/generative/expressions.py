"""Strategies: writers of well-typed texts of the language, tables with missing and extreme values, scopes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from bangfu.analytics.language import ParameterValue
from bangfu.parameters.scope import EVERYTHING, NOTHING, RowFilter

_LEAVES = {
    "households": {
        "fen": ["income_fen", "poverty_line", "30 yuan", "7 fen"],
        "yuan": ["x_spending_yuan", "poverty_line", "2.5 yuan"],
        "mu": ["cropland_mu", "3 mu", "0.5 亩"],
        "count": ["size", "count(persons)", "2 人", "0 count"],
        "share": ["share_of_wages", "fair_share", "50%", "0%"],
        "months": ["months_of_help", "months(identified_on)", "1 year", "5 months"],
        "years": ["years(identified_on)", "years(identified_on, 2021-03-01)", "3 years"],
    },
    "persons": {
        "fen": ["wage_fen", "poverty_line", "30 yuan"],
        "years": ["age", "years(birth_date)", "16 years"],
        "months": ["work_months", "1 year", "months(birth_date)"],
        "weight": ["x_weight", "1.5 weight"],
    },
}
_CONDITIONS = {
    "households": [
        "has_water", "has_power", 'cause = "01"', "cause != second_cause", 'cause in ("01", "02")', "true",
        "identified_on >= 2019-01-01", "size in (0, 1, 3)", "place_code is missing", "poverty_line is known",
    ],
    "persons": [
        "in_school", 'sex = "female"', "age between 6 and 15", "birth_date < 2004-02-29", "wage_fen is missing",
    ],
}  # fmt: skip
_PLAIN = {"households": ("count", "share"), "persons": ("weight",)}


@dataclass(frozen=True)
class Writer:
    """Writes well-typed texts by chance.

    Texts come from a seed and not from hypothesis, which repeats and mutates its choices: of a thousand texts fewer
    than half would be different. Tables, parameters and scopes come from hypothesis.
    """

    random: Random

    def text(self) -> str:
        """A text over households: a condition as often as a number."""
        if self.random.random() < 0.5:
            return self.condition("households", 3)
        return self.number("households", self.random.choice(sorted(_LEAVES["households"])), 3)

    def texts(self, count: int) -> list[str]:
        """Some texts, each different."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[self.text()] = None
        return list(found)

    def number(self, table: str, unit: str, depth: int) -> str:
        """A number of a unit, over the rows of a table."""
        shapes = ["leaf", "add", "subtract", "negate", "if"]
        shapes += ["multiply", "divide"] if unit not in _PLAIN[table] else []
        shapes += ["gather", "gather"] if table == "households" and unit in _LEAVES["persons"] else []
        shape = self.random.choice(shapes) if depth else "leaf"
        match shape:
            case "add" | "subtract":
                sign = "+" if shape == "add" else "-"
                return f"({self.number(table, unit, depth - 1)} {sign} {self.number(table, unit, depth - 1)})"
            case "negate":
                return f"-{self.number(table, unit, depth - 1)}"
            case "multiply" | "divide":
                plain = self.number(table, self.random.choice(_PLAIN[table]), depth - 1)
                return f"({self.number(table, unit, depth - 1)} {'*' if shape == 'multiply' else '/'} {plain})"
            case "if":
                values = f"{self.number(table, unit, depth - 1)}, {self.number(table, unit, depth - 1)}"
                return f"if({self.condition(table, depth - 1)}, {values})"
            case "gather":
                verb = self.random.choice(["sum", "sum_known", "min", "min_known", "max", "max_known"])
                return f"{verb}(persons, {self.number('persons', unit, depth - 1)}{self._where(depth)})"
        return self.random.choice(_LEAVES[table][unit])

    def condition(self, table: str, depth: int) -> str:
        """A condition over the rows of a table."""
        shapes = ["leaf", "compare", "compare", "between", "join", "not", "presence", "if"]
        shapes += ["any", "any", "count"] if table == "households" else []
        match self.random.choice(shapes) if depth else "leaf":
            case "compare" | "between" | "presence" as shape:
                return self._asked(shape, table, depth)
            case "join":
                word = self.random.choice(["and", "or"])
                return f"({self.condition(table, depth - 1)} {word} {self.condition(table, depth - 1)})"
            case "not":
                return f"(not {self.condition(table, depth - 1)})"
            case "if":
                return f"if({', '.join(self.condition(table, depth - 1) for _ in range(3))})"
            case "any":
                verb = self.random.choice(["any", "all"])
                return f"{verb}(persons, {self.condition('persons', depth - 1)}{self._where(depth)})"
            case "count":
                verb = self.random.choice(["count", "count_known"])
                return f"{verb}(persons, {self.condition('persons', depth - 1)}{self._where(depth)}) >= 1"
        return self.random.choice(_CONDITIONS[table])

    def _asked(self, shape: str, table: str, depth: int) -> str:
        unit = self.random.choice(sorted(_LEAVES[table]))
        one, two, three = (self.number(table, unit, depth - 1) for _ in range(3))
        signs = {
            "compare": self.random.choice(["=", "!=", "<", "<=", ">", ">="]),
            "presence": self.random.choice(["known", "missing"]),
        }
        return {
            "compare": f"{one} {signs['compare']} {two}",
            "between": f"{one} between {two} and {three}",
            "presence": f"({one}) is {signs['presence']}",
        }[shape]

    def _where(self, depth: int) -> str:
        return f" where {self.condition('persons', depth - 1)}" if self.random.random() < 0.5 else ""


#: Small whole numbers, so that values meet, and a few near the end of 64 bits.
_WHOLE = [-2, -1, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 2**62, -(2**63), 2**63 - 1]
#: Quarters are exact as floats, so that sums do not depend on the order of rows.
_FLOAT = [*(number / 4 for number in range(-4, 13)), 1e300, float("inf"), float("nan")]
_BOOLEAN = [True, False]
_CAUSE = ["01", "02", "99"]
_PLACE = ["5334", "533421", "5301", "52"]
_DAY = [date(2004, 2, 29), date(2019, 1, 1), date(2020, 2, 29), date(2020, 6, 30), date(2021, 2, 28)]

#: What may stand in each column, besides nothing.
_PERSON: dict[str, list[Any]] = {
    "age": list(range(20)), "birth_date": _DAY, "sex": ["male", "female"], "in_school": _BOOLEAN,
    "work_months": _WHOLE, "wage_fen": _WHOLE, "x_weight": _FLOAT, "place_code": _PLACE, "row_date": _DAY,
}  # fmt: skip
_HOUSEHOLD: dict[str, list[Any]] = {
    "size": _WHOLE, "income_fen": _WHOLE, "x_spending_yuan": _FLOAT, "cropland_mu": _FLOAT, "months_of_help": _WHOLE,
    "share_of_wages": _FLOAT, "cause": _CAUSE, "second_cause": _CAUSE, "has_water": _BOOLEAN, "has_power": _BOOLEAN,
    "identified_on": _DAY, "row_date": _DAY, "place_code": _PLACE,
}  # fmt: skip


def filled_households(random: Random, count: int) -> list[dict[str, Any]]:
    """Households with up to three persons each, one value in six missing."""
    return [
        _filled(random, _HOUSEHOLD) | {"persons": [_filled(random, _PERSON) for _ in range(random.randint(0, 3))]}
        for _ in range(count)
    ]


def _filled(random: Random, columns: dict[str, list[Any]]) -> dict[str, Any]:
    return {name: None if random.random() < 1 / 6 else random.choice(values) for name, values in columns.items()}


def _or_missing(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def _drawn(columns: dict[str, list[Any]]) -> dict[str, st.SearchStrategy[Any]]:
    return {name: _or_missing(st.sampled_from(values)) for name, values in columns.items()}


_PERSONS = st.lists(st.fixed_dictionaries(_drawn(_PERSON)), max_size=3)
households = st.lists(st.fixed_dictionaries(_drawn(_HOUSEHOLD) | {"persons": _PERSONS}), min_size=4, max_size=12)

parameters = st.lists(
    st.builds(
        ParameterValue,
        name=st.sampled_from(["poverty_line", "fair_share"]),
        place_prefix=st.sampled_from(["", "53", "5334"]),
        valid_from=_or_missing(st.sampled_from([date(2019, 1, 1), date(2020, 1, 1)])),
        valid_until=_or_missing(st.sampled_from([date(2020, 2, 29), date(2021, 1, 1)])),
        value=_or_missing(st.sampled_from([0.0, 1.0, 2.0])),
    ),
    max_size=5,
    # The loader refuses two values of one prefix and start, for which of them holds would be chance.
    unique_by=lambda value: (value.name, value.place_prefix, value.valid_from),
)

scopes = st.one_of(
    st.just(EVERYTHING),
    st.just(NOTHING),
    st.builds(
        RowFilter,
        prefixes=st.lists(st.sampled_from(["53", "5334", "533421", "52", ""]), max_size=3).map(tuple),
        households=st.frozensets(st.integers(0, 8), max_size=3),
    ),
)
