"""Forms tell their faults in our words, with the way out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django import forms
from django.utils.translation import override

from bangfu.records.access.form_words import WordedForm
from bangfu.records.access.forms import TokenForm


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Faults are read in English."""
    with override("en"):
        yield


class Sample(WordedForm):
    """One field of each kind that is told about."""

    title = forms.CharField(max_length=5)
    amount = forms.DecimalField(max_digits=3, required=False)
    year = forms.IntegerField(required=False, error_messages={"invalid": "A year of its own."})


def faults(**given: str) -> dict[str, list[str]]:
    return {name: [str(told) for told in each] for name, each in Sample({"title": "abc", **given}).errors.items()}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": ""}, "Fill this in."),
        ({"title": "abcdefg"}, "Write at most 5 characters; these are 7."),
        ({"amount": "12345"}, "Write at most 3 digits."),
        ({"amount": "many"}, "Write a number like 2855."),
    ],
)
def test_a_fault_says_what_to_write(given: dict[str, str], sentence: str) -> None:
    assert sentence in [told for each in faults(**given).values() for told in each]


def test_a_sentence_that_a_field_brings_itself_stays() -> None:
    assert faults(year="soon") == {"year": ["A year of its own."]}


def test_a_place_that_is_not_offered_is_named_with_what_to_do() -> None:
    form = TokenForm({"place": "53", "until": "2030-01-01"}, places=[("5334", "Diqing")])

    assert form.errors["place"] == ["“53” is not among the choices. Choose one of the list."]
