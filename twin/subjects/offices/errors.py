"""Errors in the offices' returns: one function per rule that is not generic.

A county's ledger and the city's list are long enough to lose the few rows planted into each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from twin.duties import CITY
from twin.planting import FIRST_COPY, NOW, YEAR_END, Ground, NoRoomError, Row
from twin.subjects.offices.rows import BULLETIN, FIRST_PERIOD, SURVEYORS, confirmation_code

CONFIRMATIONS, FIGURES, SURVEYS = "period_confirmations", "control_totals", "surveys"
# The quarter that planted confirmations are about: no figure of ours rests on it.
OLD_QUARTER = "2014-03"
_FORMS = (
    "households", "members", "household_income", "assistance_measures", "guarantee_funds", "guarantee_loans",
    "village_income", "identification", "exit_reviews", "household_changes", "household_decisions", "base_fostering",
    "cooperatives", "equity_agreements", "equity_holdings", "equity_group_members", "distributions", "dividends",
    "loan_products", "fund_movements", "loan_events",
)  # fmt: skip

BROKEN: Mapping[str, Mapping[str, str]] = {
    CONFIRMATIONS: {
        "01": "confirmed_on", "02": "confirmed_on", "03": "confirmation_level", "04": "area_code",
        "06": "confirmation_code",
    },
    FIGURES: {
        "01": "figure_value", "02": "published_on", "03": "figure_unit", "04": "division_code", "06": "division_code",
        "07": "figure_value",
    },
    SURVEYS: {
        "01": "surveyed_on", "02": "surveyed_on", "03": "surveyor_kind", "04": "division_code", "06": "survey_code",
        "07": "missed_persons",
    },
}  # fmt: skip


def _fresh_confirmation(values: dict[str, Any], number: int) -> dict[str, Any]:
    """A confirmation of one form alone, so that it confirms nothing twice."""
    which = number - FIRST_COPY
    code = confirmation_code(values["area_code"], values["period_confirmed"], 10 + which)
    return {"confirmation_code": code, "form_confirmed": _FORMS[which % len(_FORMS)]}


def _fresh_figure(_: dict[str, Any], number: int) -> dict[str, Any]:
    """A figure of a month before the first return, of which we have none."""
    which = number - FIRST_COPY
    return {"figure_period": f"{2014 + which // 12}-{which % 12 + 1:02d}"}


def _fresh_survey(_: dict[str, Any], number: int) -> dict[str, Any]:
    """A survey of the whole city, by year and surveyor."""
    which = number - FIRST_COPY
    year = 2016 - which // 3 % 3
    return {
        "survey_code": f"DC-{year}-{50 + which}", "division_code": CITY, "survey_year": year,
        "surveyed_on": date(year, 12, 1), "surveyor_kind": SURVEYORS[which % 3],
    }  # fmt: skip


FRESH_KEYS: Mapping[str, Callable[[dict[str, Any], int], dict[str, Any]]] = {
    CONFIRMATIONS: _fresh_confirmation,
    FIGURES: _fresh_figure,
    SURVEYS: _fresh_survey,
}


# --- confirmations --------------------------------------------------------------------------------------


def _county(ground: Ground, turn: int) -> str:
    counties = [code for code in ground.senders(CONFIRMATIONS, NOW) if code != CITY]
    if not counties:
        raise NoRoomError(f"{CONFIRMATIONS}: no county confirms")
    return counties[turn % len(counties)]


def _confirmation(ground: Ground, rule: str, turn: int, *, held: bool = True, **changes: Any) -> Row:
    county = _county(ground, turn)
    return ground.copy_row(
        CONFIRMATIONS, rule, held=held,
        where=lambda values: values["submitter_code"] == county and values["period_confirmed"] == OLD_QUARTER,
        **changes,
    )  # fmt: skip


def _before_the_end(ground: Ground) -> None:
    row = _confirmation(ground, "PC-08", 0, held=False, confirmed_on=date(2014, 3, 20))
    ground.expect("PC-08", row, "confirmed_on")


def _of_a_later_period(ground: Ground) -> None:
    code = confirmation_code(_county(ground, 1), "2017-12", 1)
    later: dict[str, Any] = {
        "confirmation_code": code,
        "period_confirmed": "2017-12",
        "confirmed_on": date(2018, 1, 20),
    }
    ground.expect("PC-09", _confirmation(ground, "PC-09", 1, held=False, **later), "period_confirmed")


def _wrong_level(ground: Ground) -> None:
    ground.expect("PC-10", _confirmation(ground, "PC-10", 2, confirmation_level="city"), "confirmation_level")


def _confirmed_twice(ground: Ground) -> None:
    for _ in range(2):
        row = _confirmation(ground, "PC-11", 0, form_confirmed="surveys")
        ground.expect("PC-11", row, "period_confirmed")


def _withdrawn_before(ground: Ground) -> None:
    withdrawn: dict[str, Any] = {"withdrawn_on": date(2014, 4, 1), "withdrawal_reason": "late_return"}
    ground.expect("PC-12", _confirmation(ground, "PC-12", 1, held=False, **withdrawn), "withdrawn_on")


def _withdrawn_without_reason(ground: Ground) -> None:
    row = _confirmation(ground, "PC-13", 2, withdrawn_on=date(2014, 7, 1), withdrawal_reason=None)
    ground.expect("PC-13", row, "withdrawal_reason")


def _code_of_another_period(ground: Ground) -> None:
    code = confirmation_code(_county(ground, 0), "2014-06", 90)
    row = _confirmation(ground, "PC-14", 0, held=False, confirmation_code=code)
    ground.expect("PC-14", row, "confirmation_code")


def _no_longer_listed(ground: Ground) -> None:
    county = _county(ground, 1)

    def is_countys(values: dict[str, Any]) -> bool:
        return bool(values["submitter_code"] == county and values["period_confirmed"] == OLD_QUARTER)

    ground.copy_row(CONFIRMATIONS, "PC-15", held=False, period=YEAR_END, where=is_countys)
    # The sheet's first row is blamed, the missing one has none.
    label = ground.find(CONFIRMATIONS, NOW, is_countys, taking=False)
    ground.expect("PC-15", ground.tagged(CONFIRMATIONS, NOW, label, "PC-15:first"), "confirmation_code")


# --- official figures -----------------------------------------------------------------------------------


def _figure(ground: Ground, rule: str, column: str, *, held: bool, **changes: Any) -> None:
    ground.expect(rule, ground.copy_row(FIGURES, rule, held=held, **changes), column)


def _unknown_indicator(ground: Ground) -> None:
    _figure(ground, "CT-08", "indicator_name", held=False, indicator_name="贫困面")


def _figure_of_a_later_period(ground: Ground) -> None:
    _figure(ground, "CT-09", "figure_period", held=False, figure_period="2017-12", published_on=None)


def _another_unit(ground: Ground) -> None:
    _figure(ground, "CT-10", "figure_unit", held=True, indicator_name="未脱贫人口", figure_unit="households")


def _percentage(ground: Ground) -> None:
    percent = {"indicator_name": "脱贫率", "figure_unit": "ratio", "figure_value": 72.8}
    _figure(ground, "CT-11", "figure_value", held=True, **percent)


def _counties_exceed_the_city(ground: Ground) -> None:
    county = ground.state.plan.counties[0]
    same = {
        "indicator_name": "建档立卡户",
        "figure_unit": "households",
        "figure_period": NOW,
        "source_kind": "statistics",
    }
    dated: dict[str, Any] = {**same, "published_on": date(2017, 7, 20)}
    _figure(ground, "CT-12", "figure_value", held=False, division_code=CITY, figure_value=100, **dated)
    ground.copy_row(FIGURES, "CT-12", held=False, division_code=county, figure_value=200, **dated)


def _restated(ground: Ground) -> None:
    row = ground.pick_row(
        FIGURES, "CT-13",
        where=lambda values: values["source_kind"] == BULLETIN and values["figure_period"] == FIRST_PERIOD,
    )  # fmt: skip
    ground.change(row, figure_value=int(row.values["figure_value"]) + 100)
    ground.expect("CT-13", row, "figure_value")


def _published_before_the_end(ground: Ground) -> None:
    _figure(ground, "CT-14", "published_on", held=False, source_kind="statistics", published_on=date(2014, 1, 2))


# --- surveys --------------------------------------------------------------------------------------------


def _survey(ground: Ground, rule: str, column: str, *, held: bool = True, **changes: Any) -> None:
    """A further survey of the whole city in the first return."""
    ground.expect(rule, ground.copy_row(SURVEYS, rule, held=held, period=FIRST_PERIOD, **changes), column)


def _more_than_surveyed(ground: Ground) -> None:
    part: dict[str, Any] = {"survey_year": 2014, "surveyed_on": date(2014, 12, 1), "surveyor_kind": "third_party"}
    _survey(ground, "SV-08", "satisfied_households", held=False, asked_households=100, satisfied_households=101, **part)


def _surveyed_before(ground: Ground) -> None:
    early: dict[str, Any] = {"survey_year": 2014, "surveyed_on": date(2013, 12, 1), "surveyor_kind": "province"}
    _survey(ground, "SV-09", "surveyed_on", **early)


def _year_to_come(ground: Ground) -> None:
    year = 2016 if ground.is_still else 2018
    later: dict[str, Any] = {"survey_year": year, "surveyed_on": date(year, 1, 10), "surveyor_kind": "city"}
    _survey(ground, "SV-10", "survey_year", held=False, **later)


def _of_a_township(ground: Ground) -> None:
    below: dict[str, Any] = {"survey_year": 2015, "surveyed_on": date(2015, 12, 1), "surveyor_kind": "city"}
    _survey(ground, "SV-11", "division_code", division_code=ground.state.townships[0], **below)


def _inspected(values: dict[str, Any]) -> bool:
    """A city's inspection: a third party's survey of the county stands before it."""
    return bool(values["surveyor_kind"] == "city")


def _too_many_missed(ground: Ground) -> None:
    row = ground.pick_row(SURVEYS, "SV-12", period=YEAR_END, where=_inspected)
    ground.change(row, missed_persons=int(row.values["surveyed_unregistered_persons"]) // 20)
    ground.expect("SV-12", row, "missed_persons")


def _surveyed_twice(ground: Ground) -> None:
    first = ground.pick_row(SURVEYS, "SV-13", period=YEAR_END, where=_inspected)
    same = {name: first.values[name] for name in ("division_code", "survey_year", "surveyed_on", "surveyor_kind")}
    again = ground.copy_row(SURVEYS, "SV-13", held=False, period=YEAR_END, where=_inspected, **same)
    for row in (first, again):
        ground.expect("SV-13", row, "survey_code")


PLANTERS: tuple[Callable[[Ground], None], ...] = (
    _before_the_end, _of_a_later_period, _wrong_level, _confirmed_twice, _withdrawn_before, _withdrawn_without_reason,
    _code_of_another_period, _no_longer_listed, _unknown_indicator, _figure_of_a_later_period, _another_unit,
    _percentage, _counties_exceed_the_city, _restated, _published_before_the_end, _more_than_surveyed,
    _surveyed_before, _year_to_come, _of_a_township, _too_many_missed, _surveyed_twice,
)  # fmt: skip
