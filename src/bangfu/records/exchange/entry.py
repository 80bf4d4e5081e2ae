"""The entry list: what to type into the national system, by household, in that system's own order of columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.db.models import Q

from bangfu.parameters.schema import Column, Kind
from bangfu.parameters.text import Text
from bangfu.records.access.reveal import mask_id, mask_phone
from bangfu.records.exchange.models import Difference
from bangfu.records.exchange.models import Kind as DifferenceKind
from bangfu.records.exchange.queries import column_at, is_sealed, numbers_there, title_of
from bangfu.records.households.models import HouseholdYear, Person, PersonYear
from bangfu.records.instance.parameters import current
from bangfu.records.personal import keyring
from bangfu.records.places.queries import current_scheme, places_named

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
#: What the export calls the levels that it names places by; what a scheme lacks of them stays empty.
LEVELS = {"county": "县(市、区、旗)", "township": "乡(镇)", "village": "行政村"}
IDENTITY = {"person.person_no": "人编号", "person.name": "姓名", "person.id_no": "证件号码"}
DO = {
    ("household", DifferenceKind.ONLY_OURS): Text(
        "国家系统没有这一户，新增", "Not in the national system: add the household"
    ),
    ("household", DifferenceKind.ONLY_THEIRS): Text(
        "名册没有这一户，整户删除", "Not in the register: remove the household"
    ),
    ("person", DifferenceKind.ONLY_OURS): Text(
        "国家系统没有这个人，自然增加", "Not in the national system: add the person"
    ),
    ("person", DifferenceKind.ONLY_THEIRS): Text("名册没有这个人，自然减少", "Not in the register: remove the person"),
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
    """The lines of an entry list, household by household; one a member for a household that is new there.

    Personal numbers are masked unless ``revealed``.
    """
    listed = list(differences)
    typing = _Typing(listed, revealed=revealed)
    lines: dict[tuple[str, int, int], Line] = {}
    for each in listed:
        if each.kind in (DifferenceKind.ONLY_OURS, DifferenceKind.ONLY_THEIRS):
            for number, line in enumerate(typing.whole(each)):
                lines[each.household_no, each.pk, number + 1] = line
            continue
        key = (each.household_no, each.person_id or 0, 0)
        if key not in lines:
            lines[key] = Line(typing.who(each, each.person))
        typing.change(lines[key], each)
    return list(lines.values())


class _Typing:
    """What is read once for a list: its places, and what the register's year says of what is new there."""

    def __init__(self, listed: list[Difference], *, revealed: bool) -> None:
        self.revealed = revealed
        levels = current_scheme().by_code
        self.lengths = {heading: levels[level].length for level, heading in LEVELS.items() if level in levels}
        codes = {each.lies_in[:length] for each in listed for length in self.lengths.values()}
        self.places = places_named(codes | {each.ours for each in listed if each.path == "row.place" and each.ours})
        only = [each for each in listed if each.kind == DifferenceKind.ONLY_OURS]
        self.sheets, self.members = _registered(only)

    def whole(self, each: Difference) -> Iterator[Line]:
        """The lines of a household or person that one side lacks."""
        do, home = DO[each.path, DifferenceKind(each.kind)], each.household_id or 0
        members = self.members.get(home, ()) if each.kind == DifferenceKind.ONLY_OURS else ()
        meant = [member for member in members if each.path == "household" or member.person_id == each.person_id]
        for member in meant:
            rows = {"household_year": self.sheets.get(home), "person": member.person, "person_year": member}
            yield Line(self.who(each, member.person), self._cells(rows), do=do, differences=[each])
        if not meant:
            sheet = self.sheets.get(home) if each.kind == DifferenceKind.ONLY_OURS else None
            cells = self._cells({"household_year": sheet, "person": each.person})
            yield Line(self.who(each, each.person), cells, do=do, differences=[each])

    def change(self, line: Line, each: Difference) -> None:
        """Mark what has to be changed of what stands there."""
        heading = heading_of(each.path)
        line.differences.append(each)
        line.marked.add(heading)
        line.cells[heading] = self._ours(each)
        if heading in WHO:
            line.who[heading] = line.cells[heading]

    def who(self, each: Difference, person: Person | None) -> dict[str, str]:
        """Who is meant, and where."""
        code, household = each.lies_in, each.household
        person_no, id_no = numbers_there(each) if person is None else (person.person_no or "", "")
        shown = _personal(person, "id_no", self.revealed) if person else _masked("id_no", id_no, self.revealed)
        above = {heading: self.places.get(code[:n]) if n <= len(code) else None for heading, n in self.lengths.items()}
        return {
            **{heading: place.name if place else "" for heading, place in above.items()},
            "自然村": (household.natural_village or "") if household else "",
            "户编号": each.household_no,
            "人编号": person_no,
            "姓名": (person.name or "") if person else each.name or (household.head_name or "" if household else ""),
            "证件号码": shown,
        }

    def _ours(self, each: Difference) -> str:
        """The register's value as it is typed into the national system."""
        if is_sealed(each.path):
            owner = each.person if each.path.startswith("person.") else each.household
            return _personal(owner, each.path.partition(".")[2], self.revealed)
        if each.path == "row.place":
            place = self.places.get(each.ours or "")
            return place.name if place else each.ours or ""
        return typed(each.ours, column_at(each.path))

    def _cells(self, rows: Mapping[str, HouseholdYear | Person | PersonYear | None]) -> dict[str, str]:
        cells: dict[str, str] = {}
        for heading, path in NATIONAL:
            table, _, name = path.partition(".")
            row = rows.get(table)
            if is_sealed(path):
                value = _personal(row, name, self.revealed)
            else:
                known = getattr(row, name, None)
                value = "" if known is None else typed(str(known), column_at(path))
            if value:
                cells[heading] = value
        return cells


def heading_of(path: str) -> str:
    """The national system's heading of a column, else its official name here."""
    known = {national: heading for heading, national in NATIONAL} | IDENTITY
    if path == "person.household_no":
        return "户编号"
    return "行政村" if path == "row.place" else known.get(path, title_of(path).zh)


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
    return _masked(name, value, revealed)


def _masked(name: str, value: str, revealed: bool) -> str:
    if not value or revealed:
        return value
    masks = {"id_no": mask_id, "phone": mask_phone}
    return masks.get(name, lambda text: "*" * max(len(text) - 4, 0) + text[-4:])(value)


def _registered(only: list[Difference]) -> tuple[dict[int, HouseholdYear], dict[int, list[PersonYear]]]:
    """The year's sheets and members of households, each household's head first."""
    if not only:
        return {}, {}
    year, homes = only[0].year, {each.household_id for each in only}
    sheets = {each.household_id: each for each in HouseholdYear.objects.filter(household_id__in=homes, year=year)}
    there = Q(person__left_on__isnull=True) | Q(person__left_on__year__gt=year)
    found = PersonYear.objects.filter(there, household_id__in=homes, year=year).select_related("person")
    members: dict[int, list[PersonYear]] = {}
    for member in found.order_by("person__relation", "person_id"):
        members.setdefault(member.household_id, []).append(member)
    return sheets, members


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
