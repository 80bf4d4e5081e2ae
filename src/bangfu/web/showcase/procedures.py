"""Sample verdicts, steps, events, notices and a form for the component page; persons are invented."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.web import numbers
from bangfu.web.dates import year_end
from bangfu.web.showcase.figures import name_of
from bangfu.web.values import Event, Link, Notice, Pages, Progress, State, Step, Strip, Tag, Verdict, ordered_verdicts


class SampleForm(forms.Form):
    """A form with one fault of each kind."""

    phone = forms.CharField(
        label=gettext_lazy("Phone"), help_text=gettext_lazy("11 digits, or empty if there is none.")
    )
    # A number box would swallow what is not a number; a text box keeps it, and its error can be mended.
    income = forms.DecimalField(
        label=gettext_lazy("Income of the year"),
        help_text=gettext_lazy("In yuan."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        widget=forms.RadioSelect,
        choices=[("birth", gettext_lazy("Birth")), ("move", gettext_lazy("Moved away"))],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    seen = forms.BooleanField(label=gettext_lazy("I saw the document"), required=False)

    def clean_phone(self) -> str:
        """A phone number of eleven digits."""
        phone = str(self.cleaned_data["phone"])
        if len(phone) != 11:
            raise ValidationError(_("This has %(count)s digits; a phone number has 11.") % {"count": len(phone)})
        return phone


def faulty_form() -> SampleForm:
    """The form as it comes back."""
    return SampleForm({"phone": "1370000", "income": "三千二", "kind": "birth", "reason": ""})


def verdicts() -> tuple[Verdict, ...]:
    """One of each answer."""
    grounds = Link(_("Grounds"), "#")
    return ordered_verdicts(
        (
            Verdict(State.REACHED, _("Reached"), _("Safe housing"), _("Grade B, built in 2011."), grounds),
            Verdict(
                State.UNKNOWN,
                _("Data missing"),
                _("Safe water"),
                _("No water test, so safe water cannot be judged."),
                Link(_("Fill in"), "#"),
            ),
            Verdict(
                State.FAILED,
                _("Not reached"),
                _("Income above the line of the year"),
                _("Net income 2,610 yuan a head, line 2,855 yuan: 245 yuan short."),
                grounds,
            ),
        )
    )


def tags() -> tuple[Tag, ...]:
    """Every state."""
    return (
        Tag(State.REACHED, _("Reached")),
        Tag(State.FAILED, _("Not reached")),
        Tag(State.UNKNOWN, _("Data missing")),
        Tag(State.SOON, _("Within 3 days")),
        Tag(State.LATE, _("3 days late")),
        Tag(State.PAUSED, _("Paused")),
        Tag(State.PLAIN, _("School costs")),
    )


def steps() -> tuple[Step, ...]:
    """The import wizard at its third step."""
    return (
        Step(_("Choose file"), "done", "#"),
        Step(_("Match columns"), "done", "#"),
        Step(_("See the result"), "current"),
        Step(_("Merge"), "next"),
    )


def progress() -> Progress:
    """A job under way."""
    sentence = _("%(done)s of %(total)s rows checked, about %(seconds)s s left. You may leave this page.")
    values = {"done": numbers.whole(42_000), "total": numbers.whole(100_000), "seconds": 20}
    return Progress(sentence % values, 42_000, 100_000, cancel_href="#")


def events() -> tuple[Event, ...]:
    """A visit, a delivery entered later, a correction."""
    helper = name_of("和志强", "He Zhiqiang")
    return (
        Event(_("Visit"), "2015-11-20", helper, href="#"),
        Event(
            _("Industry award of %(amount)s") % {"amount": str(numbers.money(150_000))},
            "2015-09-02",
            entered="2015-09-05",
        ),
        Event(_("Income corrected"), "2015-03-11", old="2,160", new="2,205", reason=_("low-income allowance left out")),
        Event(_("Identified as poor"), "2014-10-28", _("county")),
    )


def notices() -> tuple[Notice, ...]:
    """Empty, partial, error."""
    return (
        Notice("empty", _("No visits yet. Record one at the household."), Link(_("Record a visit"), "#")),
        Notice(
            "partial",
            _("2 villages of Xiaruo have not reported; the total leaves them out."),
            Link(_("Who is missing"), "#"),
        ),
        Notice(
            "error",
            _("Not saved; what you typed is still here. Try again, or give the code to the administrator."),
            code="7F3A",
        ),
    )


def pages() -> Pages:
    """The second page of a list."""
    values = {"first": 51, "last": 100, "total": numbers.whole(2_810)}
    return Pages(_("Rows %(first)s to %(last)s of %(total)s") % values, "#", "#")


def all_strips() -> tuple[Strip, ...]:
    """A past period, a closed window, no connection, something stored."""
    return (
        Strip("past", _("You are looking at %(period)s.") % {"period": year_end(2014)}, Link(_("Back to now"), "#")),
        Strip("closed", _("The national window is closed; what you enter waits for the next one.")),
        Strip("offline", _("No signal. What you enter stays on this device and is sent by itself.")),
        Strip("done", _("Stored: 1,187 rows.")),
    )


def error_pages() -> tuple[dict[str, str], ...]:
    """No permission, nothing there, a failure with its code."""
    area = {"own": name_of("燕门乡", "Yanmen"), "page": name_of("云岭乡", "Yunling")}
    return (
        {"heading": _("Your area is %(own)s; this page belongs to %(page)s.") % area},
        {"heading": _("There is no page at this address, or you may not see it.")},
        {
            "heading": _("This did not work. Try once more; if it fails again, give the code to the administrator."),
            "code": "7F3A",
        },
    )
