"""DuckDB statements that read cells: text in, typed values and fault codes out. They run on files and arrays only.

A column's texts come as the registered table ``given`` with ``n`` (the text), ``w`` (it had full-width digits) and
``o`` (an ID of another kind). A :class:`Reading` says how ``n`` is put into normal form ``v``, and what value and
fault code follow from it; a code may carry a detail behind a colon. Identifiers come from the schema and go through
:func:`quote`; file paths and limits are bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bangfu.records.intake.targets import CellForm, Target
from bangfu.records.places.years import FIRST_YEAR

#: Full-width digits, letters and signs that stand in numbers, codes and dates, each with its narrow twin.
WIDE = "０１２３４５６７８９ＸｘＥｅ．－＋／：，（）％"
NARROW = "0123456789XxEe.-+/:,()%"
#: Other dots that people type for the one between the parts of a name.
DOTS = "・•‧∙⋅．●"
TRUE_WORDS = ("是", "有", "1", "yes", "y", "true", "t", "√", "✓", "已参加", "参加", "享受")
FALSE_WORDS = ("否", "无", "0", "no", "n", "false", "f", "×", "✗", "未参加", "不参加", "没有", "未享受")
#: Weights and check digits of GB 11643-1999 (ISO 7064, MOD 11-2).
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
#: First two digits of ID numbers (GB/T 2260), foreign residents' 91 among them.
_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91"
)
PROVINCES = "(" + _PROVINCES.replace(" ", ", ") + ")"
#: What the ID numbers of invented people begin with (``analytics.synthesis.identity``).
INVENTED = "(99)"
#: Characters that nobody sees in a name: control signs, signs of no width, marks of the direction of writing.
UNSEEN = r"[\p{Cc}\p{Cf}]"
#: Signs that no name has; they come from formulas, addresses and other programs.
NOT_IN_NAMES = r"[=+@<>{}\[\]\\|^~\"#$%&*;:!?/_]"
#: Signs before a number that keep Excel from eating its digits.
APOSTROPHES = "'’‘＇"
#: A month without its day; a day as Excel counts it, from 1927 to 2063.
MONTH, SERIAL = r"'(19|20)\d{2}-?(0[1-9]|1[0-2]|[1-9])-?'", r"'[1-5]\d{4}'"
#: What an empty cell becomes when a program takes it for day 0 or 1.
EMPTY_DAYS = (
    "0",
    "1900-01-00",
    "1899-12-30",
    "1899-12-31",
    "1900-01-01",
    "1904-01-01",
    "1900-1-0",
    "1900-1-1",
    "0000-00-00",
)

#: A number that a program has written with an exponent.
_POWER = r"'\d(\.\d+)?E\+?\d+'"


def quote(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A constant of the program or of a mapping as a literal; cells are never written this way."""
    return "'" + text.replace("'", "''") + "'"


def _words(words: Sequence[str]) -> str:
    return "(" + ", ".join(map(literal, words)) + ")"


@dataclass(frozen=True)
class Reading:
    """How a cell is read: its normal form ``v`` out of ``n``, value and fault code out of ``v``, and what follows.

    ``between`` are columns out of ``v`` that value and fault code speak of, made once.
    """

    normal: str
    value: str
    fault: str
    more: Mapping[str, str] = field(default_factory=dict)
    between: Mapping[str, str] = field(default_factory=dict)


def read_cells(reading: Reading, *, narrow: bool) -> str:
    """Values and fault codes of the cells in ``given``; ``narrow`` turns full-width signs into ordinary ones."""
    text = f"translate(n, {literal(WIDE)}, {literal(NARROW)})" if narrow else "n"
    more = "".join(f", {expression} AS {quote(name)}" for name, expression in reading.more.items())
    between = "".join(f", {expression} AS {quote(name)}" for name, expression in reading.between.items())
    normal = f"SELECT {reading.normal} AS v, w, o FROM (SELECT {text} AS n, w, o FROM given)"
    return (
        f"SELECT CASE WHEN fault IS NULL OR fault IN ('full_width', 'month_only') "
        f"OR starts_with(fault, 'unusual:') OR starts_with(fault, 'day_number:') THEN value END "
        f"AS value, fault{more} "
        f"FROM (SELECT v, o, {reading.value} AS value, {reading.fault} AS fault "
        f"FROM (SELECT *{between} FROM ({normal})) CROSS JOIN facts f)"
    )


_WIDE_NOTICE = "WHEN w THEN 'full_width'"
_NUMBER = r"'[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?'"
_WHOLE = r"'[+-]?\d+(\.0*)?'"
_PLAIN_NUMBER = "replace(replace(n, ',', ''), ' ', '')"


def _text(target: Target, factor: float) -> Reading:
    limit = target.length or 200
    return Reading("n", "v", f"CASE WHEN length(v) > {limit} THEN 'text_too_long:{limit}' END")


def _number_text(target: Target, factor: float) -> Reading:
    limit = target.length or 40
    wrong = (
        rf"CASE WHEN regexp_full_match(v, '\d(\.\d+)?[eE]\+\d+') THEN 'precision_lost' "
        f"WHEN length(v) > {limit} THEN 'text_too_long:{limit}' {_WIDE_NOTICE} END"
    )
    return Reading(f"ltrim(replace(n, ' ', ''), {literal(APOSTROPHES)})", "v", wrong)


def _name(target: Target, factor: float) -> Reading:
    # No compatibility normalisation: it would replace rare characters of names by their common look-alikes.
    spaced = r"regexp_replace(replace(n, chr(12288), ' '), '[\t\r\n]+', ' ', 'g')"
    seen = rf"trim(regexp_replace({spaced}, '{UNSEEN}', '', 'g'))"
    dotted = rf"regexp_replace(translate({seen}, {literal(DOTS)}, {literal('·' * len(DOTS))}), '\s*·\s*', '·', 'g')"
    closed = rf"regexp_replace({dotted}, '([^\x00-\x7F])\s+([^\x00-\x7F])', '\1\2', 'g')"
    limit = target.length or 60
    # Most names are a few characters and nothing else.
    plain = r"regexp_full_match({}, '\p{{Han}}{{1,20}}')"
    closed = f"CASE WHEN {plain.format('n')} THEN n ELSE {closed} END"
    wrong = (
        f"CASE WHEN {plain.format('v')} THEN NULL WHEN length(v) > {limit} THEN 'text_too_long:{limit}' "
        r"WHEN regexp_matches(v, '\d{6}') THEN 'number_in_name' "
        f"WHEN regexp_matches(v, '{NOT_IN_NAMES}') THEN 'sign_in_name' END"
    )
    return Reading(closed, "v", wrong)


def _bounds(target: Target) -> tuple[int, int]:
    if target.extension:
        return -(2**53), 2**53
    if target.can_be is not None:
        return int(target.can_be[0]), int(target.can_be[1])
    return -(2**31), 2**31 - 1


def _unusual(target: Target, value: str, scale: int = 1) -> str:
    """Note a value that is seldom right; ``scale`` is how many of its units make one of those that people write."""
    if target.usual is None:
        return ""
    low, high = target.usual
    told = f"{low / scale:.0f}–{high / scale:.0f}"
    return f"WHEN ({value}) NOT BETWEEN {low:.0f} AND {high:.0f} THEN 'unusual:{told}' "


def _whole(target: Target, factor: float) -> Reading:
    low, high = _bounds(target)
    value = f"CASE WHEN regexp_full_match(v, {_WHOLE}) THEN try_cast(v AS BIGINT) END"
    wrong = (
        f"CASE WHEN v IS NULL THEN NULL WHEN NOT regexp_full_match(v, {_NUMBER}) THEN 'text_in_number' "
        # Ahead of the question whether it is whole: an enormous number may come without a dot or with an exponent.
        f"WHEN try_cast(v AS DOUBLE) NOT BETWEEN {low} AND {high} THEN 'out_of_range:{low}–{high}' "
        f"WHEN NOT regexp_full_match(v, {_WHOLE}) THEN 'not_whole' {_unusual(target, value)}{_WIDE_NOTICE} END"
    )
    return Reading(_PLAIN_NUMBER, value, wrong)


def _fen(target: Target, factor: float) -> Reading:
    amount = f"CAST(round(try_cast(v AS DECIMAL(28, 8)) * {int(factor)}) AS BIGINT)"
    number = f"regexp_full_match(v, {_NUMBER})"
    # Most amounts are whole; the long way to an exact decimal costs twenty times as much.
    whole = r"regexp_full_match(v, '\d{1,11}')"
    between = "try_cast(v AS DOUBLE) BETWEEN -1e12 AND 1e12"
    value = f"CASE WHEN {whole} THEN CAST(v AS BIGINT) * {int(factor)} WHEN {number} AND {between} THEN {amount} END"
    wrong = (
        f"CASE WHEN v IS NULL THEN NULL WHEN NOT {whole} AND NOT {number} THEN 'text_in_number' "
        f"WHEN NOT ({between}) THEN 'out_of_range:±10¹²' "
        f"{_unusual(target, f'try_cast(v AS DOUBLE) * {int(factor)}', 100)}{_WIDE_NOTICE} END"
    )
    return Reading(_PLAIN_NUMBER, value, wrong)


def _decimal(target: Target, factor: float) -> Reading:
    value = "try_cast(v AS DOUBLE)" + (f" * {factor!r}" if factor != 1 else "")
    limits = target.can_be or (None if target.extension else (0, 1e15))
    beyond = ""
    if limits is not None:
        low, high = limits
        beyond = f"WHEN {value} NOT BETWEEN {low:.0f} AND {high:.0f} THEN 'out_of_range:{low:.0f}–{high:.0f}' "
    wrong = (
        f"CASE WHEN v IS NULL THEN NULL WHEN NOT regexp_full_match(v, {_NUMBER}) THEN 'text_in_number' "
        f"WHEN {value} IS NULL OR NOT isfinite({value}) THEN 'out_of_range:±1e308' "
        f"{beyond}{_unusual(target, value)}{_WIDE_NOTICE} END"
    )
    return Reading(_PLAIN_NUMBER, f"CASE WHEN regexp_full_match(v, {_NUMBER}) THEN {value} END", wrong)


def _flag(target: Target, factor: float) -> Reading:
    value = f"CASE WHEN v IN {_words(TRUE_WORDS)} THEN true WHEN v IN {_words(FALSE_WORDS)} THEN false END"
    return Reading("lower(n)", value, f"CASE WHEN v IS NOT NULL AND ({value}) IS NULL THEN 'not_yes_no' END")


def _day(target: Target, factor: float) -> Reading:
    text = r"regexp_replace(replace(regexp_replace(n, '[年月./]', '-', 'g'), '日', ''), '[ T]0?0:00(:00)?(\.0+)?$', '')"
    text = rf"regexp_replace({text}, '^(\d{{4}})(\d{{2}})(\d{{2}})$', '\1-\2-\3')"
    # Most days are written as they are stored.
    text = rf"CASE WHEN regexp_full_match(n, '\d{{4}}-\d{{2}}-\d{{2}}') THEN n ELSE {text} END"
    dated = r"regexp_full_match(v, '\d{4}-\d{1,2}-\d{1,2}')"
    first = r"try_cast(regexp_replace(v, '^(\d{4})-?(\d{1,2})-?$', '\1-\2-01') AS DATE)"
    # Half of a birth date would contradict the other half in the ID number.
    month = f"regexp_full_match(v, {MONTH})" if target.path != "person.birth_date" else "false"
    serial = f"regexp_full_match(v, {SERIAL})"
    value = (
        f"CASE WHEN {dated} AND v NOT IN {_words(EMPTY_DAYS)} THEN try_cast(v AS DATE) WHEN {month} THEN {first} "
        f"WHEN {serial} THEN DATE '1899-12-30' + CAST(v AS INTEGER) END"
    )
    wrong = (
        f"CASE WHEN v IS NULL THEN NULL WHEN v IN {_words(EMPTY_DAYS)} THEN 'date_empty' "
        f"WHEN ({value}) IS NULL THEN 'not_a_date' WHEN ({value}) < DATE '1880-01-01' THEN 'date_out_of_range' "
        f"WHEN ({value}) > f.today THEN 'date_in_future' WHEN {month} THEN 'month_only' "
        f"WHEN {serial} THEN 'day_number:' || ({value}) {_WIDE_NOTICE} END"
    )
    return Reading(text, value, wrong)


def _year(target: Target, factor: float) -> Reading:
    value = r"CASE WHEN regexp_full_match(v, '(19|20)\d\d') THEN CAST(v AS SMALLINT) END"
    wrong = (
        f"CASE WHEN v IS NULL THEN NULL WHEN ({value}) IS NULL THEN 'not_a_year' "
        f"WHEN ({value}) < {FIRST_YEAR} THEN 'year_too_early:{FIRST_YEAR}' "
        f"WHEN ({value}) > year(f.today) + 1 THEN 'year_in_future' {_WIDE_NOTICE} END"
    )
    # A month or day of the year is more than was asked: 2014年1月, 201401, 2014-01-05.
    year = r"regexp_replace(n, '^((19|20)\d\d)((0[1-9]|1[0-2])|[-/.年]\d{1,2}([-/.月]?(\d{1,2}日?)?))$', '\1')"
    return Reading(rf"regexp_replace({year}, '(年度?|\.0+)$', '')", value, wrong)


def _check_digit(text: str) -> str:
    """The check digit that belongs to the first 17 digits."""
    terms = " + ".join(
        f"(ord(substr({text}, {place}, 1)) - 48) * {weight}" for place, weight in enumerate(ID_WEIGHTS, 1)
    )
    return f"substr({literal(CHECK_DIGITS)}, 1 + CAST(({terms}) % 11 AS INTEGER), 1)"


def _check_digit_of(number: str) -> str:
    """The same of the first 17 digits as a whole number, in half the time."""
    terms = " + ".join(
        f"({number} // {10 ** (17 - place)} % 10) * {weight}" for place, weight in enumerate(ID_WEIGHTS, 1)
    )
    return f"substr({literal(CHECK_DIGITS)}, 1 + CAST(({terms}) % 11 AS INTEGER), 1)"


def _id(target: Target, factor: float) -> Reading:
    born = "try_strptime(substr(v, 7, 8), '%Y%m%d')"
    digit = _check_digit_of("d")
    old = _check_digit("(substr(v, 1, 6) || '19' || substr(v, 7, 9))")
    wrong = rf"""CASE WHEN v IS NULL OR o OR starts_with(v, '999999') THEN NULL WHEN w THEN 'id_full_width'
        WHEN regexp_full_match(v, '\d{{17}}[\dX](\d{{2}}|\d[\dA-Z]{{3}})?') THEN
            CASE WHEN substr(v, 18, 1) <> {digit} AND length(v) = 18 AND ends_with(v, '000') THEN 'id_precision'
                WHEN substr(v, 18, 1) <> {digit} THEN 'id_check:' || {digit}
                WHEN {born} IS NULL OR {born} > f.today THEN 'id_birth'
                WHEN length(v) > 18 AND NOT regexp_matches(substr(v, 19, 2), '[1-7][1-4]') THEN 'id_disability' END
        WHEN regexp_full_match(v, {_POWER}) THEN 'id_precision'
        WHEN regexp_full_match(v, '\d{{15}}') THEN 'id_15:' || {old}
        WHEN regexp_full_match(v, '\d{{17}}') AND {digit} = 'X' THEN 'id_lost_x'
        WHEN regexp_matches(v, '[^0-9X]') THEN 'id_letters'
        ELSE 'id_length:' || length(v) END"""
    # A faulty number says nothing.
    sound = "(fault IS NULL AND NOT o AND NOT starts_with(v, '999999') AND length(v) >= 18)"
    kind = (
        "CASE WHEN v IS NULL THEN NULL WHEN starts_with(v, '999999') THEN 'none' WHEN o THEN 'other' "
        "WHEN length(v) = 18 THEN 'id18' WHEN length(v) = 20 THEN 'dis20' "
        "WHEN length(v) = 22 THEN 'dis22' ELSE 'other' END"
    )
    more = {
        "kind": kind,
        "valid": f"CASE WHEN {sound} THEN true END",
        "birth": f"CASE WHEN {sound} THEN CAST({born} AS DATE) END",
        "sex": f"CASE WHEN {sound} THEN CASE ord(substr(v, 17, 1)) % 2 WHEN 1 THEN '1' ELSE '2' END END",
        "region": f"CASE WHEN {sound} THEN try_cast(substr(v, 1, 2) AS TINYINT) END",
    }
    value = "CASE WHEN NOT starts_with(v, '999999') THEN v END"
    bare = f"ltrim(upper(replace(replace(n, ' ', ''), '-', '')), {literal(APOSTROPHES)})"
    normal = f"CASE WHEN regexp_full_match(n, '[0-9X]+') THEN n ELSE {bare} END"
    return Reading(normal, value, wrong, more, {"d": "try_cast(substr(v, 1, 17) AS BIGINT)"})


def holds_cut_id(column: str) -> str:
    """Whether a column holds an ID number that Excel has cut, by its text. Bound: the file, the row of the headings,
    the rows that are no data."""
    signs = literal(" -\t\r\n\u3000\u00a0")
    bare = f"ltrim(upper(translate({quote(column)}, {signs}, '')), {literal(APOSTROPHES)})"
    cut = (
        rf"CASE WHEN ends_with(v, '000') THEN regexp_full_match(v, '\d{{18}}') AND {_check_digit('v')} <> '0' "
        f"ELSE contains(v, 'E') AND regexp_full_match(v, {_POWER}) END"
    )
    # Few numbers hold either sign of it, and putting a text into normal form costs most of the time.
    may = "(" + " OR ".join(f"contains({quote(column)}, '{sign}')" for sign in ("000", "E", "e")) + ")"
    rows = f"SELECT {bare} AS v FROM read_parquet($file) WHERE {may} AND row > $top AND NOT list_contains($left, row)"
    return f"SELECT count(*) > 0 FROM (SELECT 1 FROM ({rows}) WHERE {cut} LIMIT 1)"


_PHONE = r"'(1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7})'"


def _phone(target: Target, factor: float) -> Reading:
    normal = r"regexp_replace(regexp_replace(n, '[ \-()]', '', 'g'), '^(\+|00)86', '')"
    valid = f"CASE WHEN v IS NOT NULL THEN regexp_full_match(v, {_PHONE}) END"
    wrong = (
        r"CASE WHEN regexp_full_match(v, '\d(\.\d+)?[eE]\+\d+') THEN 'precision_lost' "
        f"WHEN length(v) > 30 THEN 'text_too_long:30' {_WIDE_NOTICE} END"
    )
    return Reading(normal, "v", wrong, {"valid": valid})


_READINGS: Mapping[CellForm, Callable[[Target, float], Reading]] = {
    CellForm.TEXT: _text,
    CellForm.NAME: _name,
    CellForm.NUMBER_TEXT: _number_text,
    CellForm.WHOLE: _whole,
    CellForm.FEN: _fen,
    CellForm.DECIMAL: _decimal,
    CellForm.FLAG: _flag,
    CellForm.DAY: _day,
    CellForm.YEAR: _year,
    CellForm.ID: _id,
    CellForm.PHONE: _phone,
}


def reading_of(target: Target, factor: float) -> Reading:
    """How the cells of a target are read. Codes are looked up in Python, word by word, and have none."""
    return _READINGS[target.form](target, factor)


#: Words of a row of sums or of a template's example, and words that begin a line of signatures or notes below a table.
SUMS = "(合|总|小|共|累|本页合|本页小)计(户|人|数|户数|人数)?[:：]?|示例.*|Example.*"
_SIGNERS = "填表|制表|审核|填报|复核|负责|联系|经办|录入|导出|打印|统计|调查|单位|村|乡镇|主要"
SIGNATURES = (
    f"({_SIGNERS})*(人|日期|时间|单位|负责人|联系人|盖章|签字|签章)([(（](签字|签章|盖章|公章)[)）])?[:：].*"
    "|(注|备注|说明|填表说明)[:：].*"
)
UNITS = "[(（]?(元|万元|亩|人|口|户|个|月|个月|公里|千米|米|平方米|㎡|m2|%|是/否)[)）]?"
NUMBERING = "[(（]?([0-9]{1,3}|甲|乙|丙|丁|戊|己|庚|辛)[)）]?"
#: Signatures stand among the last rows, units and numbers of columns right below the headings.
FOOT_ROWS, HEAD_ROWS = 40, 2
LAST_ROW = "SELECT max(row) FROM read_parquet($file)"


def rows_beside_data(columns: Sequence[str], looked_at: Sequence[str]) -> str:
    """Numbers of rows that are no data: sums, signatures, units or numbers below the headings.

    ``columns`` are all of a sheet, ``looked_at`` those in which the word of a sum may stand. Bound: the file, the row
    of the headings, the number of the last row.
    """
    squeezed = {name: f"regexp_replace({quote(name)}, '[\\s\u3000]', '', 'g')" for name in columns}
    sums = " OR ".join(
        f"(length({quote(name)}) < 60 AND regexp_full_match({squeezed[name]}, {literal(SUMS)}))" for name in looked_at
    )
    filled = "list_filter([" + ", ".join(squeezed[name] for name in columns) + "], lambda x: x <> '')"
    foot = f"regexp_full_match(({filled})[1], {literal(SIGNATURES)})"
    head = " OR ".join(
        f"len(list_filter({filled}, lambda x: NOT regexp_full_match(x, {literal(pattern)}))) = 0"
        for pattern in (UNITS, NUMBERING)
    )
    near_head, near_foot = f"row <= $top + {HEAD_ROWS} AND row < $last", f"row > $last - {FOOT_ROWS}"
    return (
        f"SELECT row FROM read_parquet($file) WHERE row > $top "
        f"AND ({sums} OR ({near_head} AND ({head})) OR ({near_foot} AND {foot})) ORDER BY row"
    )
