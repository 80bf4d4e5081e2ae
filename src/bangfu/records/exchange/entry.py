"""The entry list: what to type into the national system, by household, in that system's own order of columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter

from bangfu.parameters.schema import Column, Kind
from bangfu.parameters.text import Text
from bangfu.records.access.reveal import mask_id, mask_phone
from bangfu.records.exchange.models import Difference
from bangfu.records.exchange.models import Kind as DifferenceKind
from bangfu.records.exchange.queries import column_at, is_sealed, title_of
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.instance.parameters import current
from bangfu.records.personal import keyring
from bangfu.records.places.models import Place

#: Columns that say who is meant, in the order of the national export (registry-forms B).
WHO = ("县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码")
#: The columns of the national export behind those, with what they are here.
NATIONAL = (
    ("人数", "household_year.household_size"),
    ("与户主关系", "person.relation"),
    ("民族", "person.ethnicity"),
    ("文化程度", "person_year.education"),
    ("在校生状况", "person_year.student_status"),
    ("健康状况", "person_year.health"),
    ("劳动技能", "person_year.labour_skill"),
    ("务工状况", "person_year.work_area"),
    ("务工时间(月)", "person_year.work_months"),
    ("参加大病医疗", "person_year.serious_illness_insurance"),
    ("脱贫属性", "household_year.poverty_status"),
    ("贫困户属性", "household_year.poverty_attribute"),
    ("主要致贫原因", "household_year.main_cause"),
    ("危房户", "household_year.danger_level"),
    ("饮水安全", "household_year.water_safe"),
    ("饮水困难", "household_year.water_hard"),
    ("人均纯收入", "household_year.net_income_per_capita_fen"),
    ("联系电话", "person.phone"),
)
WHAT = "要做什么"
IDENTITY = {"person.person_no": "人编号", "person.name": "姓名", "person.id_no": "证件号码"}
DO = {
    ("household", DifferenceKind.ONLY_OURS): Text(
        "国家系统没有这一户，新增", "Not in the national system: add the household"
    ),
    ("household", DifferenceKind.ONLY_THEIRS): Text(
        "名册没有这一户，核减", "Not in the register: remove the household"
    ),
    ("person", DifferenceKind.ONLY_OURS): Text(
        "国家系统没有这个人，新增", "Not in the national system: add the person"
    ),
    ("person", DifferenceKind.ONLY_THEIRS): Text("名册没有这个人，核减", "Not in the register: remove the person"),
}
CHANGE = Text("改标出的格", "Change the marked cells")


@dataclass
class Line:
    """One household or person of the list: who, what to type by heading, which cells are marked, what to do."""

    who: dict[str, str]
    cells: dict[str, str] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    do: Text = CHANGE
    differences: list[Difference] = field(default_factory=list)


def lines_of(differences: Iterable[Difference], *, revealed: bool) -> list[Line]:
    """The lines of an entry list, household by household. Personal numbers are masked unless ``revealed``."""
    listed = list(differences)
    places = _places(listed)
    whole = _whole_households(listed)
    lines: dict[tuple[str, int, str], Line] = {}
    for each in listed:
        whose = each.person_id or 0
        new = each.kind in (DifferenceKind.ONLY_OURS, DifferenceKind.ONLY_THEIRS)
        key = (each.household_no, whose, f"{each.pk}" if new else "")
        line = lines.setdefault(key, Line(_who(each, places, revealed)))
        line.differences.append(each)
        if new:
            line.do = DO[each.path, DifferenceKind(each.kind)]
        else:
            heading = heading_of(each.path)
            line.cells[heading] = line.who[heading] = ours_typed(each, revealed=revealed)
            line.marked.add(heading)
            if heading not in WHO:
                del line.who[heading]
        if each.kind == DifferenceKind.ONLY_OURS:
            line.cells |= whole.get((each.household_id or 0, whose), {})
    return list(lines.values())


def heading_of(path: str) -> str:
    """The national system's heading of a column, else its official name here."""
    known = {national: heading for heading, national in NATIONAL} | IDENTITY
    if path == "person.household_no":
        return "户编号"
    return "行政村" if path == "row.place" else known.get(path, title_of(path).zh)


def ours_typed(difference: Difference, *, revealed: bool) -> str:
    """The register's value as it is typed into the national system."""
    if is_sealed(difference.path):
        owner = difference.person if difference.path.startswith("person.") else difference.household
        return _personal(owner, difference.path.partition(".")[2], revealed)
    if difference.path == "row.place":
        place = Place.objects.filter(code=difference.ours or "").first()
        return place.name if place else difference.ours or ""
    return typed(difference.ours, column_at(difference.path))


def typed(value: str | None, column: Column | None) -> str:
    """A kept value in the national system's words: the name of a code, yuan with two decimals, 是 or 否."""
    if value is None or column is None:
        return value or ""
    if column.codes is not None:
        titles = current().codes[column.codes].titles
        return titles[value].zh if value in titles else value
    if column.kind is Kind.BOOLEAN:
        return "是" if value in ("true", "True", "1") else "否"
    if column.unit == "fen":
        return f"{Decimal(value) / 100:.2f}"
    return value.removesuffix(".0") if column.kind is Kind.NUMBER else value


def _personal(owner: Any, name: str, revealed: bool) -> str:
    sealed = getattr(owner, f"{name}_enc", None)
    if sealed is None:
        return ""
    value = keyring().open(owner._meta.db_table, name, owner.pk, bytes(sealed))
    masks = {"id_no": mask_id, "phone": mask_phone}
    return value if revealed else masks.get(name, lambda text: "*" * max(len(text) - 4, 0) + text[-4:])(value)


def _who(each: Difference, places: Mapping[str, Place], revealed: bool) -> dict[str, str]:
    above = {level: places[each.place_code[:length]].name for level, length in _LEVELS.items()
             if each.place_code[:length] in places and len(each.place_code) >= length}  # fmt: skip
    person = each.person
    return {
        "县(市、区、旗)": above.get("county", ""),
        "乡(镇)": above.get("township", ""),
        "行政村": above.get("village", ""),
        "自然村": (each.household.natural_village or "") if each.household else "",
        "户编号": each.household_no,
        "人编号": (person.person_no or "") if person else "",
        "姓名": (person.name or "")
        if person
        else each.name or (each.household.head_name or "" if each.household else ""),
        "证件号码": _personal(person, "id_no", revealed) if person else "",
    }


#: Lengths of codes that the national export names places by; other schemes leave these columns empty.
_LEVELS = {"county": 6, "township": 9, "village": 12}


def _places(listed: Iterable[Difference]) -> dict[str, Place]:
    codes = {each.place_code[:length] for each in listed for length in _LEVELS.values()}
    return {place.code: place for place in Place.objects.filter(code__in=codes)}


def _whole_households(listed: list[Difference]) -> dict[tuple[int, int], dict[str, str]]:
    """What is typed of households and persons that the national system lacks, from the register's year."""
    only = [each for each in listed if each.kind == DifferenceKind.ONLY_OURS]
    if not only:
        return {}
    year, homes = only[0].year, {each.household_id for each in only}
    sheets = {each.household_id: each for each in HouseholdYear.objects.filter(household_id__in=homes, year=year)}
    members = PersonYear.objects.filter(household_id__in=homes, year=year).select_related("person")
    found = {(home, 0): _cells({"household_year": sheet}) for home, sheet in sheets.items()}
    for member in members:
        rows = {"household_year": sheets.get(member.household_id), "person": member.person, "person_year": member}
        found[member.household_id, member.person_id] = _cells(rows)
    return found


def _cells(rows: Mapping[str, HouseholdYear | Person | PersonYear | Household | None]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for heading, path in NATIONAL:
        table, _, name = path.partition(".")
        value = getattr(rows.get(table), name, None) if not is_sealed(path) else None
        if value is not None:
            cells[heading] = typed(str(value), column_at(path))
    return cells


def headings_of(lines: Iterable[Line]) -> list[str]:
    """The headings of a list: the national export's own in its order, then what else has to be changed."""
    own = [*WHO, *(heading for heading, _ in NATIONAL)]
    further = dict.fromkeys(heading for line in lines for heading in line.cells if heading not in own)
    return [*own, *further, WHAT]


def workbook(lines: list[Line], *, title: str) -> io.BytesIO:
    """The list as a workbook: text cells throughout, so that no number loses a digit; what changes is marked."""
    content = io.BytesIO()
    headings = headings_of(lines)
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("录入清单")
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E1F0F1", "valign": "top"})
        text = book.add_format({"num_format": "@", "border": 1})
        mark = book.add_format({"num_format": "@", "border": 1, "bold": True, "bg_color": "#FBF0DA"})
        sheet.write_string(0, 0, title)
        for column, heading in enumerate(headings):
            sheet.write_string(1, column, heading, bold)
        for row, line in enumerate(lines, 2):
            cells = {**line.who, **line.cells, WHAT: line.do.zh}
            for column, heading in enumerate(headings):
                sheet.write_string(row, column, cells.get(heading, ""), mark if heading in line.marked else text)
        sheet.freeze_panes(2, 7)
        sheet.set_column(0, 6, 14)
        sheet.set_column(7, 7, 22)
        sheet.set_landscape()
        sheet.repeat_rows(1)
        sheet.fit_to_pages(1, 0)
    content.seek(0)
    return content
