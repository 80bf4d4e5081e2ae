"""DuckDB statements that set an export beside the register. Fixed texts; only columns of the schema vary.

``people`` and ``home_rows`` are the typed rows of the intake, ``findings`` what it found of their cells. Everything
of this module is called ``x_…``, so that it meets no table of the intake.
"""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.records.intake.cells.sql import literal, quote

NO = '"household.household_no"'
PERSON_NO = '"person.person_no"'
NAME = '"person.name"'
BIRTH = '"person.birth_date"'
ID_KIND = '"person.id_kind"'
#: Between the person number and the ID number of a person whom only the export has.
BETWEEN_NUMBERS = "|"
#: Findings that do not make a cell unreadable: nothing was written in it.
_SAYS_NOTHING = "('required_blank', 'date_empty')"

# --- what lies where --------------------------------------------------------------------------------------------

#: ``x_place``: the place of each row, also where it lies outside of the area asked for.
PLACES = """CREATE OR REPLACE TABLE x_outside AS SELECT sheet, row, any_value(detail) AS place_code FROM findings
    WHERE code = 'place_outside' AND detail IS NOT NULL GROUP BY ALL"""
#: Cells that say something nobody can read.
BAD_CELLS = f"""CREATE OR REPLACE TABLE x_bad AS SELECT DISTINCT sheet, row, path FROM findings
    WHERE path <> '' AND code NOT IN {_SAYS_NOTHING}"""


def all_rows(sources: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Make ``x_rows``: what every row says of its household. ``sources`` are tables with their household columns."""
    selects = [
        f"SELECT t.sheet, t.row, CAST(t.sheet AS BIGINT) * 100000000 + t.row AS line, t.year, "
        f"coalesce(t.place_code, o.place_code) AS place_code, t.{NO} AS no"
        + "".join(f", t.{quote(column)}" for column in columns)
        + f" FROM {quote(table)} t LEFT JOIN x_outside o ON o.sheet = t.sheet AND o.row = t.row"
        for table, columns in sources
    ]
    return "CREATE OR REPLACE TABLE x_rows AS " + " UNION ALL BY NAME ".join(selects)


def their_homes(columns: Sequence[str]) -> str:
    """Make ``x_theirs``: one row per household of the year. Bound: year, the area's code.

    A household lies inside by its place, or because the register knows it in the area.
    """
    firsts = "".join(f", arg_min({quote(c)}, line) FILTER ({quote(c)} IS NOT NULL) AS {quote(c)}" for c in columns)
    return f"""CREATE OR REPLACE TABLE x_theirs AS SELECT * FROM (
        SELECT no, arg_min(sheet, line) AS sheet, arg_min(row, line) AS row,
        arg_min(place_code, line) FILTER (place_code IS NOT NULL) AS place_code{firsts}
        FROM x_rows WHERE year = $year AND no IS NOT NULL GROUP BY no)
        WHERE starts_with(place_code, $area) OR no IN (SELECT no FROM x_ours)"""


#: Villages without any row in the export are not compared; ``x_covered`` are the others: those that the export names,
#: and those of the households that both sides have where the export names no village, or none that can be read. What
#: it puts elsewhere covers nothing here. A code above the village covers only what is known no closer.
COVERED = """CREATE OR REPLACE TABLE x_covered AS SELECT DISTINCT left(place_code, $length) AS village FROM x_theirs
    WHERE starts_with(place_code, $area) UNION SELECT DISTINCT left(o.place_code, $length)
    FROM x_theirs t JOIN x_ours o ON o.no = t.no
    WHERE CASE WHEN t.place_code IS NULL THEN NOT EXISTS (FROM findings f
        WHERE f.sheet = t.sheet AND f.row = t.row AND f.code = 'place_contradicts')
    ELSE length(t.place_code) < $length
        AND (starts_with($area, t.place_code) OR starts_with(t.place_code, $area)) END"""
IS_COVERED = "left({code}, $length) IN (SELECT village FROM x_covered)"
#: Whether any row of the year lies in the area or is known no closer than above it; and the first that names a place
#: which is not found there.
ANY_INSIDE = """SELECT count(*) > 0 FROM x_rows WHERE year = $year
    AND (starts_with(place_code, $area) OR starts_with($area, place_code))"""
NAMED_ELSEWHERE = """SELECT f.sheet, f.row, f.raw FROM findings f JOIN x_rows r ON r.sheet = f.sheet AND r.row = f.row
    WHERE r.year = $year AND f.raw >= 0
    AND f.code IN ('place_outside', 'place_contradicts', 'place_unknown', 'place_nearest', 'place_ambiguous')
    ORDER BY f.sheet, f.row, f.raw LIMIT 1"""
BAD_HOMES = """CREATE OR REPLACE TABLE x_bad_homes AS SELECT DISTINCT r.no, b.path FROM x_bad b
    JOIN x_rows r ON r.sheet = b.sheet AND r.row = b.row WHERE r.no IS NOT NULL AND r.year = $year"""
COUNTS = f"""SELECT
    (SELECT count(*) FROM x_theirs) AS theirs, (SELECT count(*) FROM x_ours) AS ours,
    (SELECT count(*) FROM x_theirs t JOIN x_ours o ON o.no = t.no) AS both,
    (SELECT count(*) FROM x_ours o WHERE NOT {IS_COVERED.format(code="o.place_code")}) AS uncovered,
    (SELECT count(*) FROM x_rows WHERE year IS DISTINCT FROM $year) AS other_year,
    (SELECT count(*) FROM x_rows r WHERE year = $year AND (no IS NULL OR no NOT IN (SELECT no FROM x_theirs)))
        AS outside,
    (SELECT count(*) FROM x_people WHERE copy > 1)
        + (SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM home_rows h
            WHERE h.year = $year AND h.{NO} IS NOT NULL GROUP BY h.{NO})) AS repeated,
    (SELECT count(*) FROM x_matched) AS persons"""

# --- persons ----------------------------------------------------------------------------------------------------


def people(columns: Sequence[str], *, has_id: bool) -> str:
    """Make ``x_people``: the person rows of the compared households, with the register's hash of their ID.

    ``copy`` is 1 for the row that counts of several that name one person.
    """
    hashed = "h.hash" if has_id else "CAST(NULL AS BLOB)"
    join = "LEFT JOIN x_hashes h ON h.path = 'person.id_no' AND h.value = p.\"person.id_no\"" if has_id else ""
    listed = "".join(f", p.{quote(column)}" for column in columns)
    key = f"coalesce('n' || {PERSON_NO}, 'i' || hex(id_hash), 'h' || concat_ws('|', no, {NAME}, {BIRTH}))"
    return f"""CREATE OR REPLACE TABLE x_people AS SELECT *, {key} AS key,
        row_number() OVER (PARTITION BY {key} ORDER BY sheet, row) AS copy FROM (
        SELECT p.sheet, p.row, p.{NO} AS no, p.{PERSON_NO}, p.{NAME}, p.{BIRTH}, {hashed} AS id_hash{listed}
        FROM people p {join}
        WHERE p.year = $year AND p.{NO} IN (SELECT no FROM x_theirs)
        AND ({PERSON_NO} IS NOT NULL OR {NAME} IS NOT NULL OR {hashed} IS NOT NULL))"""


#: ``x_matched``: each person row that counts, with the register's person: by number, then ID, then household, name and
#: birth date where that names one member only. ``unclear``: number and ID lead to two persons.
MATCHED = f"""CREATE OR REPLACE TABLE x_matched AS
    WITH numbered AS (SELECT p.key, n.id AS by_no, i.id AS by_id FROM x_people p
        LEFT JOIN x_our_people n ON n.person_no = p.{PERSON_NO}
        LEFT JOIN (SELECT id_hash, min(id) AS id FROM x_our_people WHERE id_hash IS NOT NULL GROUP BY ALL) i
        ON i.id_hash = p.id_hash WHERE p.copy = 1),
    taken AS (SELECT DISTINCT coalesce(by_no, by_id) AS id FROM numbered WHERE coalesce(by_no, by_id) IS NOT NULL),
    left_over AS (FROM x_our_people o ANTI JOIN taken USING (id)),
    namesakes AS (SELECT p.key, o.id FROM x_people p JOIN numbered n ON n.key = p.key
        JOIN left_over o ON o.no = p.no AND replace(replace(o.name, ' ', ''), '·', '')
            = replace(replace(p.{NAME}, ' ', ''), '·', '')
        AND (o.birth = p.{BIRTH} OR o.birth IS NULL OR p.{BIRTH} IS NULL)
        WHERE p.copy = 1 AND n.by_no IS NULL AND n.by_id IS NULL),
    sure AS (SELECT key, id FROM namesakes
        QUALIFY count(*) OVER (PARTITION BY key) = 1 AND count(*) OVER (PARTITION BY id) = 1),
    found AS (SELECT p.*, coalesce(n.by_no, n.by_id, s.id) AS id, n.by_no <> n.by_id AS unclear
        FROM x_people p JOIN numbered n ON n.key = p.key LEFT JOIN sure s ON s.key = p.key WHERE p.copy = 1)
    SELECT * EXCLUDE (copy),
        row_number() OVER (PARTITION BY coalesce(CAST(id AS VARCHAR), key) ORDER BY sheet, row) AS copy
    FROM found QUALIFY copy = 1"""  # fmt: skip
#: ``x_unclear``: the persons between whom a row is unclear, so nothing is known of them.
UNCLEAR_PERSONS = """CREATE OR REPLACE TABLE x_unclear AS SELECT id FROM x_matched WHERE unclear
    UNION SELECT o.id FROM x_our_people o JOIN x_matched m ON m.unclear AND m.id_hash = o.id_hash
    WHERE o.id NOT IN (SELECT id FROM x_matched WHERE id IS NOT NULL)"""

# --- differences ------------------------------------------------------------------------------------------------

FOUND = """CREATE OR REPLACE TABLE x_found (no VARCHAR, household_id BIGINT, person_id BIGINT, person_key VARCHAR,
    name VARCHAR, place_code VARCHAR, path VARCHAR, kind VARCHAR, ours VARCHAR, theirs VARCHAR)"""
ONLY_OURS = f"""INSERT INTO x_found SELECT o.no, o.id, NULL, '', coalesce(o.head, ''), o.place_code, 'household',
    'only_ours', NULL, NULL FROM x_ours o
    WHERE o.no IS NOT NULL AND o.no NOT IN (SELECT no FROM x_theirs) AND {IS_COVERED.format(code="o.place_code")}"""
ONLY_THEIRS = """INSERT INTO x_found SELECT t.no, NULL, NULL, '', '', t.place_code, 'household',
    'only_theirs', NULL, NULL
    FROM x_theirs t WHERE t.no NOT IN (SELECT no FROM x_ours WHERE no IS NOT NULL)"""
PERSONS_ONLY_OURS = """INSERT INTO x_found SELECT h.no, h.id, o.id, 'p' || o.id, coalesce(o.name, ''), h.place_code,
    'person', 'only_ours', NULL, NULL FROM x_our_people o JOIN x_ours h ON h.id = o.household_id
    JOIN x_theirs t ON t.no = h.no
    WHERE o.id NOT IN (SELECT id FROM x_matched WHERE id IS NOT NULL) AND o.id NOT IN (FROM x_unclear)"""


def persons_only_theirs(*, has_id: bool) -> str:
    """Add the persons that only the export has, with both of their numbers there: nothing else says who is meant."""
    id_no = "coalesce(m.\"person.id_no\", '')" if has_id else "''"
    return f"""INSERT INTO x_found SELECT h.no, h.id, NULL, m.key, coalesce(m.{NAME}, ''), h.place_code,
        'person', 'only_theirs', NULL, nullif(coalesce(m.{PERSON_NO}, '') || '{BETWEEN_NUMBERS}' || {id_no},
        '{BETWEEN_NUMBERS}') FROM x_matched m JOIN x_ours h ON h.no = m.no WHERE m.id IS NULL"""


#: Number and ID lead to two persons: which one is meant cannot be said, so nothing of them is compared.
UNCLEAR = f"""INSERT INTO x_found SELECT h.no, h.id, m.id, 'p' || m.id, coalesce(m.{NAME}, ''), h.place_code,
    'person.identity', 'unreadable', NULL, NULL FROM x_matched m JOIN x_ours h ON h.no = m.no WHERE m.unclear"""
ELSEWHERE = f"""INSERT INTO x_found SELECT h.no, h.id, o.id, 'p' || o.id, coalesce(m.{NAME}, ''), h.place_code,
    'person.household_no', 'differs', o.no, m.no FROM x_matched m JOIN x_our_people o ON o.id = m.id
    JOIN x_ours h ON h.id = o.household_id WHERE o.no <> m.no AND m.unclear IS NOT TRUE"""


def place_differs(*, named: bool) -> str:
    """Add the households that lie elsewhere; where the export names places, also those whose place cannot be read."""
    unread = "t.place_code IS NULL OR " if named else ""
    return f"""INSERT INTO x_found SELECT o.no, o.id, NULL, '', coalesce(o.head, ''), o.place_code, 'row.place',
        CASE WHEN t.place_code IS NULL THEN 'unreadable' ELSE 'differs' END, o.place_code, t.place_code
        FROM x_theirs t JOIN x_ours o ON o.no = t.no WHERE {unread}
        NOT (starts_with(o.place_code, t.place_code) OR starts_with(t.place_code, o.place_code))"""


#: Conditions of one column: both sides say the same, no spelling counts, the cell cannot be read.
SAME = "ours = theirs"
NEVER = "false"
UNREAD = "bad"
#: A number of nobody (999999…) is read as none; its kind says so.
UNREAD_ID = "bad OR no_number"


def at_most_apart(amount: float) -> str:
    """The condition that two numbers are no more than so far apart."""
    return f"abs(ours - theirs) <= {float(amount)!r}"


def rounded_alike(step: int) -> str:
    """The condition that two amounts agree where one side is rounded to whole steps."""
    return f"abs(ours - theirs) * 2 <= {int(step)}"


def kinds(same: str, spelled: str, bad: str) -> str:
    """The kind of difference of ``ours`` and ``theirs``; NULL where there is none."""
    return (
        f"CASE WHEN theirs IS NULL AND ({bad}) THEN 'unreadable' WHEN ours IS NULL AND theirs IS NULL THEN NULL "
        f"WHEN theirs IS NULL THEN 'empty_theirs' WHEN ours IS NULL THEN 'empty_ours' WHEN {same} THEN NULL "
        f"WHEN {spelled} THEN 'spelling' ELSE 'differs' END"
    )


def compare_homes(path: str, select: str, kind: str) -> str:
    """Add the differences of one column of households. ``select`` gives both sides and what else counts."""
    return f"""INSERT INTO x_found SELECT no, id, NULL, '', coalesce(head, ''), place_code, {literal(path)}, kind,
        CAST(shown_ours AS VARCHAR), CAST(shown_theirs AS VARCHAR) FROM (SELECT *, {kind} AS kind FROM (
        SELECT o.no, o.id, o.head, o.place_code, {select},
            EXISTS (FROM x_bad_homes b WHERE b.no = t.no AND b.path = {literal(path)}) AS bad
        FROM x_theirs t JOIN x_ours o ON o.no = t.no)) WHERE kind IS NOT NULL"""


def compare_people(path: str, select: str, kind: str) -> str:
    """Add the differences of one column of persons that both sides have."""
    return f"""INSERT INTO x_found SELECT no, household_id, id, 'p' || id, coalesce(name, ''), place_code,
        {literal(path)}, kind, CAST(shown_ours AS VARCHAR), CAST(shown_theirs AS VARCHAR) FROM (
        SELECT *, {kind} AS kind FROM (SELECT h.no, h.id AS household_id, o.id, o.name, h.place_code, {select},
            EXISTS (FROM x_bad b WHERE b.sheet = t.sheet AND b.row = t.row AND b.path = {literal(path)}) AS bad
        FROM x_matched t JOIN x_our_people o ON o.id = t.id JOIN x_ours h ON h.id = o.household_id
        WHERE t.unclear IS NOT TRUE)) WHERE kind IS NOT NULL"""


def plain(path: str) -> str:
    """Both sides of a column as they are."""
    name = quote(path)
    return f"o.{name} AS ours, t.{name} AS theirs, o.{name} AS shown_ours, t.{name} AS shown_theirs"


def coded(path: str, codes: str) -> str:
    """Both sides of a code by what it means, and as it is."""
    name = quote(path)

    def meaning(side: str) -> str:
        known = f"m.list = {literal(codes)} AND m.code = {side}.{name}"
        found = f"(SELECT any_value(m.meaning) FROM x_meanings m WHERE {known})"
        return f"coalesce({found}, {side}.{name})"  # fmt: skip

    return f"{meaning('o')} AS ours, {meaning('t')} AS theirs, o.{name} AS shown_ours, t.{name} AS shown_theirs"


def sealed(path: str, *, of_id: bool) -> str:
    """Both sides of a personal field by its keyed hash; only the export's value is given on."""
    name = quote(path)
    found = f"(SELECT any_value(x.hash) FROM x_hashes x WHERE x.path = {literal(path)} AND x.value = t.{name})"
    nobody = f", t.{ID_KIND} IS NOT DISTINCT FROM 'none' AS no_number" if of_id else ""
    return f"o.{name} AS ours, {found} AS theirs, NULL AS shown_ours, t.{name} AS shown_theirs{nobody}"


def with_answers(select: str, paths: Sequence[str]) -> str:
    """A column's both sides, and those of all answers to its question, in an order of their own."""

    def side(alias: str) -> str:
        listed = ", ".join(f"{alias}.{quote(path)}" for path in paths)
        return f"list_sort(list_filter([{listed}], x -> x IS NOT NULL))"

    return f"{select}, {side('o')} AS all_ours, {side('t')} AS all_theirs"


def unless_same_answers(kind: str) -> str:
    """The kind of difference, or none where both sides give the same answers in another order."""
    return f"CASE WHEN all_ours = all_theirs AND NOT bad THEN NULL ELSE {kind} END"


def spelled_alike(dots: str) -> str:
    """The condition that two texts differ by spaces, dots and width only."""

    def bare(side: str) -> str:
        return f"lower(regexp_replace(nfc_normalize({side}), '[\\s{dots}]', '', 'g'))"

    return f"{bare('ours')} = {bare('theirs')}"


def columns_of(table: str) -> str:
    """The columns of a table, their names first."""
    return f"DESCRIBE {quote(table)}"


def some(path: str, table: str) -> str:
    """Whether any row of a table says something in a column."""
    return f"SELECT count({quote(path)}) > 0 FROM {quote(table)}"


def whole_steps(path: str, table: str, steps: Sequence[int]) -> str:
    """For each step whether all amounts of a column are whole multiples of it."""
    listed = ", ".join(f"coalesce(bool_and({quote(path)} % {int(step)} = 0), false)" for step in steps)
    return f"SELECT {listed} FROM {quote(table)}"


def decimals(path: str, table: str, most: int) -> str:
    """For 0 … ``most`` decimals whether all numbers of a column have no more."""
    name = quote(path)
    tests = (f"coalesce(bool_and(abs({name} - round({name}, {digits})) < 1e-9), false)" for digits in range(most + 1))
    return f"SELECT {', '.join(tests)} FROM {quote(table)}"


def distinct(path: str, table: str) -> str:
    """The different values of a column."""
    return f"SELECT DISTINCT {quote(path)} FROM {quote(table)} WHERE {quote(path)} IS NOT NULL"


def keep(name: str) -> str:
    """Keep the registered value ``given`` as a table."""
    return f"CREATE OR REPLACE TABLE {quote(name)} AS SELECT * FROM given"


#: A difference is known again by year, household, person and column.
_KEY = "md5(concat_ws('|', $year, f.no, f.person_key, f.path))"
#: What is found, beside what stands from earlier exports (``x_standing``).
NEW = f"""SELECT {_KEY} AS key, f.* EXCLUDE (person_key) FROM x_found f
    WHERE {_KEY} NOT IN (SELECT key FROM x_standing)
    QUALIFY row_number() OVER (PARTITION BY {_KEY} ORDER BY f.kind) = 1 ORDER BY f.place_code, f.no, f.path"""
AGAIN = f"""SELECT s.id, f.kind, f.ours, f.theirs, f.household_id, f.person_id, f.name, f.place_code, f.path,
    s.kind AS kind_then, s.ours AS ours_then, s.theirs AS theirs_then, s.household_id AS household_id_then,
    s.person_id AS person_id_then, s.name AS name_then, s.place_code AS place_code_then, s.state, s.side, s.reopened
    FROM x_found f JOIN x_standing s ON s.key = {_KEY}
    QUALIFY row_number() OVER (PARTITION BY s.id ORDER BY f.kind) = 1"""  # fmt: skip
#: What stands no longer: it was compared, in a village that the export covers, and is not found. What only an export
#: had without its village is judged by any village there.
GONE = f"""SELECT s.id FROM x_standing s WHERE s.state <> 'closed' AND s.path IN (SELECT unnest($paths))
    AND ({IS_COVERED.format(code="s.now_in")} OR s.household_id IS NULL
        AND EXISTS (FROM x_covered c WHERE starts_with(c.village, s.now_in)))
    AND (s.person_id IS NULL OR s.person_id NOT IN (FROM x_unclear))
    AND s.key NOT IN (SELECT {_KEY} FROM x_found f)"""
FOUND_KEYS = f"SELECT DISTINCT {_KEY} FROM x_found f"

# --- the database of the register -------------------------------------------------------------------------------

#: PostgreSQL's lock of a year's differences while a comparison is written, held by the transaction. The first number is
#: "compare" on a telephone's keys; bound: the year.
HOLD_YEAR = "SELECT pg_advisory_xact_lock(2667273, %s)"
