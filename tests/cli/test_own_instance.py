"""An instance of one's own, from the first command to a figure."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.bad_input.files import VILLAGE
from tests.instances import Instance

pytestmark = pytest.mark.db_twice
HOUSEHOLDS = f"区划代码,年度,户编号,户主姓名,家庭人口数,识别年度,脱贫状态\n{VILLAGE},2015,H1,试验人,4,2014,未脱贫\n"
SHEETS = f"区划代码,年度,发生率基数人口\n{VILLAGE},2015,40\n"


def test_incidence_comes_of_a_register_and_loaded_sheets(instance: Instance, tmp_path: Path) -> None:
    for name, text in (("households.csv", HOUSEHOLDS), ("sheets.csv", SHEETS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    instance.done("places", "load", tmp_path / "sheets.csv")
    instance.done("intake", tmp_path / "households.csv")
    instance.done("cycle", "--as-of", "2015-12-31")
    (figure,) = csv.DictReader(io.StringIO(instance.done("figures", "incidence_register", "--place", VILLAGE)))
    assert (figure["state"], float(figure["value"])) == ("known", 0.1)
