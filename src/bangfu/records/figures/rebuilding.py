"""A past figure computed again: from its snapshot's files and its stored formula, whatever the register says today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bangfu.parameters.indicators import Indicator
from bangfu.parameters.mappings import Survey
from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.figures.compute import COLUMNS, Ground, compute
from bangfu.records.figures.formulas import Language, Ready, make_ready, terms_of
from bangfu.records.figures.models import Figure, Formula, Snapshot
from bangfu.records.figures.snapshots import OpenSnapshot, open_snapshot
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.parameters import current

Key = tuple[str, str, int, str]
KEY = ("indicator", "place_code", "year", "group")


@dataclass(frozen=True)
class Rebuilt:
    """How many figures a snapshot's files gave again, and which of them differ from the stored ones, by key."""

    count: int
    different: tuple[Key, ...]

    @property
    def same(self) -> bool:
        """Whether every figure came out to the same digits."""
        return not self.different


def rebuild(snapshot: Snapshot) -> Rebuilt:
    """Compute a snapshot's figures anew and compare every digit. **Errors** FileNotFoundError for a lost file."""
    stored = {_key(row): row for row in Figure.objects.filter(snapshot=snapshot).values(*COLUMNS)}
    with open_snapshot(snapshot.id, SYSTEM_SCOPE, for_formula=True) as opened:
        again = _computed(opened)
    different = [key for key, row in stored.items() if again.get(key) != row]
    return Rebuilt(len(stored), tuple(sorted(different)))


def _computed(opened: OpenSnapshot) -> dict[Key, Mapping[str, Any]]:
    formulas = Formula.objects.filter(id__in=opened.snapshot.figures.values("formula_id"))
    scheme = current_instance().scheme
    language = Language(current(), scheme, opened.households)
    ready = [_ready(formula.body, language) for formula in formulas]
    ground = Ground(opened, language.parameters.schemes[scheme], opened.snapshot.place_prefix, language)
    rows = ({name: getattr(value, name) for name in COLUMNS} for value in compute(ground, ready))
    return {_key(row): row for row in rows}


def _ready(body: Mapping[str, Any], language: Language) -> Ready:
    """The indicator as it was stored, of which today's dictionary may know nothing or say something else."""
    survey = Survey(**body["survey"]) if "survey" in body else None
    return make_ready(Indicator.from_plain(body), replace(language, kept_terms=terms_of(body)), survey, {})


def _key(row: Mapping[str, Any]) -> Key:
    indicator, place, year, group = (row[name] for name in KEY)
    return indicator, place, year, group
