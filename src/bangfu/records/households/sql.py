"""SQL of the register: keys to match by, and the merge of staged rows, the same text on both databases.

Identifiers come from model fields through :func:`quote`; everything else is bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: PostgreSQL's lock of the register while an upload is merged, held by the session or by its transaction. The number is
#: "bangfu" on a telephone's keys.
_REGISTER = 226438
TRY_HOLD = f"SELECT pg_try_advisory_lock({_REGISTER})"
HOLDER = "SELECT pg_backend_pid()"
#: Bound: the holder's process.
IS_HELD = f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = {_REGISTER} AND pid = %s AND granted"
#: How long a batch waits for a lock inside the database.
WAIT_AT_MOST = "SET LOCAL lock_timeout = '120s'"
HOLD_IN_TRANSACTION = f"SELECT pg_advisory_xact_lock({_REGISTER})"
RELEASE = f"SELECT pg_advisory_unlock({_REGISTER})"
HOUSEHOLD_KEYS = "SELECT id, household_no, place_id, place_code FROM households_household"
PERSON_KEYS = (
    "SELECT p.id, p.person_no, p.id_no_hash, p.household_id, h.household_no, p.name, p.birth_date, h.place_code "
    "FROM households_person p JOIN households_household h ON h.id = p.household_id"
)
HOUSEHOLD_YEAR_KEYS = "SELECT id, household_id, year FROM households_householdyear"
PERSON_YEAR_KEYS = "SELECT id, person_id, year FROM households_personyear"
#: Events that a year on the household's own row speaks of: kind, column, first or last day of the year.
YEAR_EVENTS = (
    ("identified", "identified_year", "01-01"),
    ("exited", "exited_year", "12-31"),
    ("relapsed", "relapse_year", "12-31"),
)
#: What a yearly row says that a household was at the end of the year: state, condition on the row ``t``.
YEAR_STATES = (
    ("poor", "t.poverty_status = '04'"),
    ("relapsed", "t.poverty_status = '02'"),
    ("exited", "t.poverty_status IN ('03', '05', '06', '07')"),
    ("monitored", "t.monitoring_category IS NOT NULL"),
)
#: The events that lead from what a household was before to what a yearly row says: kind, day of the year, condition on
#: the row's ``state`` and on the event ``earlier`` in the same line (poverty, or monitoring).
TRANSITIONS = (
    ("identified", "01-01", "state IN ('poor', 'relapsed') AND earlier IS NULL AND identified_year IS NULL"),
    ("relapsed", "12-31", "(state = 'relapsed' AND earlier IS DISTINCT FROM 'relapsed') OR "
                          "(state = 'poor' AND earlier = 'exited')"),
    ("exited", "12-31", "state = 'exited' AND earlier IS DISTINCT FROM 'exited'"),
    ("monitored", "12-31", "state = 'monitored' AND earlier IS DISTINCT FROM 'monitored'"),
)  # fmt: skip
#: Which of several events of one day came last.
RANK = (
    "CASE kind WHEN 'identified' THEN 1 WHEN 'monitored' THEN 2 WHEN 'exited' THEN 3 WHEN 'risk_removed' THEN 4 "
    "WHEN 'relapsed' THEN 5 ELSE 6 END"
)


def quote(name: str) -> str:
    """An identifier out of a model's fields."""
    return '"' + name.replace('"', '""') + '"'


def where_in(statement: str, column: str, count: int) -> str:
    """A key query for rows whose column is one of ``count`` bound values."""
    return f"{statement} WHERE {column} IN ({', '.join(['%s'] * count)})"


def mark_same(
    staging: str,
    target: str,
    columns: Iterable[str],
    erased: frozenset[str],
    json: str | None,
    *,
    keep_later: bool,
    vendor: str,
) -> str:
    """Mark staged rows that say nothing new; ``staging`` is a name as it stands in SQL. Bound: batch.

    A missing staged value says nothing, except in a column that is ``erased`` by empty cells. With ``keep_later`` a row
    that happened before the stored one says nothing either.
    """
    s, equal = staging, []
    for column in columns:
        name = quote(column)
        same = f"{s}.{name} IS NOT DISTINCT FROM t.{name}"
        equal.append(same if column in erased else f"({s}.{name} IS NULL OR {same})")
    if json:
        equal.append(_json_same(f"{s}.{quote(json)}", f"t.{quote(json)}", vendor))
    condition = " AND ".join(equal) or "TRUE"
    if keep_later:
        condition = f"(t.happened_on > {s}.happened_on OR ({condition}))"
    return (
        f"UPDATE {s} SET change = 'same' FROM {quote(target)} AS t "
        f"WHERE {s}.batch_id = %s AND {s}.change = 'known' AND t.id = {s}.id AND {condition}"
    )


def _json_same(staged: str, stored: str, vendor: str) -> str:
    return f"{_json_joined(stored, staged, vendor)} = {stored if vendor == 'postgresql' else f'json({stored})'}"


def _json_joined(stored: str, staged: str, vendor: str) -> str:
    return f"({stored} || {staged})" if vendor == "postgresql" else f"json_patch({stored}, {staged})"


def upsert(
    staging: str,
    target: str,
    columns: Sequence[str],
    stamps: Sequence[str],
    fixed: frozenset[str],
    erased: frozenset[str],
    json: str | None,
    *,
    known: bool,
    vendor: str,
) -> str:
    """Write new and changed rows. ``fixed`` columns are written once, with the new row. Bound: ``stamps``, batch.

    Where no row is ``known`` to the register there is nothing to meet: a plain insert spares the search.
    """
    t = quote(target)
    names, chosen = _with_stamps(columns, stamps)
    columns = (*columns, *stamps)
    settings = [
        f"{quote(column)} = {_newer(t, column, erased, json, vendor)}" for column in columns if column not in fixed
    ]
    insert = f"INSERT INTO {t} ({names}) SELECT {chosen} FROM {staging} WHERE batch_id = %s AND change <> 'same'"
    return f"{insert} ON CONFLICT (id) DO UPDATE SET {', '.join(settings)}" if known else insert


def _with_stamps(columns: Sequence[str], stamps: Sequence[str]) -> tuple[str, str]:
    """Names to insert into, and what to select for them: staged columns, then the bound values of a batch's stamps."""
    names = ", ".join(map(quote, (*columns, *stamps)))
    return names, ", ".join([*map(quote, columns), *("%s" for _ in stamps)])


def _newer(t: str, column: str, erased: frozenset[str], json: str | None, vendor: str) -> str:
    name = quote(column)
    if column == json:
        return _json_joined(f"{t}.{name}", f"excluded.{name}", vendor)
    return f"excluded.{name}" if column in erased else f"coalesce(excluded.{name}, {t}.{name})"


def remember_new(staging: str, history: str, columns: Sequence[str], stamps: Sequence[str]) -> str:
    """Append new rows to the history as they were staged. Bound: first sequence number, ``stamps``, batch."""
    names, chosen = _with_stamps(columns, stamps)
    return (
        f"INSERT INTO {quote(history)} (seq, {names}) SELECT %s + line - 1, {chosen} "
        f"FROM {staging} WHERE batch_id = %s AND change = 'new'"
    )


def remember_as_stored(staging: str, target: str, history: str, columns: Sequence[str], *, new: bool) -> str:
    """Append changed rows (and with ``new`` new ones) as they now stand. Bound: first sequence number, batch."""
    names = ", ".join(map(quote, columns))
    listed = ", ".join(f"t.{quote(column)}" for column in columns)
    which = "s.change <> 'same'" if new else "s.change NOT IN ('same', 'new')"
    return (
        f"INSERT INTO {quote(history)} (seq, {names}) SELECT %s + s.line - 1, {listed} "
        f"FROM {staging} s JOIN {quote(target)} t ON t.id = s.id WHERE s.batch_id = %s AND {which}"
    )


def remember_written(target: str, history: str, columns: Sequence[str]) -> str:
    """Append rows that a batch has just written, in order of their ids.

    Bound: number before the first, first and last id, batch.
    """
    names = ", ".join(map(quote, columns))
    return (
        f"INSERT INTO {quote(history)} (seq, {names}) SELECT %s + row_number() OVER (ORDER BY id), {names} "
        f"FROM {quote(target)} WHERE id BETWEEN %s AND %s AND batch_id = %s"
    )


def statistics(staging: str) -> str:
    """PostgreSQL only: let the planner know how many staged rows belong to the batch; else it expects a handful."""
    return f"ANALYZE {staging} (id, batch_id, change)"


def count_changes(staging: str) -> str:
    """How many staged rows of a batch are new, changed and same. Bound: batch."""
    return f"SELECT change, count(*) FROM {staging} WHERE batch_id = %s GROUP BY change"


def _day(year: str, month_day: str, vendor: str) -> str:
    if vendor == "sqlite":
        return f"printf('%%04d-{month_day}', {year})"
    month, day = month_day.split("-")
    return f"make_date({year}::int, {int(month)}, {int(day)})"


def _year_of(day: str, vendor: str) -> str:
    return f"CAST(strftime('%%Y', {day}) AS INTEGER)" if vendor == "sqlite" else f"extract(year FROM {day})"


def status_events(household: str, household_year: str, vendor: str) -> str:
    """Insert the events that staged rows speak of and that do not stand yet.

    A year on the household's own row is an event of that year. A yearly row says what the household was: that makes an
    event where it differs from what it was before that day, by the events that stand and those of the same batch.

    Bound: the batch once for each of ``YEAR_EVENTS`` and ``YEAR_STATES``, then first id, time known, batch, author.
    """
    return (
        f"WITH {_own_years(household, vendor)}, {_stated(household_year, vendor)}, {_line_of_events()} "
        "INSERT INTO households_statusevent "
        "(id, household_id, place_code, kind, happened_on, known_at, batch_id, by_id) "
        "SELECT %s + row_number() OVER (ORDER BY e.household_id, e.day, e.kind) - 1, "
        "e.household_id, e.place_code, e.kind, e.day, %s, %s, %s "
        f"FROM (SELECT household_id, place_code, kind, day FROM own UNION {_transitions(vendor)}) e "
        "WHERE NOT EXISTS (SELECT 1 FROM households_statusevent x WHERE x.household_id = e.household_id "
        "AND x.kind = e.kind AND x.happened_on = e.day)"
    )


def _own_years(household: str, vendor: str) -> str:
    """``own``: the events of years on the household's row, each kind once a year."""
    parts = [
        f"SELECT t.id AS household_id, t.place_code, '{kind}' AS kind, "
        f"{_least(vendor)}({_day('t.' + column, day, vendor)}, s.happened_on) AS day "
        f"FROM {household} s JOIN households_household t ON t.id = s.id "
        f"WHERE s.batch_id = %s AND s.change <> 'same' AND t.{column} IS NOT NULL"
        for kind, column, day in YEAR_EVENTS
    ]
    return (
        f"own AS (SELECT * FROM ({' UNION ALL '.join(parts)}) e WHERE NOT EXISTS "
        "(SELECT 1 FROM households_statusevent x WHERE x.household_id = e.household_id AND x.kind = e.kind "
        f"AND {_year_of('x.happened_on', vendor)} = {_year_of('e.day', vendor)}))"
    )


def _stated(household_year: str, vendor: str) -> str:
    """``stated``: what changed yearly rows say that their households were at the end of the year."""
    parts = [
        "SELECT t.household_id, t.place_code, t.year, s.happened_on AS latest, h.identified_year, "
        f"'{state}' AS state, {_least(vendor)}({_day('t.year', '12-31', vendor)}, s.happened_on) AS day "
        f"FROM {household_year} s JOIN households_householdyear t ON t.id = s.id "
        "JOIN households_household h ON h.id = t.household_id "
        f"WHERE s.batch_id = %s AND s.change <> 'same' AND {condition}"
        for state, condition in YEAR_STATES
    ]
    return f"stated AS ({' UNION ALL '.join(parts)})"


#: Of one day, what stood comes before what is stated; someone poor all year may still exit on its last day.
_ORDER = f"CASE kind WHEN 'poor' THEN 0 ELSE {RANK} END"
_LINE = "CASE WHEN kind IN ('monitored', 'risk_removed') THEN 1 ELSE 0 END"


def _line_of_events() -> str:
    """``told``: each stated state with the event or state before it in its line; events carry no ``state``."""
    none = "NULL, NULL, NULL"
    return (
        "events AS ("
        # First, since PostgreSQL takes the types of the columns that are empty in the others from here.
        "SELECT household_id, place_code, state AS kind, day, 1 AS given, latest, identified_year, state FROM stated "
        f"UNION ALL SELECT household_id, place_code, kind, day, 0, {none} FROM own "
        f"UNION ALL SELECT x.household_id, x.place_code, x.kind, x.happened_on, 0, {none} "
        "FROM households_statusevent x WHERE x.kind <> 'removed' "
        "AND x.household_id IN (SELECT household_id FROM stated)), "
        f"told AS (SELECT *, lag(kind) OVER (PARTITION BY household_id, {_LINE} "
        f"ORDER BY day, {_ORDER}, given) AS earlier FROM events)"
    )


def _transitions(vendor: str) -> str:
    parts = [
        f"SELECT household_id, place_code, '{kind}', "
        f"{_least(vendor)}({_day(_year_of('day', vendor), month_day, vendor)}, latest) "
        f"FROM told WHERE given = 1 AND ({condition})"
        for kind, month_day, condition in TRANSITIONS
    ]
    return " UNION ".join(parts)


def _least(vendor: str) -> str:
    return "min" if vendor == "sqlite" else "least"


#: Whether the status of a household ``t`` no longer is that of its latest event.
_OUTDATED = (
    "EXISTS (SELECT 1 FROM (SELECT kind, happened_on FROM households_statusevent e WHERE e.household_id = t.id "
    f"ORDER BY e.happened_on DESC, {RANK} DESC, e.id DESC LIMIT 1) e "
    "WHERE t.status IS DISTINCT FROM e.kind OR t.status_since IS DISTINCT FROM e.happened_on)"
)


def mark_status_changed(household: str) -> str:
    """Mark unchanged households of a batch whose status no longer is that of their latest event. Bound: batch."""
    s = household
    return (
        f"UPDATE {s} SET change = 'changed' FROM households_household AS t "
        f"WHERE {s}.batch_id = %s AND {s}.change = 'same' AND t.id = {s}.id AND {_OUTDATED}"
    )


def stage_status_changed(household: str, household_year: str) -> str:
    """Stage the households of staged yearly rows that are not staged themselves and whose status is outdated.

    Bound: batch, last line that is taken, batch, batch.
    """
    return (
        f"INSERT INTO {household} (id, batch_id, change, line) "
        "SELECT t.id, %s, 'changed', %s + row_number() OVER (ORDER BY t.id) FROM households_household t WHERE t.id IN "
        f"(SELECT y.household_id FROM {household_year} s JOIN households_householdyear y ON y.id = s.id "
        "WHERE s.batch_id = %s AND s.change <> 'same') "
        # NOT IN and not NOT EXISTS: staged tables have no index, and a list is looked up by hash on both databases.
        f"AND t.id NOT IN (SELECT id FROM {household} WHERE batch_id = %s) AND {_OUTDATED}"
    )


def project_status(household: str) -> str:
    """Set the status of new and changed households to that of their latest event. Bound: time known, batch, batch."""
    t = "households_household"
    latest = (
        "SELECT household_id, kind, happened_on, row_number() OVER (PARTITION BY household_id "
        f"ORDER BY happened_on DESC, {RANK} DESC, id DESC) AS place FROM households_statusevent "
        f"WHERE household_id IN (SELECT id FROM {household} WHERE batch_id = %s AND change <> 'same')"
    )
    return (
        f"UPDATE {t} SET status = e.kind, status_since = e.happened_on, known_at = %s, batch_id = %s "
        f"FROM ({latest}) AS e WHERE e.place = 1 AND {t}.id = e.household_id"
    )


def empty(staging: str) -> str:
    """Empty the staging of a batch. Bound: batch."""
    return f"DELETE FROM {staging} WHERE batch_id = %s"


HISTORY_OF_SPAN = "seq >= %s AND seq < %s"
HISTORY_OF_BATCH = "batch_id = %s"


def history_rows(history: str, columns: Sequence[str], condition: str) -> str:
    """History rows in order of ``seq``; ``condition`` is one of the two above."""
    return f"SELECT {', '.join(map(quote, columns))} FROM {quote(history)} WHERE {condition} ORDER BY seq"
