"""`bangfu cycle` takes no snapshot of nothing."""

from __future__ import annotations

import pytest

from bangfu.records.figures.models import Snapshot
from tests.cli.conftest import Typed
from tests.figures.register import small_register

pytestmark = pytest.mark.db_twice


@pytest.mark.parametrize(
    "then", [("--as-of", "1999-01-01"), ("--known", "2010-01-01")], ids=["nothing had happened", "nothing was known"]
)
def test_a_time_of_which_nothing_is_known_is_refused(bangfu: Typed, then: tuple[str, str]) -> None:
    small_register()
    said = bangfu("cycle", *then)
    assert (said.exit_code, said.stderr.startswith("Nothing was known then: the earliest")) == (2, True)
    assert not Snapshot.objects.exists()


def test_an_empty_register_is_said_to_be_empty_for_a_past_day_too(bangfu: Typed) -> None:
    bangfu("init")
    said = bangfu("cycle", "--as-of", "1999-01-01")
    assert (said.exit_code, said.stderr.startswith("The register has no yearly rows yet")) == (2, True)


def test_an_unknown_place_is_one_sentence(bangfu: Typed) -> None:
    small_register()
    said = bangfu("cycle", "--place", "9999")
    assert said.exit_code == 2
    assert said.stderr.strip() == "No place has the code “9999”. Check it with `bangfu places resolve 9999`."


def test_without_an_instance_the_first_command_is_named(bangfu: Typed, db: None) -> None:
    said = bangfu("cycle")
    assert (said.exit_code, "bangfu places load" in said.stderr) == (2, True)
