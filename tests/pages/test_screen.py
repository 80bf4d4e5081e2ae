"""The meeting-room screen says how old its figures are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bangfu.records.access.models import Role
from bangfu.records.figures.models import Snapshot
from tests.browsers import browser_at, text_of
from tests.figures.register import COUNTY, Register

pytestmark = pytest.mark.db_twice


def test_a_screen_says_when_its_figures_were_computed_more_than_a_day_ago(register: Register) -> None:
    county = browser_at(Role.COUNTY_OFFICER, COUNTY)
    fresh = text_of(county, f"/screen/{COUNTY}/")
    Snapshot.objects.update(created_at=timezone.now() - timedelta(days=3, minutes=1))
    assert ("天前计算" in fresh, "3天前计算" in text_of(county, f"/screen/{COUNTY}/")) == (False, True)
