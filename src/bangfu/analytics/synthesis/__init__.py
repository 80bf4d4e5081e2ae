"""The small synthetic world: places with points, a register over some years, a survey, and files as offices send them.

Everything is drawn from generators seeded by place code, so a county alone equals the same county in its prefecture.
Nobody in it exists: ID numbers bear regions that were never assigned, phones a range that no operator has.
"""

from bangfu.analytics.synthesis.frames import Frame, frames_under
from bangfu.analytics.synthesis.points import PlacePoint, points_of
from bangfu.analytics.synthesis.register import Sheet, Village, sheet_of, sheets_under, villages_under
from bangfu.analytics.synthesis.survey import survey_of
from bangfu.analytics.synthesis.thin import ThinCounty, thin_counties
from bangfu.analytics.synthesis.villages import sheets
from bangfu.analytics.synthesis.world import DIQING, PROVINCE, Calibration, World, world_of

__all__ = [
    "DIQING",
    "PROVINCE",
    "Calibration",
    "Frame",
    "PlacePoint",
    "Sheet",
    "ThinCounty",
    "Village",
    "World",
    "frames_under",
    "points_of",
    "sheet_of",
    "sheets",
    "sheets_under",
    "survey_of",
    "thin_counties",
    "villages_under",
    "world_of",
]
