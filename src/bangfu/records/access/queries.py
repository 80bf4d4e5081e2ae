"""Who has which role where."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from bangfu.records.access.models import Grant
from bangfu.records.households.models import Household
from bangfu.records.places.models import Place
from bangfu.records.places.queries import as_csv, resolve, under

HEADING = ("id", "name", "role", "place", "household", "unit", "from", "until", "revoked")


def grants_as_csv(prefix: str = "", *, on: date | None = None) -> str:
    """Grants as CSV in order of name; ``on`` keeps those that hold on a day."""
    rows = Grant.objects.select_related("user", "place", "household").order_by("user__username", "id")
    if prefix:
        rows = rows.filter(under(prefix, "place__code") | under(prefix, "household__place_code"))
    if on is not None:
        rows = rows.filter(_holding(on))
    return as_csv(HEADING, (_line(grant) for grant in rows))


def _holding(on: date) -> Q:
    ends = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    return ends & Q(valid_from__lte=on, revoked_at__isnull=True)


def _line(grant: Grant) -> tuple[object, ...]:
    return (
        grant.pk,
        grant.user.username,
        grant.role,
        grant.place.code if grant.place else "",
        grant.household.ref if grant.household else "",
        grant.unit,
        grant.valid_from,
        grant.valid_until or "",
        "yes" if grant.revoked_at else "",
    )


def standing_grant(grant_id: int) -> Grant | None:
    """A grant that was not revoked, by its id."""
    rows = Grant.objects.select_related("user", "place", "household")
    return rows.filter(pk=grant_id, revoked_at__isnull=True).first()


def place_named(code: str) -> Place | None:
    """The place that a code means today, old codes included."""
    found = resolve(code)
    return None if found is None else Place.objects.filter(pk=found.id).first()


def household_named(name: str) -> Household | None:
    """A household by its number or its address."""
    return Household.objects.filter(Q(household_no=name) | Q(ref=name)).first()
