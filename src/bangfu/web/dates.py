"""How days and periods are named for people, in the active language."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import dates, timezone, translation
from django.utils.translation import gettext as _

from bangfu.web.numbers import in_chinese


def day(value: date) -> str:
    """A day in both languages as 2015-11-20: it sorts, and no country reads it another way."""
    return value.isoformat()


def minute(at: datetime) -> str:
    """A moment to the minute, in the instance's time, as 2015-11-20 09:30 in both languages."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def year_end(year: int) -> str:
    """The end of a year as a period: 2015年末, in English year-end 2015."""
    return _("year-end %(year)s") % {"year": year}


def month_end(year: int, month: int) -> str:
    """The end of a month as a period: 2015年11月末, in English end of November 2015."""
    return _("end of %(month)s %(year)s") % {"month": month if in_chinese() else _english_month(month), "year": year}


def _english_month(month: int) -> str:
    with translation.override("en"):
        return str(dates.MONTHS[month])
