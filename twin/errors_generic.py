"""Errors every form can have (codes 01 to 07, 90): blank, unreadable, unknown, damaged, doubled, out of range."""

from __future__ import annotations

from functools import partial

from expectations.contract import load_contracts
from twin.errors_funds import fund_row
from twin.errors_income import income_row
from twin.errors_loans import loan_row
from twin.errors_measures import measure_row
from twin.errors_villages import village_row
from twin.parameters import read_yaml
from twin.places import words
from twin.planted_households import new_household
from twin.planter import Maker, Planter
from twin.planting import NOW, Ground, Row, Where
from twin.spelling import Cell
from twin.subjects import all_subjects

# Values outside the declared bounds, by column.
OUTSIDE: dict[str, float] = {"income_year": 2012, "leverage_multiple": -5}
# In the still city, whose bounds were those of practice as well.
OUTSIDE_STILL: dict[str, float] = {**OUTSIDE, "housing_area_m2": 5_000, "annual_rate_percent": 30}
# What is found as well where a number is below its bound, by rule: column, rule and why.
_BELOW_ZERO = {
    "GF-07": ("guaranteed_outstanding_yuan", "GF-10", "a negative multiple allows nothing"),
    "GL-07": ("interest_subsidy_yuan", "GL-21", "at a negative rate nothing is due"),
    "LS-07": ("amount_yuan", "LS-09", "on no day nothing is due"),
}


def break_forms(subject: str) -> list[Planter]:
    """The generic errors of a subject's forms (``broken_columns.yaml``), to be planted one by one."""
    return [
        partial(_plant, form=form, number=number, column=column)
        for form, columns in read_yaml("broken_columns").get(subject, {}).items()
        for number, column in columns.items()
    ]


def _plant(ground: Ground, form: str, number: str, column: str) -> None:
    """Break a row that may be held by the generic rule of that number."""
    rule = f"{load_contracts()[form].code}-{number}"
    row = _row(ground, form, rule, lambda values: number != "05" or values.get(column) is not None)
    if number == "06":
        _double(ground, row, rule, column)
        return
    if column == "row_action":
        # The column is sent at all: its value is legal, what the cell says is not.
        ground.change(row, row_action="update")
    ground.write(row, column, _cell(row, number, column, is_still=ground.is_still))
    ground.expect(rule, row, column)
    if number == "02" and not ground.is_still:
        _write_old_number(ground, row)
    if rule == "DS-04" and not ground.is_still:
        # Else it might be the poor village that was listed by mistake half a year before, which would stand for it.
        ground.change(row, designation="urban_pilot_district")
    if rule in _BELOW_ZERO and (rule == "GF-07" or not ground.is_still):
        column, follows, note = _BELOW_ZERO[rule]
        ground.expect(rule, row, column, rule=follows, note=note)


def _write_old_number(ground: Ground, row: Row) -> None:
    """An ID number of the old kind in a row that is held anyway: it is only asked about, but would cost its token."""
    contract = load_contracts()[row.form]
    asking = [rule for rule in contract.rules if rule.code == f"{contract.code}-90"]
    for column in asking[0].columns if asking else ():
        ground.write(row, column, words()["planted"]["old_id_number"])
        ground.expect(asking[0].code, row, column)


# A row of the form that may be held; that of a subject's form is declared by the subject, else it is a copy.
_SPARE: dict[str, Maker] = {
    "households": lambda ground, rule: new_household(ground, rule)[0],
    "members": lambda ground, rule: new_household(ground, rule)[1][1],
    "household_income": partial(income_row, held=True, fits=lambda _, income: income["wage_income_yuan"] == 0),
    "assistance_measures": partial(measure_row, held=True),
    "guarantee_funds": partial(fund_row, held=True),
    "guarantee_loans": partial(loan_row, held=True),
    "village_income": partial(village_row, held=True),
}


def _row(ground: Ground, form: str, rule: str, filled: Where) -> Row:
    """A row of the form that may be held; a copy is of a row whose cell will do."""
    spare = next((subject.spare[form] for subject in all_subjects() if form in subject.spare), _SPARE.get(form))
    if spare is not None:
        return spare(ground, rule)
    # A yearly form is not sent with the last period.
    sent = [period for period in ground.state.periods if (form, period) in ground.state.forms]
    return ground.copy_row(form, rule, held=True, period=sent[-1] if sent else NOW, where=filled)


def _cell(row: Row, number: str, column: str, *, is_still: bool) -> Cell:
    texts: dict[str, str] = words()["planted"]
    declared = load_contracts()[row.form].column(column)
    if number == "01":
        return None
    if number == "02":
        return texts["unreadable_date" if declared.logical_type == "date" else "unreadable_number"]
    if number == "03":
        return texts["unknown_code"]
    if number == "04":
        return texts["unknown_village"]
    if number == "05":
        # Excel keeps 15 digits of a number.
        digits = str(row.values[column]).rstrip("Xx")
        return int(digits[:15] + "0" * (len(digits) - 15))
    outside = OUTSIDE_STILL if is_still else OUTSIDE
    if column in outside:
        return outside[column]
    maximum = declared.usual_maximum if is_still and declared.maximum is None else declared.maximum
    return (declared.minimum or 0) - 1 if maximum is None else maximum + 1


def _double(ground: Ground, row: Row, rule: str, column: str) -> None:
    again = ground.add(row.form, row.period, dict(row.values), f"{row.tag}:again")
    ground.burden(row.form, row.period, row.township)
    ground.expect_each(rule, (row, again), column)
