"""Sample figures, maps and charts for the component page. Places are real, every number is invented."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bangfu.web import charts, dates, numbers
from bangfu.web.maps import Cell, MapDrawing, MapView, drawing
from bangfu.web.numbers import Missing, in_chinese
from bangfu.web.pages.export_links import Exports
from bangfu.web.pages.pinned import Share
from bangfu.web.pages.then_or_now import Told
from bangfu.web.values import (
    Choice,
    ContextLine,
    Crumb,
    DrillCell,
    DrillColumn,
    DrillRow,
    DrillTable,
    FigureCard,
    Link,
    Strip,
    cell_of,
)

# name zh, name en, households, persons, share, change, path, label centre and box
TOWNSHIPS = (
    ("羊拉乡", "Yangla", 265, 1142, 0.298, -0.066, "M199 223L325 113L270 40L200 10L120 80L84 189Z", 206, 111),
    ("燕门乡", "Yanmen", 587, 2530, 0.246, -0.054, "M273 530L229 613L300 703L436 710L450 600L423 497Z", 353, 610),
    (
        "佛山乡",
        "Foshan",
        391,
        1685,
        0.182,
        -0.040,
        "M199 223L239 327L433 360L440 330L420 200L330 120L325 113Z",
        323,
        243,
    ),
    ("拖顶傈僳族乡", "Tuoding", 301, 1297, 0.123, -0.027, "M300 703L229 613L92 634L120 700L170 830L207 855Z", 206, 709),
    ("云岭乡", "Yunling", 352, 1517, 0.097, -0.021, "M192 413L273 530L423 497L410 450L433 360L239 327Z", 313, 430),
    ("奔子栏镇", "Benzilan", 298, 1284, 0.064, -0.014, "M229 613L273 530L192 413L44 451L60 560L92 634Z", 153, 526),
    (
        "升平镇",
        "Shengping",
        412,
        1776,
        0.0006,
        -0.007,
        "M192 413L239 327L199 223L84 189L80 200L30 300L40 420L44 451Z",
        132,
        319,
    ),
    ("霞若傈僳族乡", "Xiaruo", 204, 879, None, None, "M300 703L207 855L260 890L370 880L430 760L436 710Z", 322, 808),
)
BREAKS = (0.01, 0.03, 0.10, 0.20, 0.25)


def context_line() -> ContextLine:
    """A county at the end of a year."""
    periods = (
        Choice(dates.year_end(2015), "?t=2015", current=True),
        Choice(dates.year_end(2014), "?t=2014"),
        Choice(dates.year_end(2013), reason=_("no snapshot")),
    )
    bases = (Choice(_("register"), "?by=register", current=True), Choice(_("survey"), "?by=survey"))
    crumbs = (
        Crumb(name_of("云南省", "Yunnan")),
        Crumb(name_of("迪庆州", "Diqing"), "#"),
        Crumb(name_of("德钦县", "Deqen")),
    )
    return ContextLine(crumbs, "#", periods, bases, _("snapshot %(name)s") % {"name": "#a41f"})


def strips() -> tuple[Strip, ...]:
    """A past period."""
    sentence = _("You are looking at %(period)s.") % {"period": dates.year_end(2014)}
    return (Strip("past", sentence, Link(_("Back to now"), "#")),)


def cards() -> tuple[FigureCard, ...]:
    """A count, a share, an estimate, and a figure that cannot be shown."""
    last = dates.year_end(2014)
    households, persons = _("households"), _("persons")
    share = numbers.percent_figure(0.183)
    counted = _("Register · %(count)s") % {"count": str(numbers.figure(12_280, persons))}
    return (
        FigureCard(
            _("Poor persons"),
            numbers.figure(4_713_000, persons),
            "#",
            numbers.count_since(-1_027_000, persons, last),
            counted,
        ),
        FigureCard(_("Incidence"), share, "#", numbers.points_since(-0.041, last), counted),
        FigureCard(
            _("Survey estimate"),
            numbers.percent_estimate(0.176382, 0.0191),
            "#",
            "",
            _("Survey of %(count)s") % {"count": str(numbers.figure(1_240, households))},
        ),
        FigureCard(
            _("Villages with broadband"),
            numbers.missing(Missing.NOT_REPORTED),
            "#",
            source=_("Committee, school, clinic"),
            missing_link=Link(_("2 villages must report"), "#"),
        ),
    )


def drill_table() -> DrillTable:
    """Townships with counts, a share with its bar, and a missing row."""
    columns = (
        DrillColumn(_("Households")),
        DrillColumn(_("Persons"), sort_href="?sort=persons"),
        DrillColumn(_("Incidence"), unit="%", bar=True, sort_href="?sort=share", sorted="down"),
        DrillColumn(_("On last year"), unit=_("points")),
    )
    total = (
        DrillCell(numbers.whole(2_810)),
        DrillCell(numbers.whole(12_280)),
        DrillCell(numbers.percent_digits(0.183)),
        DrillCell(numbers.points(-0.041)),
    )
    return DrillTable(
        caption=_("Townships"),
        first=_("Township"),
        columns=columns,
        rows=tuple(_row(*township) for township in TOWNSHIPS),
        total=DrillRow(_("Total"), total),
        note=_("2 villages of Xiaruo have not reported; the total leaves them out."),
        note_link=Link(_("Who is missing"), "#"),
    )


def _row(
    zh: str, en: str, households: int, persons: int, share: float | None, change: float | None, *_shape: object
) -> DrillRow:
    state = Missing.NOT_REPORTED if share is None else None
    cells = (
        DrillCell(numbers.whole(households)),
        DrillCell(numbers.whole(persons)),
        cell_of(numbers.missing(state) if state else numbers.percent_figure(share), bar=share and share / 0.3),
        DrillCell(numbers.points(Missing.NOT_APPLICABLE if change is None else change)),
    )
    return DrillRow(name_of(zh, en), cells, "#", chosen=en == "Yanmen")


def sample_map() -> MapDrawing:
    """The townships as a map."""
    cells = tuple(
        Cell(
            code=en,
            name=name_of(zh, en),
            path=path,
            x=x,
            y=y,
            width=132,
            height=54,
            value=share,
            shown=numbers.missing(Missing.NOT_REPORTED) if share is None else numbers.percent_figure(share),
            href="#table",
            uncertain=en == "Foshan",
        )
        for zh, en, _households, _persons, share, _change, path, x, y in TOWNSHIPS
    )
    labels = numbers.break_labels(BREAKS, percents=True)
    title = _("Incidence, %(period)s") % {"period": dates.year_end(2015)}
    description = _("Eight townships; the table beside it has the same values.")
    return drawing(MapView(title, description, (0, 0, 480, 900), cells, BREAKS, labels, chosen="Yanmen"))


def trend() -> charts.Trend:
    """Five years with intervals."""
    values = ((2011, 0.312), (2012, 0.268), (2013, None), (2014, 0.224), (2015, 0.183), (2016, 0.191))
    points = tuple(
        charts.Point(
            str(year),
            share,
            numbers.missing(Missing.NOT_REPORTED) if share is None else numbers.percent_figure(share),
            None if share is None else share - 0.019,
            None if share is None else share + 0.019,
        )
        for year, share in values
    )
    return charts.trend(_("Incidence"), "%", points, charts.Line(0.03, _("Target 3%")))


def causes() -> charts.RowChart:
    """Causes of poverty as bars."""
    parts = ((_("Illness"), 0.421), (_("School costs"), 0.184), (_("Lack of skills"), 0.147), (_("Disaster"), 0.0004))
    items = tuple(charts.Item(name, share, numbers.percent_figure(share), href="#") for name, share in parts)
    unknown = charts.Item(_("Cause not entered"), None, numbers.missing(Missing.NO_DATA))
    return charts.bars(_("Main causes"), _("Cause"), _("share of households"), (*items, unknown))


def estimates() -> charts.RowChart:
    """Prefectures with their errors."""
    parts = (
        ("文山州", "Wenshan", 0.269, 0.021),
        ("迪庆州", "Diqing", 0.249, 0.034),
        ("昆明市", "Kunming", 0.041, 0.009),
    )
    items = tuple(
        charts.Item(
            name_of(zh, en),
            share,
            numbers.percent_estimate(share, half),
            share - half,
            share + half,
            href="#",
        )
        for zh, en, share, half in parts
    )
    small = charts.Item(name_of("怒江州", "Nujiang"), None, numbers.withheld(30, _("households")))
    return charts.dots(_("Survey estimate"), _("Prefecture"), "", (*items, small), charts.Line(0.03, _("Target 3%")))


def incomes() -> charts.Bars:
    """Three years and a missing one, with the line of the year."""
    points = (
        charts.Point("2012", None, numbers.missing(Missing.NOT_REPORTED)),
        charts.Point("2013", 1840, numbers.figure(1840)),
        charts.Point("2014", 2205, numbers.figure(2205)),
        charts.Point("2015", 2610, numbers.figure(2610)),
    )
    words = _("Line of %(year)s: %(amount)s") % {"year": 2015, "amount": str(numbers.figure(2855, _("yuan")))}
    return charts.income_bars(_("Net income a head"), _("yuan"), points, charts.Line(2855, words))


def causes_over_time() -> charts.SeriesChart:
    """Three groups and what the others add up to, over four years; one year of one group is missing."""
    parts = (
        (_("Illness"), (520, 480, 410, 350), False),
        (_("School costs"), (260, None, 240, 180), False),
        (_("Lack of skills"), (230, 220, 190, 170), False),
        (_("Other groups"), (320, 300, 260, 210), True),
    )
    lines = tuple(charts.Series(name, tuple(map(_counted, YEARS, values)), other) for name, values, other in parts)
    return charts.series(_("Main causes"), _("households"), lines)


YEARS = (2012, 2013, 2014, 2015)


def _counted(year: int, value: int | None) -> charts.Point:
    shown = numbers.missing(Missing.NOT_REPORTED) if value is None else numbers.figure(value)
    return charts.Point(str(year), value, shown)


def distribution() -> charts.Histogram:
    """How many townships lie in each class, with the line and the value of the county."""
    labels = numbers.break_labels(BREAKS, percents=True)
    ends = ("0%", *labels, "100%")
    counts = (1, 0, 2, 2, 1, 1)
    classes = tuple(
        charts.Class(f"{ends[index]}–{ends[index + 1]}", count, numbers.whole(count), "#" if count else "")
        for index, count in enumerate(counts)
    )
    references = (
        charts.Reference(0.03, _("Target 3%")),
        charts.Reference(0.183, str(numbers.percent_figure(0.183)), kind="own"),
    )
    return charts.histogram(_("Incidence"), classes, BREAKS, labels, references)


def against() -> charts.Scatter:
    """Townships with incidence to the right and households upwards."""
    spots = tuple(
        charts.Spot(
            name_of(zh, en),
            100 * share,
            households,
            f"{name_of(zh, en)} {numbers.percent(share)} {numbers.whole(households)}",
            "#",
        )
        for zh, en, households, _persons, share, *_rest in TOWNSHIPS
        if share is not None
    )
    across = charts.Axis(f"{_('Incidence')} (%)", 32, tuple((each, str(each)) for each in (0, 10, 20, 30)))
    up = charts.Axis(_("Households"), 650, tuple((each, str(each)) for each in (0, 200, 400, 600)))
    return charts.scatter(_("Incidence"), spots, across, up)


def views() -> tuple[Choice, ...]:
    """Ways to look at a figure."""
    return (
        Choice(_("Places in order"), "#", current=True),
        Choice(_("Several over time"), "#"),
        Choice(_("Distribution"), "#"),
    )


def levels() -> tuple[Choice, ...]:
    """Levels to choose from, one of which the survey does not answer for."""
    return (
        Choice(_("County"), "#", current=True),
        Choice(_("Township"), reason=_("the survey is too small for this level")),
    )


def name_of(zh: str, en: str) -> str:
    return zh if in_chinese() else en


def board() -> dict[str, object]:
    """A board of the meeting screen without its map, which stands above."""
    return {"title": name_of("德钦县", "Deqen"), "facts": dates.year_end(2015), "cards": cards(), "area_href": "#"}


def exports() -> Exports:
    """Files to take away."""
    links = tuple(Link(name, "#") for name in ("XLSX", "CSV", "SVG", "PNG"))
    return Exports(links, _("Every file says place, period, way of counting, source and snapshot."))


def share() -> Share:
    """An address that pins what is seen."""
    return Share("https://bangfu.example/p/533422/?s=a41f", _("The link pins snapshot, place, period and view."))


def told() -> Told:
    """Which places figures are shown on."""
    return Told(_("Shown on the places of that time."), Link(_("On the places of today"), "#"))
