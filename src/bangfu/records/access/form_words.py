"""Forms whose faults are told in our words, each with the way out; Django's own are partly English on Chinese pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NEEDED = _("Fill this in.")
CHOOSE = _("Choose one.")
NO_CHOICE = _("“%(value)s” is not among the choices. Choose one of the list.")
TOO_LONG = _("Write at most %(limit_value)d characters; these are %(show_value)d.")
#: Sentences by kind of field, the most general first; codes are those of Django's checks.
SENTENCES: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {
        "required": NEEDED,
        "max_length": TOO_LONG,
        "min_length": _("Write at least %(limit_value)d characters; these are %(show_value)d."),
        "max_value": _("Write %(limit_value)s or less."),
        "min_value": _("Write %(limit_value)s or more."),
        "null_characters_not_allowed": _("There is a sign in it that cannot be kept. Type it anew."),
    },
    forms.IntegerField: {"invalid": _("Write a whole number like 2015.")},
    forms.DecimalField: {
        "invalid": _("Write a number like 2855."),
        "max_digits": _("Write at most %(max)s digits."),
        "max_decimal_places": _("Write at most %(max)s digits behind the point."),
        "max_whole_digits": _("Write at most %(max)s digits before the point."),
    },
    forms.DateField: {"invalid": _("Write a day like 2016-01-01.")},
    forms.ChoiceField: {"required": CHOOSE, "invalid_choice": NO_CHOICE},
    forms.MultipleChoiceField: {"invalid_list": CHOOSE},
    forms.FileField: {
        "required": _("Choose a file."),
        "invalid": _("No file came. Choose it again."),
        "missing": _("No file came. Choose it again."),
        "empty": _("The file is empty. Choose another one."),
        "max_length": _("The name of the file is longer than %(max)d characters (%(length)d). Give it a shorter one."),
    },
}


class WordedForm(forms.Form):
    """A form that tells its faults in our words; a sentence that a field brings itself stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            for kind, sentences in SENTENCES.items():
                if isinstance(field, kind):
                    _word(field, sentences)


def _word(field: forms.Field, sentences: dict[str, Any]) -> None:
    known = {code: text for one in reversed(type(field).__mro__) for code, text in _defaults(one).items()}
    ours = {id(text) for each in SENTENCES.values() for text in each.values()}
    for code, text in sentences.items():
        standing = field.error_messages.get(code)
        if standing is None or standing is known.get(code) or id(standing) in ours:
            field.error_messages[code] = text


def _defaults(kind: type) -> dict[str, Any]:
    return dict(getattr(kind, "default_error_messages", {}))
