"""The forms in which rules are written: by fields, in both languages, with the texts of the language in text areas."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bangfu.parameters.indicators import Direction, Grain
from bangfu.parameters.standards import HOUSEHOLD, StandardKind
from bangfu.records.access.audit import SHORTEST_REASON
from bangfu.records.access.form_words import WordedForm
from bangfu.records.figures.texts import UNIT_WORDS
from bangfu.records.places.queries import current_scheme
from bangfu.web.pages.readings import words

BOTH = {"required": _("Write it in both languages.")}
NEEDED = {"required": _("Fill this in.")}
NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
STANDARD_KINDS = {
    StandardKind.IDENTIFICATION: _("Identification"),
    StandardKind.EXIT: _("Exit"),
    StandardKind.MONITORING: _("Monitoring"),
}
GRAINS = {Grain.HOUSEHOLDS: _("Households"), Grain.PERSONS: _("Persons"), Grain.VILLAGES: _("Villages")}
DIRECTIONS = {
    Direction.NEITHER: _("Neither: it describes"),
    Direction.LOWER: _("Less is better"),
    Direction.HIGHER: _("More is better"),
}


class PlainField(forms.CharField):
    """Names, codes and prefixes: full-width letters and digits are read as the half-width ones."""

    def to_python(self, value: Any) -> str:
        """The text, half-width and without spaces around it."""
        return unicodedata.normalize("NFKC", str(super().to_python(value) or "")).strip()


def _words(label: Any, *, needed: bool = True, long: bool = False, errors: Any = BOTH) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput()
    return forms.CharField(label=label, required=needed, max_length=2_000, widget=widget, error_messages=errors)


def _day(label: Any, *, needed: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=needed,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=help_text,
        error_messages={**NEEDED, "invalid": _("Write a day like 2016-01-01.")},
    )


def _formula(label: Any, *, needed: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=needed,
        help_text=help_text,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "class": "formula", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages=NEEDED,
    )


def unit_choices() -> list[tuple[str, str]]:
    """The units by their words."""
    return [(unit or "", words(title)) for unit, title in UNIT_WORDS.items()]


def level_choices() -> list[tuple[str, str]]:
    """The household and the levels of the place scheme."""
    return [(HOUSEHOLD, str(_("Household"))), *((level.code, words(level.title)) for level in current_scheme().levels)]


class RuleForm(WordedForm):
    """What all rules have in common: a name given once, a title in both languages."""

    name = PlainField(
        label=_("Name in texts"),
        help_text=_("Small letters, digits and _; it stays the same for good."),
        max_length=60,
        error_messages=NEEDED,
    )
    title_zh = _words(_("Title in Chinese"))
    title_en = _words(_("Title in English"))
    #: Fields that stay as they are once a rule exists.
    fixed: tuple[str, ...] = ("name",)

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fill_choices()
        for name in () if new else self.fixed:
            del self.fields[name]

    def fill_choices(self) -> None:
        """Give the fields the choices of this instance."""

    def clean_name(self) -> str:
        """A name that texts can write."""
        name: str = self.cleaned_data["name"]
        if not NAME.fullmatch(name):
            raise forms.ValidationError(_("A name has small letters, digits and _ only, and begins with a letter."))
        return name


BACKDATED = _("It has counted since that day already, as its source says")


class StandardForm(RuleForm):
    """A version of a standard."""

    fixed = ("name", "kind", "level", "place_prefix")
    kind = forms.ChoiceField(label=_("What it decides"), choices=list(STANDARD_KINDS.items()))
    level = forms.ChoiceField(label=_("Level that is judged"))
    place_prefix = PlainField(
        label=_("Code of the region"), required=False, max_length=24, help_text=_("Empty holds everywhere.")
    )
    valid_from = _day(_("Counts from"), needed=True)
    valid_until = _day(_("Counts until the day before"), help_text=_("Empty: until another version begins."))
    backdated = forms.BooleanField(label=BACKDATED, required=False)
    source = _words(_("Legal source: document, number, date"), long=True, errors=NEEDED)
    unverified = forms.BooleanField(label=_("Nobody has read the source yet (unverified)"), required=False)
    note_zh = _words(_("Note in Chinese"), needed=False, long=True)
    note_en = _words(_("Note in English"), needed=False, long=True)

    def fill_choices(self) -> None:
        """The levels of the instance's places."""
        self.fields["level"].choices = level_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Dates in order, a note in both languages."""
        found = super().clean() or self.cleaned_data
        if bool(found.get("note_zh")) != bool(found.get("note_en")):
            self.add_error("note_en" if found.get("note_zh") else "note_zh", BOTH["required"])
        _check_days(self, found)
        return found


def _check_days(form: forms.Form, found: dict[str, Any]) -> None:
    start, end = found.get("valid_from"), found.get("valid_until")
    if start and end and end <= start:
        form.add_error("valid_until", _("The end lies before the beginning: write a later day, or leave it empty."))


class EndForm(WordedForm):
    """The day from which a standard judges nobody any more."""

    ends_on = _day(_("Counts until the day before"), needed=True)
    backdated = forms.BooleanField(
        label=_("It has not counted since that day already, as its source says"), required=False
    )


class CriterionForm(WordedForm):
    """One criterion of a standard."""

    code = PlainField(label=_("Code"), max_length=40, error_messages=NEEDED)
    title_zh = _words(_("Title in Chinese"))
    title_en = _words(_("Title in English"))
    text = _formula(_("Condition"), needed=False)
    by_people = forms.BooleanField(label=_("People decide it: the register keeps no fact of it"), required=False)
    unverified = forms.BooleanField(label=_("Wording not verified"), required=False)

    @property
    def called(self) -> str:
        """What it is called among the criteria: its place, which its prefix has from 0."""
        number = int(str(self.prefix).removeprefix("c")) + 1
        return gettext("Criterion %(number)s") % {"number": number}

    def clean_code(self) -> str:
        """A code that stays the same from version to version."""
        code: str = self.cleaned_data["code"]
        if not NAME.fullmatch(code):
            raise forms.ValidationError(_("A code has small letters, digits and _ only, and begins with a letter."))
        return code

    def clean(self) -> dict[str, Any]:
        """Either a condition or people."""
        found = super().clean() or self.cleaned_data
        if "text" in found and bool(found["text"]) == bool(found.get("by_people")):
            self.add_error("text", _("Write a condition, or leave it empty and tick that people decide."))
        return found


class LineForm(RuleForm):
    """A value of a line."""

    fixed = ("name", "unit")
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    place_prefix = PlainField(
        label=_("Code of the region"), required=False, max_length=24, help_text=_("Empty holds everywhere.")
    )
    valid_from = _day(_("Counts from"), needed=True)
    valid_until = _day(_("Counts until the day before"), help_text=_("Empty: until another value begins."))
    backdated = forms.BooleanField(label=BACKDATED, required=False)
    value = forms.DecimalField(
        label=_("Value"), max_digits=15, error_messages={**NEEDED, "invalid": _("Write a number like 2855.")}
    )
    reference = _words(_("Source of the value"), long=True, errors=NEEDED)
    unverified = forms.BooleanField(label=_("Nobody has read the source yet (unverified)"), required=False)

    def fill_choices(self) -> None:
        """The units there are."""
        self.fields["unit"].choices = unit_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Dates in order."""
        found = super().clean() or self.cleaned_data
        _check_days(self, found)
        return found


class TermForm(RuleForm):
    """A term: a word that texts share."""

    fixed = ("name", "table")
    table = forms.ChoiceField(label=_("Said of"), choices=list(GRAINS.items()))
    text = _formula(_("Text"))


class IndicatorForm(RuleForm):
    """A version of an indicator written in the language."""

    fixed = ("name", "family")
    family = forms.ChoiceField(label=_("Family"))
    definition_zh = _words(_("Definition in Chinese"), long=True)
    definition_en = _words(_("Definition in English"), long=True)
    grain = forms.ChoiceField(label=_("Counts"), choices=list(GRAINS.items()))
    numerator = _formula(_("Numerator"))
    denominator = _formula(_("Denominator"), needed=False, help_text=_("Empty: a sum, or divided by a base."))
    denominator_named = PlainField(
        label=_("Base: a column of the yearly sheet of places"), required=False, max_length=60
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    additive = forms.BooleanField(label=_("Adds up from place to place"), required=False)
    group = PlainField(label=_("By group: a column with codes"), required=False, max_length=60)
    noun_zh = _words(_("What is counted, in Chinese"), needed=False)
    noun_en = _words(_("What is counted, in English"), needed=False)
    better = forms.ChoiceField(label=_("Which way is better"), choices=list(DIRECTIONS.items()))
    source_zh = _words(_("Source in Chinese"))
    source_en = _words(_("Source in English"))
    owner_zh = _words(_("Responsible office in Chinese"))
    owner_en = _words(_("Responsible office in English"))
    since = _day(_("Counts from"), needed=True, help_text=_("It counts with the next figures after its review."))
    changed_zh = _words(_("What changed, in Chinese"), needed=False, long=True)
    changed_en = _words(_("What changed, in English"), needed=False, long=True)

    def __init__(self, *args: Any, families: list[tuple[str, str]], measure: bool = False, **kwargs: Any) -> None:
        self.families = families
        super().__init__(*args, **kwargs)
        if measure:
            for name in ("grain", "numerator", "denominator", "denominator_named", "additive", "group", "unit"):
                del self.fields[name]

    def fill_choices(self) -> None:
        """The families and units there are."""
        self.fields["family"].choices = self.families  # type: ignore[attr-defined]
        self.fields["unit"].choices = unit_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Pairs in both languages, one denominator."""
        found = super().clean() or self.cleaned_data
        for name in ("noun", "changed"):
            if bool(found.get(f"{name}_zh")) != bool(found.get(f"{name}_en")):
                self.add_error(f"{name}_en" if found.get(f"{name}_zh") else f"{name}_zh", BOTH["required"])
        if found.get("denominator") and found.get("denominator_named"):
            self.add_error("denominator_named", _("Two denominators: keep the formula or the base."))
        return found


class ReasonForm(WordedForm):
    """Why a change is proposed."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        min_length=SHORTEST_REASON,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Give the reason, in at least two characters."),
            "min_length": _("Give the reason, in at least two characters."),
        },
    )
    proof = forms.CharField(
        label=_("Document that the change rests on"), required=False, max_length=2_000, widget=forms.TextInput()
    )
