"""Words that stand for codes: what a cell of words means, one answer or several (``大病,残疾``).

A cell is read once for each different text of a column, not once a row.
"""

from __future__ import annotations

import re
from datetime import date

from bangfu.parameters.codes import CodeList
from bangfu.records.intake.cells.rules import Rules
from bangfu.records.intake.headings import Bound

#: What stands between two answers in one cell.
BETWEEN = re.compile("[,，、;；]")
#: A word with its number before it.
NUMBERED = re.compile(r"(\d{1,2})[\s.．、:：\-－_)）]*(\D.*)")
#: The code of a word, or the fault (with its detail behind a colon); neither where nothing is said.
Meant = tuple[str | None, str | None]


def answer_of(cell: str, bound: Bound, rules: Rules, year: int | None) -> Meant:
    """What a cell says for a target in a year; of a cell with several answers the one that is the target's."""
    if not bound.column.splits:
        return _meant(cell, bound, rules, year)
    answers = _answers(cell, bound, rules, year)
    if len(answers) > bound.answers:
        return None, f"too_many_answers:{bound.answers}" if bound.answer == 0 else None
    return _meant(answers[bound.answer], bound, rules, year) if bound.answer < len(answers) else (None, None)


def _answers(cell: str, bound: Bound, rules: Rules, year: int | None) -> list[str]:
    """The answers of a cell, each once; a cell that is one known word is one answer, whatever signs it holds."""
    codes = _list_of(bound, rules)
    parts = [part for piece in BETWEEN.split(cell) if (part := piece.strip())]
    if not parts or _known(cell, bound, codes, year):
        return [cell]
    return list({_known(part, bound, codes, year) or part: part for part in parts}.values())


def _meant(word: str, bound: Bound, rules: Rules, year: int | None) -> Meant:
    codes = _list_of(bound, rules)
    code = _known(word, bound, codes, year)
    if code is not None:
        return code, None
    titles = [title.zh for title in codes.on(_day(year)).values()]
    near = rules.suggestions.nearest(word, lambda: titles, kind=codes.name, under=str(year), cutoff=0.4)
    return None, f"unknown_code:{near}" if near else "unknown_code_far"


def _known(word: str, bound: Bound, codes: CodeList, year: int | None) -> str | None:
    """The code of a word by the mapping's own spellings, else by the list as it was at the end of the year.

    Exports write the number before the word (``1 因病``): the word counts, and where the list has the national numbers
    both have to agree.
    """
    code = dict(bound.column.codes).get(word) or codes.lookup(word, _day(year))
    numbered = NUMBERED.fullmatch(word)
    if code is not None or numbered is None:
        return code
    code = codes.lookup(numbered[2], _day(year))
    agrees = codes.numbering != "national" or codes.lookup(numbered[1], _day(year)) == code
    return code if agrees else None


def _list_of(bound: Bound, rules: Rules) -> CodeList:
    return rules.codes[bound.target.codes or ""]


def _day(year: int | None) -> date | None:
    return None if year is None else date(year, 12, 31)
