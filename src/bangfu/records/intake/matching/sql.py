"""DuckDB statements that set rows beside each other and beside the register's keys. Fixed texts; only columns vary."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.records.intake.cells.sql import literal, quote

NO = '"household.household_no"'
PERSON_NO = '"person.person_no"'
ID_NO = '"person.id_no"'
NAME = '"person.name"'
BIRTH = '"person.birth_date"'

#: ``decided`` are the rows that a person has decided about: what was doubtful of them holds them back no longer.
REFUSED = (
    "CREATE OR REPLACE TABLE refused AS SELECT DISTINCT sheet, row FROM findings f WHERE verdict = 'refused' "
    "OR (verdict = 'ask' AND NOT EXISTS (FROM decided d WHERE d.sheet = f.sheet AND d.row = f.row AND d.code = f.code))"
)
DROP_DECIDED = (
    "DELETE FROM findings WHERE verdict = 'ask' "
    "AND EXISTS (FROM decided d WHERE d.sheet = findings.sheet AND d.row = findings.row AND d.code = findings.code)"
)


def union(table: str, parts: Sequence[tuple[int, str, Sequence[str]]], required: Sequence[tuple[str, str]]) -> str:
    """Make one table of the typed rows of several sheets, with the ``required`` columns (name, type) in any case."""
    typed = ", ".join(f"CAST(NULL AS {kind}) AS {quote(name)}" for name, kind in required)
    empty = f"SELECT CAST(NULL AS TINYINT) AS sheet, CAST(NULL AS INTEGER) AS row, {typed} WHERE false"
    selects = [
        f"SELECT CAST({int(number)} AS TINYINT) AS sheet, t.row, {', '.join(columns)} FROM {quote(source)} t"
        for number, source, columns in parts
    ]
    return f"CREATE OR REPLACE TABLE {quote(table)} AS " + " UNION ALL BY NAME ".join((empty, *selects))


def as_json(pairs: Sequence[tuple[str, str]]) -> str:
    """Extension columns (name, column) as one JSON text without its missing members; NULL where all are missing."""
    listed = ", ".join(f"{literal(name)}, t.{quote(column)}" for name, column in pairs)
    return f"nullif(CAST(json_merge_patch('{{}}', json_object({listed})) AS VARCHAR), '{{}}')"


def first_known(column: str) -> str:
    """The value of the first row of a household that has one."""
    name = quote(column)
    return f"arg_min({name}, row) FILTER ({name} IS NOT NULL) AS {name}"


def member_homes(columns: Sequence[str]) -> str:
    """Make ``member_homes``: households that only their members' rows speak of, one row per household and year.

    ``differs`` says that its members carry more than one value in some column.
    """
    own = [column for column in columns if quote(column) != NO]
    listed = "".join(f", {first_known(column)}" for column in own)
    differs = " OR ".join(f"min({quote(column)}) <> max({quote(column)})" for column in own) or "false"
    return f"""CREATE OR REPLACE TABLE member_homes AS SELECT {NO}, year, min(sheet) AS sheet, min(row) AS row,
        arg_min(place_id, row) FILTER (place_id IS NOT NULL) AS place_id,
        arg_min(place_code, row) FILTER (place_id IS NOT NULL) AS place_code, count(DISTINCT place_id) AS places,
        coalesce({differs}, false) AS differs{listed}
        FROM people p WHERE {NO} IS NOT NULL AND NOT EXISTS (FROM refused r WHERE r.sheet = p.sheet AND r.row = p.row)
        AND {NO} NOT IN (SELECT {NO} FROM home_rows WHERE {NO} IS NOT NULL) GROUP BY ALL"""


SOME_DIFFER = "SELECT count(*) > 0 FROM member_homes WHERE differs"


def household_differs(number: int, path: str, raw: int) -> str:
    """Note members' rows whose value for the household differs from the one that was taken."""
    name = quote(path)
    return f"""INSERT INTO findings
        SELECT p.sheet, p.row, {literal(path)}, {int(raw)}, 'household_differs', NULL, NULL, 'notice'
        FROM people p JOIN member_homes h ON h.{NO} = p.{NO} AND h.year IS NOT DISTINCT FROM p.year
        WHERE h.differs AND p.sheet = {int(number)} AND p.{name} IS NOT NULL AND p.{name} IS DISTINCT FROM h.{name}"""


def add_findings(code: str, verdict: str, body: str) -> str:
    """Append findings out of a query of this module that gives sheet, row, path, raw, detail and value."""
    return (
        f"INSERT INTO findings "
        f"SELECT sheet, row, path, raw, {literal(code)}, CAST(detail AS VARCHAR), CAST(value AS VARCHAR), "
        f"{literal(verdict)} FROM ({body})"
    )


GOOD_PEOPLE = "people p WHERE NOT EXISTS (FROM refused r WHERE r.sheet = p.sheet AND r.row = p.row)"
GOOD_HOMES = "home_rows h WHERE NOT EXISTS (FROM refused r WHERE r.sheet = h.sheet AND r.row = h.row)"

DUPLICATE_HOUSEHOLD = f"""SELECT sheet, row, '' AS path, -1 AS raw, first AS detail, {NO} AS value FROM (
    SELECT *, row_number() OVER w AS place, first_value(row) OVER w AS first FROM {GOOD_HOMES}
    WINDOW w AS (PARTITION BY {NO}, year ORDER BY sheet, row)) WHERE place > 1"""


def _repeated(key: str) -> str:
    """The condition that a key stands in several rows of a year: only those need be set in order."""
    return f"{key} IN (SELECT {key} FROM people GROUP BY {key}, year HAVING count(*) > 1)"


#: Of rows with one number the first stands and the others come back. If the first was the wrong one, that shows when
#: the others are mended. A row that comes back for something else is told as well, but is never the first.
_DUPLICATE = f"""SELECT sheet, row, {{path}} AS path, -2 AS raw, first AS detail, {{column}} AS value FROM (
    SELECT sheet, row, {{column}}, row_number() OVER w AS place, first_value(row) OVER w AS first,
    first_value(back) OVER w AS all_back, {NO} <> first_value({NO}) OVER w
    OR {NAME} <> first_value({NAME}) OVER w OR {ID_NO} <> first_value({ID_NO}) OVER w AS differs
    FROM (SELECT *, EXISTS (FROM refused r WHERE r.sheet = p.sheet AND r.row = p.row) AS back
        FROM people p WHERE {{repeated}})
    WINDOW w AS (PARTITION BY {{column}}, year ORDER BY back, sheet, row))
    WHERE place > 1 AND differs AND NOT all_back"""
DUPLICATE_ID = _DUPLICATE.format(path="'person.id_no'", column=ID_NO, repeated=_repeated(ID_NO))
DUPLICATE_NUMBER = _DUPLICATE.format(path="'person.person_no'", column=PERSON_NO, repeated=_repeated(PERSON_NO))
_NAMED = f"'h' || concat_ws('|', {NO}, {NAME}, coalesce(CAST({BIRTH} AS VARCHAR), ''))"
KEY = f"coalesce('i' || {ID_NO}, 'n' || {PERSON_NO}, {_NAMED})"
DUPLICATE_ROW = f"""SELECT sheet, row, '' AS path, -1 AS raw, first AS detail, NULL AS value FROM (
    SELECT *, row_number() OVER w AS place, first_value(row) OVER w AS first FROM {GOOD_PEOPLE}
    AND {_repeated(KEY)}
    WINDOW w AS (PARTITION BY {KEY}, year ORDER BY sheet, row)) WHERE place > 1"""
DUPLICATE_PERSON_NO_ROW = f"""SELECT sheet, row, '' AS path, -1 AS raw, first AS detail, NULL AS value FROM (
    SELECT *, row_number() OVER w AS place, first_value(row) OVER w AS first
    FROM {GOOD_PEOPLE} AND {_repeated(PERSON_NO)}
    WINDOW w AS (PARTITION BY {PERSON_NO}, year ORDER BY sheet, row)) WHERE place > 1"""

PLACE_DIFFERS = f"""SELECT p.sheet, p.row, '' AS path, -1 AS raw, NULL AS detail, p.{NO} AS value
    FROM people p JOIN member_homes h ON h.{NO} = p.{NO} AND h.year IS NOT DISTINCT FROM p.year WHERE h.places > 1"""
#: ``homes``: every household and year that may go in, with the register's household beside it.
HOMES = f"""CREATE OR REPLACE TABLE homes AS SELECT h.*, k.id AS known_id, k.place_id AS known_place_id,
    k.place_code AS known_place_code FROM (
        SELECT *, false AS of_members FROM {GOOD_HOMES} UNION ALL BY NAME SELECT *, true AS of_members FROM member_homes
    ) h LEFT JOIN known_households k ON k.household_no = h.{NO}"""


def home_finding(condition: str, detail: str) -> str:
    """A finding on households ``h`` that meet a condition: on their own row, or on the rows of all their members."""
    return f"""SELECT h.sheet, h.row, '' AS path, -1 AS raw, {detail} AS detail, h.{NO} AS value FROM homes h
        WHERE NOT h.of_members AND {condition}
        UNION ALL SELECT p.sheet, p.row, '', -1, {detail}, p.{NO} FROM people p JOIN homes h
        ON h.{NO} = p.{NO} AND h.year IS NOT DISTINCT FROM p.year WHERE h.of_members AND {condition}"""


PLACE_MISSING = home_finding("h.known_id IS NULL AND h.place_id IS NULL", "NULL")
HOUSEHOLD_ELSEWHERE = home_finding(
    "NOT starts_with(h.place_code, h.known_place_code) AND NOT starts_with(h.known_place_code, h.place_code)",
    "h.known_place_code",
)
#: ``prefixes`` are those of the reader's area; there is no such table for the system.
HOUSEHOLD_OUTSIDE = home_finding(
    "h.known_id IS NOT NULL AND NOT EXISTS (FROM prefixes x WHERE starts_with(h.known_place_code, x.prefix))", "NULL"
)
#: The households that go in, one row per household and year, at the closest place that is known of them.
GOOD = """CREATE OR REPLACE TABLE good_homes AS SELECT h.* EXCLUDE (place_id, place_code, places, differs),
    CASE WHEN closer THEN place_id ELSE known_place_id END AS place_id,
    CASE WHEN closer THEN place_code ELSE known_place_code END AS place_code
    FROM (SELECT *, known_id IS NULL OR starts_with(place_code, known_place_code) IS TRUE AS closer FROM homes) h
    WHERE NOT EXISTS (FROM refused r WHERE r.sheet = h.sheet AND r.row = h.row)
    AND (NOT of_members OR coalesce(places, 0) < 2)"""
HOUSEHOLD_REFUSED = f"""SELECT p.sheet, p.row, '' AS path, -1 AS raw, b.first AS detail, p.{NO} AS value FROM people p
    JOIN (SELECT h.{NO}, min(h.row) AS first FROM home_rows h JOIN refused r ON r.sheet = h.sheet AND r.row = h.row
    GROUP BY ALL) b ON b.{NO} = p.{NO} WHERE NOT EXISTS (FROM good_homes g WHERE g.{NO} = p.{NO})"""

# --- persons and the register -----------------------------------------------------------------------------------

#: ``matched``: every person row that may go in, the register's household, and the persons its steps lead to.
MATCHED = f"""CREATE OR REPLACE TABLE matched AS
    SELECT p.sheet, p.row, p.year, p.{NO}, p.{PERSON_NO}, p.{ID_NO}, p.{NAME}, p.{BIRTH}, i.id_hash,
        g.known_id AS known_household_id, n.id AS by_number, n.household_id AS number_household_id,
        n.household_no AS number_household_no, n.id_no_hash AS number_hash,
        h.id AS by_id, h.household_id AS id_household_id, h.household_no AS id_household_no,
        h.person_no AS id_person_no, n.place_code AS number_place_code, h.place_code AS id_place_code
    FROM people p
    JOIN (SELECT {NO}, any_value(known_id) AS known_id FROM good_homes GROUP BY ALL) g ON g.{NO} = p.{NO}
    LEFT JOIN id_hashes i ON i.id_no = p.{ID_NO}
    LEFT JOIN known_persons n ON n.person_no = p.{PERSON_NO}
    LEFT JOIN known_persons h ON h.id_no_hash = i.id_hash
    WHERE NOT EXISTS (FROM refused r WHERE r.sheet = p.sheet AND r.row = p.row)"""
_M = "SELECT sheet, row, {path} AS path, -2 AS raw, {detail} AS detail, {value} AS value FROM matched WHERE {condition}"
STEPS_DISAGREE = _M.format(path="''", detail="NULL", value="NULL", condition="by_number <> by_id")
NUMBER_DIFFERS = _M.format(
    path="'person.person_no'",
    detail="NULL",
    value=PERSON_NO,
    condition=f"by_number IS NULL AND by_id IS NOT NULL AND id_person_no <> {PERSON_NO}",
)
ID_CHANGES = _M.format(
    path="'person.id_no'",
    detail="NULL",
    value=ID_NO,
    condition="by_number IS NOT NULL AND by_id IS NULL AND id_hash IS NOT NULL AND number_hash IS NOT NULL",
)
PERSON_ELSEWHERE = _M.format(
    path="'person.person_no'",
    detail="number_household_no",
    value=PERSON_NO,
    condition="by_number IS NOT NULL AND number_household_id IS DISTINCT FROM known_household_id",
)
ID_IN_REGISTER = _M.format(
    path="'person.id_no'",
    detail="id_household_no",
    value=ID_NO,
    condition="by_number IS NULL AND by_id IS NOT NULL AND id_household_id IS DISTINCT FROM known_household_id",
)
#: Persons of other households that lie outside of the reader's area, in ``prefixes``: nobody moves them from here.
PERSON_OUTSIDE = """SELECT sheet, row, '' AS path, -1 AS raw, NULL AS detail, NULL AS value FROM (
    SELECT sheet, row, known_household_id, unnest([number_household_id, id_household_id]) AS household_id,
    unnest([number_place_code, id_place_code]) AS place_code FROM matched)
    WHERE household_id IS NOT NULL AND household_id IS DISTINCT FROM known_household_id
    AND NOT EXISTS (FROM prefixes x WHERE starts_with(place_code, x.prefix)) GROUP BY ALL"""
#: Members of the same household and name in the register, for rows that numbers lead nowhere.
NAMESAKES = f"""CREATE OR REPLACE TABLE namesakes AS SELECT m.sheet, m.row, k.id,
        k.birth_date IS NOT DISTINCT FROM m.{BIRTH} AS same_birth,
        k.birth_date IS NULL OR m.{BIRTH} IS NULL AS birth_missing,
        k.id_no_hash IS NOT NULL AND m.id_hash IS NOT NULL AS ids_differ,
        k.person_no IS NOT NULL AND m.{PERSON_NO} IS NOT NULL AS numbers_differ
    FROM matched m JOIN known_persons k ON k.household_id = m.known_household_id AND k.name = m.{NAME}
    WHERE m.by_number IS NULL AND m.by_id IS NULL"""
_SURE = "same_birth AND NOT ids_differ AND NOT numbers_differ"
_DOUBTFUL = "(birth_missing AND NOT same_birth OR same_birth AND (ids_differ OR numbers_differ))"
#: The detail is how many members it could be.
PERHAPS_SAME = f"""SELECT sheet, row, '' AS path, -1 AS raw, greatest(sure, doubtful) AS detail, NULL AS value FROM (
    SELECT sheet, row, count(*) FILTER ({_SURE}) AS sure, count(*) FILTER ({_DOUBTFUL}) AS doubtful
    FROM namesakes GROUP BY ALL) WHERE sure > 1 OR sure = 0 AND doubtful > 0"""
#: What a doubt about a person rests on in the register, for rows that are doubtful or decided about.
ABOUTS = f"""CREATE OR REPLACE TABLE abouts AS SELECT m.sheet, m.row, md5(concat_ws('|', coalesce(m.by_number, 0),
        coalesce(m.by_id, 0), coalesce(m.number_household_id, 0), coalesce(m.id_household_id, 0),
        coalesce(m.known_household_id, 0), coalesce(n.ids, ''))) AS about,
        list_filter([m.number_place_code, m.id_place_code], x -> x IS NOT NULL) AS place_codes
    FROM matched m LEFT JOIN (SELECT sheet, row, string_agg(id, ',' ORDER BY id) AS ids FROM namesakes
        WHERE {_SURE} OR {_DOUBTFUL} GROUP BY ALL) n ON n.sheet = m.sheet AND n.row = m.row
    WHERE EXISTS (FROM findings f WHERE f.sheet = m.sheet AND f.row = m.row AND f.verdict = 'ask')
    OR EXISTS (FROM decided d WHERE d.sheet = m.sheet AND d.row = m.row)"""
_OF_PERSONS = "('steps_disagree', 'number_differs', 'id_changes', 'person_elsewhere', 'id_in_register', 'perhaps_same')"
#: A decision holds as long as the register says what it said then, and for persons who were in the decider's area.
DROP_STALE = f"""DELETE FROM decided USING abouts a WHERE a.sheet = decided.sheet AND a.row = decided.row
    AND decided.code IN {_OF_PERSONS} AND (decided.about <> a.about OR decided.prefixes IS NOT NULL
    AND len(list_filter(a.place_codes,
        x -> len(list_filter(decided.prefixes, y -> starts_with(x, y))) = 0)) > 0)"""
ABOUT = "SELECT sheet, row, about FROM abouts"
#: ``persons``: the person rows that go in, with the register's person where there is one, and a key that names the new
#: ones. Like ``matched`` it holds keys only; the values stay in ``people``.
PERSONS = f"""CREATE OR REPLACE TABLE persons AS
    SELECT m.sheet, m.row, m.year, m.{NO}, m.id_hash, coalesce(m.by_number, m.by_id, s.id) AS known_id,
        coalesce('i' || w.id_no, {KEY}) AS key
    FROM matched m LEFT JOIN (SELECT n.sheet, n.row, min(n.id) AS id FROM namesakes n
        LEFT JOIN decided d ON d.sheet = n.sheet AND d.row = n.row AND d.code = 'perhaps_same'
        WHERE CASE d.choice WHEN 'same' THEN {_DOUBTFUL} WHEN 'take' THEN false ELSE {_SURE} END
        GROUP BY ALL) s ON s.sheet = m.sheet AND s.row = m.row
    LEFT JOIN numbered w ON w.no = m.{PERSON_NO} AND m.{ID_NO} IS NULL
    WHERE NOT EXISTS (FROM refused r WHERE r.sheet = m.sheet AND r.row = m.row)"""
#: The ID numbers of persons who stand without one in another year of the file: by their person number.
NUMBERED = f"""CREATE OR REPLACE TABLE numbered AS SELECT {PERSON_NO} AS no, min({ID_NO}) AS id_no FROM people
    WHERE {ID_NO} IS NOT NULL AND {PERSON_NO} IN (SELECT {PERSON_NO} FROM people WHERE {ID_NO} IS NULL) GROUP BY ALL"""
SOME_TWICE = "SELECT count(known_id) > count(DISTINCT (known_id, year)) FILTER (known_id IS NOT NULL) FROM persons"
SAME_PERSON_TWICE = """SELECT sheet, row, '' AS path, -1 AS raw, first AS detail, NULL AS value FROM (
    SELECT *, row_number() OVER w AS place, first_value(row) OVER w AS first FROM persons WHERE known_id IS NOT NULL
    WINDOW w AS (PARTITION BY known_id, year ORDER BY sheet, row)) WHERE place > 1"""
HOUSEHOLD_NUMBERS = f"""SELECT DISTINCT {NO} FROM (SELECT {NO} FROM home_rows UNION ALL SELECT {NO} FROM member_homes)
    WHERE {NO} IS NOT NULL"""
ID_NUMBERS = f"SELECT DISTINCT {ID_NO} FROM people WHERE {ID_NO} IS NOT NULL"
#: What to look for in the register: numbers, hashes, and the register's households of the file.
WANTED_PERSONS = f"""SELECT p.{PERSON_NO} AS person_no, i.id_hash, g.known_id AS household_id FROM people p
    LEFT JOIN id_hashes i ON i.id_no = p.{ID_NO}
    LEFT JOIN (SELECT {NO}, any_value(known_id) AS known_id FROM good_homes GROUP BY ALL) g ON g.{NO} = p.{NO}"""
#: Households that only refused members spoke of have nothing to say.
DROP_EMPTY_HOMES = f"""DELETE FROM good_homes WHERE of_members AND known_id IS NULL
    AND {NO} NOT IN (SELECT {NO} FROM persons WHERE {NO} IS NOT NULL)"""


def keep(name: str) -> str:
    """Keep the registered value ``given`` as a table."""
    return f"CREATE OR REPLACE TABLE {quote(name)} AS SELECT * FROM given"


def known_or(column: str, derived: str, *, has: bool) -> str:
    """A value as the row states it, else as the ID number says."""
    return f"coalesce(t.{quote(column)}, t.{quote(derived)})" if has else f"t.{quote(derived)}"
