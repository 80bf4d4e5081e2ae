"""`bangfu init` says what it made, or what stands."""

from __future__ import annotations

import pytest

from bangfu.records.instance.models import Instance
from tests.cli.conftest import Typed

pytestmark = pytest.mark.db_twice


def test_founding_says_what_was_made(bangfu: Typed) -> None:
    said = bangfu("init", "--scheme", "austria", "--number", "7", "--title-en", "Tyrol")
    assert said.exit_code == 0
    assert said.stderr.startswith("Founded instance number 7 with the place scheme austria, called “Tyrol”.")
    assert Instance.objects.values_list("scheme", "number", "currency").get() == ("austria", 7, "EUR")


def test_founding_again_says_that_it_stands(bangfu: Typed) -> None:
    bangfu("init")
    said = bangfu("init", "--number", "9", language="zh")
    assert (said.exit_code, said.stderr.startswith("实例早已建好，没有改动：0号，区划方案china")) == (0, True)


def test_an_unknown_scheme_is_refused_with_those_that_are_known(bangfu: Typed) -> None:
    said = bangfu("init", "--scheme", "atlantis")
    assert (said.exit_code, said.stderr.startswith("There is no place scheme “atlantis”; there are")) == (2, True)
    assert not Instance.objects.exists()


def test_a_number_that_cannot_be_is_refused(bangfu: Typed) -> None:
    said = bangfu("init", "--number", "8192")
    assert (said.exit_code, said.stderr.strip()) == (2, "The number 8192 cannot be; name one from 0 to 8191.")
    assert not Instance.objects.exists()
