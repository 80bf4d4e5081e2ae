"""What is said of a row: one whole sentence per code, with sheet, row, column, value and the way out.

Findings are stored as codes with values and turned into a sentence in the reader's language. Personal values are
masked here, before anything is stored or said: only the last four signs are left.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

REFUSED, ASK, NOTICE = "refused", "ask", "notice"


class Verdict(StrEnum):
    """What becomes of a row, the gravest finding decides."""

    REFUSED = REFUSED
    ASK = ASK
    NOTICE = NOTICE


# fmt: off — one sentence a line.
#: code → (verdict, sentence). ``detail`` is what the check found: an expected digit, a limit, another row, a name.
SENTENCES: dict[str, tuple[str, str]] = {
    # --- cells -------------------------------------------------------------------------------------------------
    "text_too_long": (
        REFUSED,
        _("{sheet} row {row}, {column}: the text has more than {detail} characters. Shorten it."),
    ),
    "text_in_number": (
        REFUSED,
        _("{sheet} row {row}, {column}: “{value}” is not a number. Enter digits only, without unit or words."),
    ),
    "not_whole": (REFUSED, _("{sheet} row {row}, {column}: “{value}” is not a whole number. Enter a whole number.")),
    "out_of_range": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: “{value}” is outside of what can be ({detail}). Check the figure and its unit."
        ),
    ),
    "unusual": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: “{value}” is unusual (most are {detail}). This does not hold the row back; check the figure and its unit."
        ),
    ),
    "full_width": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: “{value}” has full-width digits; it was taken as ordinary digits. Type digits with the input method switched to half width."
        ),
    ),
    "unknown_code": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: “{value}” is not in the list. The nearest entry is “{detail}”. Choose an entry of the list."
        ),
    ),
    "unknown_code_far": (
        REFUSED,
        _("{sheet} row {row}, {column}: “{value}” is not in the list. Choose an entry of the list."),
    ),
    "too_many_answers": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: “{value}” holds more answers than can be kept ({detail}). Leave the most important ones."
        ),
    ),
    "not_yes_no": (
        REFUSED,
        _("{sheet} row {row}, {column}: “{value}” is neither yes nor no. Enter 是 or 否, or leave it empty."),
    ),
    "not_a_date": (REFUSED, _("{sheet} row {row}, {column}: “{value}” is not a date. Enter it like 2015-06-01.")),
    "date_empty": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: “{value}” is an empty cell that became a date (day 0 or 1 of 1900). Leave it empty, or enter the true date."
        ),
    ),
    "date_out_of_range": (
        REFUSED,
        _("{sheet} row {row}, {column}: the date “{value}” cannot be right. Enter the true date, or leave it empty."),
    ),
    "date_in_future": (
        REFUSED,
        _("{sheet} row {row}, {column}: the date “{value}” is still to come. Enter the true date, or leave it empty."),
    ),
    "month_only": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: “{value}” names no day. The first day of the month was taken; enter the day if it is known."
        ),
    ),
    "day_number": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: “{value}” is a date stored as a number; it was taken as {detail}. Format the column as a date."
        ),
    ),
    "not_a_year": (REFUSED, _("{sheet} row {row}, {column}: “{value}” is not a year. Enter four digits, like 2015.")),
    "year_in_future": (
        REFUSED,
        _("{sheet} row {row}, {column}: the year “{value}” is still to come. Enter the year the row speaks of."),
    ),
    "year_too_early": (
        REFUSED,
        _("{sheet} row {row}, {column}: the year “{value}” is before {detail}. Enter the year the row speaks of."),
    ),
    "years_contradict": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: the year of exit lies before the year of identification ({detail}). Correct one of the two."
        ),
    ),
    "sign_in_name": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: there is a sign in the name that no name has (such as = @ < *). Enter the name only."
        ),
    ),
    "number_in_name": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: there is a number where a name belongs. Check whether the columns have shifted."
        ),
    ),
    "precision_lost": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: “{value}” was stored as a number and lost its last digits. Set the column to text and enter the whole number again."
        ),
    ),
    "formula_without_value": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: the formula “{value}” has no computed value. Open the file in Excel and save it once, or replace the formula by its value."
        ),
    ),
    "error_value": (
        REFUSED,
        _("{sheet} row {row}, {column}: the cell holds the error “{value}”. Mend the formula, or enter the value."),
    ),
    "cell_beyond_header": (
        REFUSED,
        _(
            "{sheet} row {row}: the row has more cells than the heading, most likely because of a separator inside a value. Put that value in quotation marks, or save the table as .xlsx."
        ),
    ),
    "required_blank": (REFUSED, _("{sheet} row {row}, {column}: the cell is empty but needed. Fill it in.")),
    # --- ID numbers --------------------------------------------------------------------------------------------
    "id_check": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: the check digit should be {detail}. Compare all 18 digits with the card."
        ),
    ),
    "id_15": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: this is an old number of 15 digits. Enter the 18 digits of the present card; its last digit should be {detail}."
        ),
    ),
    "id_precision": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: Excel has cut this number, and its last digits are lost. Format the column as text and export again, or enter all 18 digits."
        ),
    ),
    "id_lost_x": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: the last sign is missing; it should be X. Format the column as text, and compare all 18 signs with the card."
        ),
    ),
    "id_birth": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: digits 7 to 14 are no birth date. Compare all 18 digits with the card."
        ),
    ),
    "id_disability": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: digit 19 of a disability certificate is its kind (1 to 7), digit 20 its degree (1 to 4). Compare the number with the certificate."
        ),
    ),
    "id_full_width": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: the ID number has full-width digits. Type it again with the input method switched to half width, and compare it with the card."
        ),
    ),
    "id_letters": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: an ID number holds digits only, with X as last sign at most. Enter it again."
        ),
    ),
    "id_length": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: the number has {detail} digits; an ID number has 18, a disability certificate 20 or 22. Enter it again."
        ),
    ),
    "id_prefix_unknown": (
        NOTICE,
        _(
            "{sheet} row {row}, {column} “{value}”: the first digits are no known region. This does not hold the row back; compare the number with the card."
        ),
    ),
    "phone_odd": (
        NOTICE,
        _(
            "{sheet} row {row}, {column} “{value}”: this does not look like a phone number. This does not hold the row back; check the number."
        ),
    ),
    "id_birth_differs": (
        ASK,
        _(
            "{sheet} row {row}, {column}: the birth date “{value}” differs from the one in the ID number. Say which one is right."
        ),
    ),
    "id_sex_differs": (
        ASK,
        _("{sheet} row {row}, {column}: the sex differs from the one in the ID number. Say which one is right."),
    ),
    # --- rows --------------------------------------------------------------------------------------------------
    "no_identity": (
        REFUSED,
        _(
            "{sheet} row {row}: the row has neither name nor ID number nor person number. Fill in one of them, or delete the row."
        ),
    ),
    "cause_repeated": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: the other cause repeats the main cause. This does not hold the row back; choose another cause, or leave it empty."
        ),
    ),
    "cause_twice": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: both other causes are the same. This does not hold the row back; choose another cause, or leave it empty."
        ),
    ),
    "risk_remark_missing": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: the risk “other” needs words. This does not hold the row back; write in the column 其他风险说明 what it is."
        ),
    ),
    "net_income_differs": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: net income is not the sum of its parts (difference {detail} yuan). It is merged as it stands; check the amounts."
        ),
    ),
    "per_head_differs": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: the amount per head is not the amount of the household by its size (difference {detail} yuan). It is merged as it stands; check the amounts."
        ),
    ),
    "year_missing": (
        REFUSED,
        _("{sheet} row {row}: no year is given. Fill in the column 年度, or name the year when importing."),
    ),
    "household_differs": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: members of one household carry different values. That of the first row was taken; check them."
        ),
    ),
    # --- places ------------------------------------------------------------------------------------------------
    "place_unknown": (
        REFUSED,
        _("{sheet} row {row}, {column}: there is no place “{value}”. Check the code or the name."),
    ),
    "place_nearest": (REFUSED, _("{sheet} row {row}, {column}: there is no place “{value}” there. Is it “{detail}”?")),
    "place_ambiguous": (
        REFUSED,
        _("{sheet} row {row}, {column}: there are several places “{value}” ({detail}). Enter the code of the place."),
    ),
    "place_contradicts": (
        REFUSED,
        _(
            "{sheet} row {row}, {column}: “{value}” is not the place that was given for the whole file ({detail}), nor one above or below it. Correct the name, or give the place of these rows."
        ),
    ),
    "place_outdated": (
        NOTICE,
        _(
            "{sheet} row {row}, {column}: the code “{value}” is no longer in use; the place now has the code {detail}. The row is merged with the new code."
        ),
    ),
    "place_outside": (
        REFUSED,
        _(
            "{sheet} row {row}: the place {detail} is outside of your area. Send this row to the office that is in charge there."
        ),
    ),
    "place_missing": (
        REFUSED,
        _(
            "{sheet} row {row}: no place is given and household “{value}” is not in the register. Fill in the place code, or import the household first."
        ),
    ),
    "place_differs": (
        REFUSED,
        _(
            "{sheet} row {row}: the members of household “{value}” stand under different places. Give all of them the same place."
        ),
    ),
    # --- against other rows and the register -------------------------------------------------------------------
    "duplicate_household": (
        REFUSED,
        _("{sheet} row {row}: household “{value}” already stands in row {detail}. Delete one of the two rows."),
    ),
    "duplicate_row": (
        REFUSED,
        _("{sheet} row {row}: the same person already stands in row {detail}. Delete one of the two rows."),
    ),
    "duplicate_id": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: the same ID number stands in row {detail} for another person. Compare both with the cards."
        ),
    ),
    "duplicate_person_no": (
        REFUSED,
        _(
            "{sheet} row {row}, {column} “{value}”: the same person number stands in row {detail} for another person. Correct one of the two."
        ),
    ),
    "id_in_register": (
        ASK,
        _(
            "{sheet} row {row}, {column} “{value}”: this ID number is in the register for a member of another household ({detail}). Say whether the person has moved, or correct the number."
        ),
    ),
    "person_outside": (
        REFUSED,
        _(
            "{sheet} row {row}: this person is in the register in a place outside of your area. Ask the office above both places to bring the row in."
        ),
    ),
    "steps_disagree": (
        ASK,
        _(
            "{sheet} row {row}: the person number and the ID number belong to two different persons of the register. Say who is meant."
        ),
    ),
    "person_elsewhere": (
        ASK,
        _(
            "{sheet} row {row}: the person number “{value}” is in the register for a member of another household ({detail}). Say whether the person has moved, or correct the number."
        ),
    ),
    "number_differs": (
        ASK,
        _(
            "{sheet} row {row}, {column} “{value}”: the register has another person number for this ID number. Say which one is right."
        ),
    ),
    "id_changes": (
        ASK,
        _(
            "{sheet} row {row}, {column} “{value}”: the register has another ID number for this person. Compare with the card and say which one is right."
        ),
    ),
    "perhaps_same": (
        ASK,
        _(
            "{sheet} row {row}: the household already has a member of this name, but birth date or ID number cannot be compared. Say whether it is the same person."
        ),
    ),
    "household_elsewhere": (
        ASK,
        _(
            "{sheet} row {row}: household “{value}” is in the register under the place {detail}. Say whether it has moved, or correct the number."
        ),
    ),
    "household_refused": (
        REFUSED,
        _(
            "{sheet} row {row}: household “{value}” was refused (row {detail}), and its members with it. Mend the row of the household."
        ),
    ),
    "household_outside": (
        REFUSED,
        _(
            "{sheet} row {row}: household “{value}” belongs to a place outside of your area. Send this row to the office that is in charge there."
        ),
    ),
}
VERDICTS = {code: verdict for code, (verdict, _sentence) in SENTENCES.items()}
#: What a person can decide about a doubtful row, by code of the finding; what is not here has to be corrected in the file.
#: ``take`` takes the row as it stands, ``same`` takes it for the person of that name who is in the household already.
CHOICES: dict[str, tuple[str, ...]] = {
    "id_birth_differs": ("take",),
    "id_sex_differs": ("take",),
    "id_in_register": ("take",),
    "person_elsewhere": ("take",),
    "number_differs": ("take",),
    "id_changes": ("take",),
    "perhaps_same": ("same", "take"),
}
#: What a choice does, in words.
CHOICE_SENTENCES: dict[tuple[str, str], str] = {
    ("id_birth_differs", "take"): _("The birth date in the file is right"),
    ("id_sex_differs", "take"): _("The sex in the file is right"),
    ("id_in_register", "take"): _("It is the same person, who now belongs to the household in the file"),
    ("person_elsewhere", "take"): _("It is the same person, who now belongs to the household in the file"),
    ("number_differs", "take"): _("The person number in the file is right"),
    ("id_changes", "take"): _("The ID number in the file is right"),
    ("perhaps_same", "same"): _("It is the person who is in the household already"),
    ("perhaps_same", "take"): _("It is another person of the same name"),
}
#: What is said of a whole sheet or file.
FILE_SENTENCES: dict[str, str] = {
    "missing_column": _(
        "Sheet “{sheet}” lacks the column {missing}. Its headings are: {found}. Add the column, or choose another kind of file."
    ),
    "no_rows": _("Sheet “{sheet}” has headings but no rows below them. Fill in the rows and upload the file again."),
    "no_sheet_fits": _(
        "No sheet of the file has rows of this kind. Download the template, or choose another kind of file."
    ),
    "year_needed": _(
        "The file has no column 年度 and no year was given. Add the column, or give the year when bringing the file in: in the field “Year” of the page, or with --year on the command line."
    ),
    "unknown_place": _("There is no place with the code {detail}. Check the code."),
    "scheme_differs": _(
        "This kind of file needs an instance of the scheme {wanted}; this one has the scheme {standing}. Use another BANGFU_HOME or DATABASE_URL."
    ),
    "year_sealed": _(
        "The data of {years} are sealed and cannot be changed. Write the correction into {open}, or report a correction."
    ),
    "keys_rotating": _(
        "The keys of personal fields are being changed. What was merged so far stays; bring the file in again in a few minutes."
    ),
    "not_founded": _("No places are loaded yet. Load them first: bangfu places load FILE…"),
    "empty_sheet": _("Sheet “{sheet}” has headings but no rows below them; the other sheets were taken."),
    "sheets_left": _("These sheets have no rows of this kind and were left out: {found}."),
    "repeated_columns": _(
        "Sheet “{sheet}”: these columns stand a second time, under the same heading or one of the same meaning; the first one counts: {found}."
    ),
    "unknown_columns": _("Sheet “{sheet}”: these columns are not known and were left out: {found}."),
    "rows_left": _(
        "Sheet “{sheet}”: rows with sums, signatures, units or examples are no data and were left out: rows {found}."
    ),
    "hidden_rows": _("Sheet “{sheet}”: {count} hidden or filtered rows count as well."),
    "notices_more": _(
        "{count} more rows have the same note about {column}; the first ones stand among the rows with a note and in the marked workbook."
    ),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a row. ``column`` is the sender's heading, ``index`` its place in the sheet (from 0)."""

    sheet: str
    row: int
    code: str
    column: str = ""
    index: int | None = None
    value: str = ""
    detail: str = ""

    @property
    def verdict(self) -> Verdict:
        """What this finding makes of its row."""
        return Verdict(VERDICTS[self.code])

    def sentence(self) -> str:
        """The sentence in the language that is active."""
        values = {**asdict(self), "detail": self.detail}
        return gettext(SENTENCES[self.code][1]).format(**values)

    def to_json(self) -> dict[str, Any]:
        """What is stored: no sheet and row, which the row carries."""
        kept = {
            "code": self.code,
            "column": self.column,
            "index": self.index,
            "value": self.value,
            "detail": self.detail,
        }
        return {name: value for name, value in kept.items() if value not in ("", None)}


def masked(value: str) -> str:
    """A personal value with nothing but its last four signs."""
    return "…" + value[-4:] if len(value) > 4 else "…"
