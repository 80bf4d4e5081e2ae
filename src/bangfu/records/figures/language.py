"""The language of an instance: what its texts are checked against."""

from __future__ import annotations

from bangfu.parameters.loader import Parameters
from bangfu.records.figures.formulas import Language
from bangfu.records.figures.snapshots import extension_columns
from bangfu.records.schema import households_table


def language_of(parameters: Parameters, scheme: str) -> Language:
    """The language over the tables of now, with the fields of the scheme's forms."""
    extra = extension_columns(parameters, scheme)
    return Language(parameters, scheme, households_table(extra["household_year"], extra["person_year"]))
