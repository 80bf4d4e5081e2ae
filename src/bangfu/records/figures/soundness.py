"""Texts of terms and indicators checked against the analytic tables, before anything counts."""

from __future__ import annotations

from bangfu.analytics.language import LanguageError, TypedExpr
from bangfu.analytics.language.errors import fill
from bangfu.analytics.language.units import TITLES
from bangfu.parameters.indicators import Indicator, IndicatorKind
from bangfu.parameters.loader import Parameters
from bangfu.parameters.schema import Kind
from bangfu.parameters.standards import Criterion, Standard
from bangfu.parameters.text import Text
from bangfu.records.figures.formulas import Language, applies
from bangfu.records.figures.language import language_of
from bangfu.records.figures.standards import check_criterion
from bangfu.records.instance.soundness import Unsound, soundness
from bangfu.records.schema import villages_table

PLACE_IN_TEXT = Text("{what}：{sentence}", "{what}: {sentence}")
INDICATOR = Text("指标{code}的{part}", "The {part} of the indicator {code}")
TERM = Text("术语{code}", "The term {code}")
CRITERION = Text("「{standard}」的条件{code}", "The criterion {code} of “{standard}”")
NO_CONDITION = Text("这里要写一个条件，得出“是”或“否”。", "A criterion is a condition that comes to yes or no.")
NO_NUMBER = Text(
    "这里要写一个算式，得出数。条件可以这样写：if(A, 1, 0)，A是条件，符合的算1。",
    "A figure is made of numbers, and this is none. A condition counts as if(condition, 1, 0).",
)
SAME_TITLE = Text(
    "指标{code}和{other}的名称一样，都叫「{title}」。请给{code}另起一个名称。",
    "The indicators {code} and {other} have one title, “{title}”. Give {code} another one.",
)
NO_COLUMN = Text(
    "指标{code}：表里没有「{name}」这一列。", "The indicator {code}: the table has no column “{name}” of that kind."
)
NAME_TAKEN = Text(
    "术语{code}和一个参数或一列同名，请改名。",
    "The term {code} has the name of a parameter or column: call it otherwise.",
)
PARTS = {"numerator": Text("分子", "numerator"), "denominator": Text("分母", "denominator")}
OTHER_UNIT = Text(
    "指标{code}的公式得出{found}，指标却写{said}。请改公式或单位。",
    "The formula of the indicator {code} gives {found}, and the indicator says {said}: change the formula or the unit.",
)
#: Units that are plain numbers: a count may be written without its unit.
PLAIN = (None, "count", "share", "weight")


@soundness
def check_texts(parameters: Parameters, scheme: str) -> None:
    """Pass terms and indicators whose texts can be read. **Errors** ``Unsound`` with the place in the text."""
    language = language_of(parameters, scheme)
    for table, terms in parameters.terms.items():
        for name in terms:
            if name in language.types or name in language.table(table).by_name:
                raise Unsound(NAME_TAKEN.format(code=name))
            _checked(language, name, table, TERM.format(code=name))
    for indicator in parameters.indicators.values():
        if indicator.kind is IndicatorKind.EXPRESSION and applies(indicator, scheme, None):
            _check_indicator(language, indicator)
    _check_titles(parameters)


def _check_titles(parameters: Parameters) -> None:
    """Pass indicators of which no two are called the same: who fills a table could not tell them apart."""
    seen: dict[str, str] = {}
    for indicator in parameters.indicators.values():
        for title in {indicator.title.zh, indicator.title.en}:
            other = seen.setdefault(title.casefold(), indicator.code)
            if other != indicator.code:
                raise Unsound(SAME_TITLE.format(code=indicator.code, other=other, title=title))


@soundness
def check_standards(parameters: Parameters, scheme: str) -> None:
    """Pass standards whose criteria can be read. **Errors** ``Unsound`` with the place in the text."""
    for standard in parameters.standards.values():
        for version in standard.versions if standard.scheme == scheme else ():
            for criterion in version.criteria:
                if criterion.text is not None:
                    _check_criterion(parameters, standard, criterion)


def _check_criterion(parameters: Parameters, standard: Standard, criterion: Criterion) -> None:
    what = fill(CRITERION, code=criterion.code, standard=standard.title)
    try:
        found = check_criterion(parameters, standard.scheme, standard.level, criterion.text or "")
    except LanguageError as error:
        raise _unsound(what, error) from error
    if found.kind is not Kind.BOOLEAN:
        raise Unsound(fill(PLACE_IN_TEXT, what=what, sentence=NO_CONDITION))


def _check_indicator(language: Language, indicator: Indicator) -> None:
    units = {}
    for part, title in PARTS.items():
        text = getattr(indicator, part)
        if text is not None:
            what = fill(INDICATOR, code=indicator.code, part=title)
            checked = _checked(language, text, str(indicator.grain), what)
            if checked.kind not in (Kind.INTEGER, Kind.NUMBER):
                raise Unsound(fill(PLACE_IN_TEXT, what=what, sentence=NO_NUMBER))
            units[part] = checked.unit
    _check_columns(language, indicator)
    found = _unit(units["numerator"], units.get("denominator", "count" if indicator.denominator_named else ...))
    if found != indicator.unit and not (found in PLAIN and indicator.unit in PLAIN):
        raise Unsound(fill(OTHER_UNIT, code=indicator.code, found=TITLES[found], said=TITLES[indicator.unit]))


def _check_columns(language: Language, indicator: Indicator) -> None:
    """Pass a group and a base that are columns: groups of the rows, bases of the yearly sheet of places."""
    group, base = indicator.group, indicator.denominator_named
    if group is not None and group not in language.table(str(indicator.grain)).by_name:
        raise Unsound(fill(NO_COLUMN, code=indicator.code, name=group))
    column = villages_table().by_name.get(base or "")
    if base is not None and (column is None or column.kind not in (Kind.INTEGER, Kind.NUMBER)):
        raise Unsound(fill(NO_COLUMN, code=indicator.code, name=base))


def _unit(numerator: str | None, denominator: str | object | None) -> str | None:
    """The unit of a numerator, or of it divided by a denominator (``...`` where there is none)."""
    if denominator is ... or denominator in PLAIN:
        return numerator
    return "share" if numerator == denominator else numerator


def _checked(language: Language, text: str, table: str, what: Text) -> TypedExpr:
    try:
        return language.check(text, table)
    except LanguageError as error:
        raise _unsound(what, error) from error


def _unsound(what: Text, error: LanguageError) -> Unsound:
    pointed = Text(error.pointed("zh-hans"), error.pointed("en"))
    return Unsound(fill(PLACE_IN_TEXT, what=what, sentence=pointed))
