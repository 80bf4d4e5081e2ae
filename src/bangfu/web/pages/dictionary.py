"""The dictionary of figures: every indicator by what it is about, with words, unit, source and who stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangfu.parameters.indicators import Family, Indicator
from bangfu.records.access.permissions import Permission, admit
from bangfu.records.access.requests import GateRequest
from bangfu.records.instance.parameters import current
from bangfu.web.pages.readings import unit_of, words
from bangfu.web.pages.typed import typed_in, unknown_choices
from bangfu.web.values import Choice, DrillCell, DrillColumn, DrillRow, DrillTable


@dataclass(frozen=True)
class Section:
    """A family that has something to show: its name, how many figures, and their table."""

    name: str
    title: str
    count: str
    table: DrillTable


@admit(Permission.SEE_FIGURES)
def dictionary(request: GateRequest) -> HttpResponse:
    """Indicators by family; ``?q=`` looks in names, definitions and codes, ``?family=`` keeps one family."""
    typed, cut = typed_in(request.GET)
    parameters = current()
    chosen = request.GET.get("family", "")
    chosen = chosen if chosen in parameters.families else ""
    families = {name: family for name, family in parameters.families.items() if not chosen or name == chosen}
    found = {name: _matching(family, typed.lower(), parameters.indicators) for name, family in families.items()}
    sections = [_section(families[name], listed, parameters.indicators) for name, listed in found.items() if listed]
    count = sum(map(len, found.values()))
    choices = _choices(parameters.families, chosen, typed)
    page = {
        "title": _("Dictionary of figures"),
        "sections": sections,
        "choices": choices,
        "chosen": next(choice for choice in choices if choice.current),
        "typed": typed,
        "notice": cut or unknown_choices(request, {"family": parameters.families}),
        "family": chosen,
        "facts": ngettext("%(count)d figure", "%(count)d figures", count) % {"count": count},
        "section": "analysis",
    }
    return render(request, "pages/dictionary.html", page)


def figures_called(typed: str) -> list[Indicator]:
    """What the dictionary finds for a text, those with it in their title or code first."""
    parameters, low = current(), typed.lower()
    families = parameters.families.values()
    found = [each for family in families for each in _matching(family, low, parameters.indicators)]
    return sorted(found, key=lambda each: low not in f"{each.code} {each.title.zh} {each.title.en}".lower())


def _matching(family: Family, typed: str, standing: Mapping[str, Indicator]) -> list[Indicator]:
    """The indicators of a family that stand, in whose words the typed text occurs; its own title stands for all."""
    own = [standing[each.code] for each in family.indicators if each.code in standing]
    own = list({each.code: each for each in own if each.family == family.name}.values())
    whole = f"{family.title.zh} {family.title.en}".lower()
    return own if typed in whole else [each for each in own if typed in _said(each)]


def _said(indicator: Indicator) -> str:
    texts = (indicator.title, indicator.definition)
    return " ".join([indicator.code, *(part for text in texts for part in (text.zh, text.en))]).lower()


def _section(family: Family, listed: list[Indicator], standing: Mapping[str, Indicator]) -> Section:
    columns = tuple(
        DrillColumn(heading, numeric=False)
        for heading in (_("Definition"), _("Unit"), _("Source"), _("Responsible office"), _("Counted the other way"))
    )
    rows = tuple(_row(each, standing) for each in listed)
    title = words(family.title)
    count = ngettext("%(count)d figure", "%(count)d figures", len(listed)) % {"count": len(listed)}
    return Section(family.name, title, count, DrillTable(title, _("Figure"), columns, rows))


def _row(indicator: Indicator, standing: Mapping[str, Indicator]) -> DrillRow:
    others = [words(standing[other.indicator].title) for other in indicator.beside]
    cells = (
        words(indicator.definition),
        unit_of(indicator) or "—",
        words(indicator.source),
        words(indicator.owner),
        _(", ").join(others) or "—",
    )
    return DrillRow(words(indicator.title), tuple(map(DrillCell, cells)), href=reverse("figure", args=[indicator.code]))


def _choices(families: Mapping[str, Family], chosen: str, typed: str) -> tuple[Choice, ...]:
    """Links to one family each, and to all."""

    def choice(label: str, name: str) -> Choice:
        asked = {key: value for key, value in (("family", name), ("q", typed)) if value}
        return Choice(label, f"{reverse('figures')}?{urlencode(asked)}", name == chosen)

    return (choice(_("All"), ""), *(choice(words(family.title), name) for name, family in families.items()))
