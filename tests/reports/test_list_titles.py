"""Which households a superior's list is of, read from its titles."""

from __future__ import annotations

import pytest

from bangfu.analytics.workbooks.fill import number_text
from bangfu.analytics.workbooks.layout import Block
from bangfu.records.reports.matching import list_of


@pytest.mark.parametrize(
    ("titles", "which"),
    [
        (["附件3", "2019年脱贫户名单"], "exited"),
        (["建档立卡贫困户脱贫名单"], "exited"),
        (["脱贫户花名册（建档立卡贫困户）"], "exited"),
        (["贫困退出名单"], "exited"),
        (["未脱贫户名单"], "poor"),
        (["某县脱贫攻坚贫困户名单"], "poor"),
        (["脱贫攻坚领导小组办公室", "建档立卡户花名册"], "poor"),
        (["脱贫不稳定户名单"], "monitored"),
        (["边缘易致贫户名单"], "monitored"),
        (["巩固拓展脱贫攻坚成果监测对象名单"], "monitored"),
        (["农户花名册"], "register"),
        (["Households not exited"], "poor"),
    ],
)
def test_a_title_says_which_households_its_list_is_of(titles: list[str], which: str) -> None:
    assert list_of(Block("Sheet1", tuple(titles), ())) == which


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (3.0, "3"), (0.1 + 0.2, "0.3"), (1e15, "1e+15"), (10**18, "1000000000000000000")]
)
def test_a_number_stands_in_a_cell_without_the_noise_of_floats(value: float, text: str) -> None:
    assert number_text(value) == text
