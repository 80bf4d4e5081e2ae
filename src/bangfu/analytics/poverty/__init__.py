"""Survey poverty measures with design-based standard errors; every measure carries its influence function."""

from bangfu.analytics.poverty.design import Design, Sample
from bangfu.analytics.poverty.errors import PovertyError
from bangfu.analytics.poverty.estimates import Estimate, Unmeasured, estimate, estimate_by
from bangfu.analytics.poverty.lines import Line
from bangfu.analytics.poverty.measures import MEASURES, Fgt, Gini, Mean, Measure, Quantile, Threshold, Total
from bangfu.analytics.poverty.tables import from_arrow, groups_from_arrow

__all__ = [
    "MEASURES",
    "Design",
    "Estimate",
    "Fgt",
    "Gini",
    "Line",
    "Mean",
    "Measure",
    "PovertyError",
    "Quantile",
    "Sample",
    "Threshold",
    "Total",
    "Unmeasured",
    "estimate",
    "estimate_by",
    "from_arrow",
    "groups_from_arrow",
]
