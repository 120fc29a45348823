"""Errors in the offices' returns: one planter per rule that is not generic.

A county's ledger and the city's list are long enough to lose the few rows planted into each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from twin.duties import CITY
from twin.planter import Maker, Planter, Values, by_city, copied, matching, picked, planter
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


def _fresh_confirmation(values: Values, number: int) -> Values:
    """A confirmation of one form alone, so that it confirms nothing twice."""
    which = number - FIRST_COPY
    code = confirmation_code(values["area_code"], values["period_confirmed"], 10 + which)
    return {"confirmation_code": code, "form_confirmed": _FORMS[which % len(_FORMS)]}


def _fresh_figure(_: Values, number: int) -> Values:
    """A figure of a month before the first return, of which we have none."""
    which = number - FIRST_COPY
    return {"figure_period": f"{2014 + which // 12}-{which % 12 + 1:02d}"}


def _fresh_survey(_: Values, number: int) -> Values:
    """A survey of the whole city, by year and surveyor."""
    which = number - FIRST_COPY
    year = 2016 - which // 3 % 3
    return {
        "survey_code": f"DC-{year}-{50 + which}", "division_code": CITY, "survey_year": year,
        "surveyed_on": date(year, 12, 1), "surveyor_kind": SURVEYORS[which % 3],
    }  # fmt: skip


FRESH_KEYS: Mapping[str, Callable[[Values, int], Values]] = {
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


def _confirmation(turn: int, *, held: bool = False) -> Maker:
    """A further confirmation of an old quarter by a county."""

    def make(ground: Ground, rule: str) -> Row:
        old = matching(submitter_code=_county(ground, turn), period_confirmed=OLD_QUARTER)
        return ground.copy_row(CONFIRMATIONS, rule, held=held, where=old)

    return make


def _numbered(values: Values, period: str, number: int) -> Values:
    """The confirmation under the number of a period."""
    return {"confirmation_code": confirmation_code(values["submitter_code"], period, number)}


def _confirmed_twice(ground: Ground) -> None:
    for _ in range(2):
        row = _confirmation(0, held=True)(ground, "PC-11")
        ground.change(row, form_confirmed="surveys")
        ground.expect("PC-11", row, "period_confirmed")


def _no_longer_listed(ground: Ground) -> None:
    old = matching(submitter_code=_county(ground, 1), period_confirmed=OLD_QUARTER)
    ground.copy_row(CONFIRMATIONS, "PC-15", held=False, period=YEAR_END, where=old)
    # The sheet's first row is blamed, the missing one has none.
    label = ground.find(CONFIRMATIONS, NOW, old, taking=False)
    ground.expect("PC-15", ground.tagged(CONFIRMATIONS, NOW, label, "PC-15:first"), "confirmation_code")


# --- official figures -----------------------------------------------------------------------------------


def _counties_exceed_the_city(ground: Ground) -> None:
    dated: dict[str, Any] = {
        "indicator_name": "建档立卡户", "figure_unit": "households", "figure_period": NOW,
        "source_kind": "statistics", "published_on": date(2017, 7, 20),
    }  # fmt: skip
    of_city: dict[str, Any] = {"division_code": CITY, "figure_value": 100}
    ground.expect("CT-12", ground.copy_row(FIGURES, "CT-12", held=False, **of_city, **dated), "figure_value")
    county = ground.state.plan.counties[0]
    ground.copy_row(FIGURES, "CT-12", held=False, division_code=county, figure_value=200, **dated)


# --- surveys --------------------------------------------------------------------------------------------


def _survey(year: int, surveyed_on: date, surveyor: str, *, held: bool = True, **changes: Any) -> Maker:
    """A further survey of the whole city in the first return."""
    cells: dict[str, Any] = {"survey_year": year, "surveyed_on": surveyed_on, "surveyor_kind": surveyor}
    return copied(SURVEYS, held=held, period=FIRST_PERIOD, **cells, **changes)


def _of_a_township(ground: Ground, rule: str) -> Row:
    row = _survey(2015, date(2015, 12, 1), "city")(ground, rule)
    ground.change(row, division_code=ground.state.townships[0])
    return row


# A city's inspection: a third party's survey of the county stands before it.
_inspected = matching(surveyor_kind="city")


def _surveyed_twice(ground: Ground) -> None:
    first = ground.pick_row(SURVEYS, "SV-13", period=YEAR_END, where=_inspected)
    same = {name: first.values[name] for name in ("division_code", "survey_year", "surveyed_on", "surveyor_kind")}
    again = ground.copy_row(SURVEYS, "SV-13", held=False, period=YEAR_END, where=_inspected, **same)
    ground.expect_each("SV-13", (first, again), "survey_code")


_figure, _held_figure = copied(FIGURES), copied(FIGURES, held=True)
PLANTERS: tuple[Planter, ...] = (
    planter("PC-08", _confirmation(0), "confirmed_on", confirmed_on=date(2014, 3, 20)),
    planter("PC-09", _confirmation(1), "period_confirmed", lambda v: _numbered(v, "2017-12", 1),
            period_confirmed="2017-12", confirmed_on=date(2018, 1, 20)),
    planter("PC-10", _confirmation(2, held=True), "confirmation_level", confirmation_level="city"),
    _confirmed_twice,
    planter("PC-12", _confirmation(1), "withdrawn_on", withdrawn_on=date(2014, 4, 1),
            withdrawal_reason="late_return"),
    planter("PC-13", _confirmation(2, held=True), "withdrawal_reason", withdrawn_on=date(2014, 7, 1),
            withdrawal_reason=None),
    planter("PC-14", _confirmation(0), "confirmation_code", lambda v: _numbered(v, "2014-06", 90)),
    _no_longer_listed,
    planter("CT-08", _figure, "indicator_name", indicator_name="贫困面"),
    planter("CT-09", _figure, "figure_period", figure_period="2017-12", published_on=None),
    planter("CT-10", _held_figure, "figure_unit", indicator_name="未脱贫人口", figure_unit="households"),
    planter("CT-11", _held_figure, "figure_value", indicator_name="脱贫率", figure_unit="ratio", figure_value=72.8),
    _counties_exceed_the_city,
    planter("CT-13", picked(FIGURES, where=matching(source_kind=BULLETIN, figure_period=FIRST_PERIOD)),
            "figure_value", lambda v: {"figure_value": int(v["figure_value"]) + 100}),
    planter("CT-14", _figure, "published_on", source_kind="statistics", published_on=date(2014, 1, 2)),
    planter("SV-08", _survey(2014, date(2014, 12, 1), "third_party", held=False), "satisfied_households",
            asked_households=100, satisfied_households=101),
    planter("SV-09", _survey(2014, date(2013, 12, 1), "province"), "surveyed_on"),
    by_city(planter("SV-10", _survey(2016, date(2016, 1, 10), "city", held=False), "survey_year"),
            planter("SV-10", _survey(2018, date(2018, 1, 10), "city", held=False), "survey_year")),
    planter("SV-11", _of_a_township, "division_code"),
    planter("SV-12", picked(SURVEYS, period=YEAR_END, where=_inspected), "missed_persons",
            lambda v: {"missed_persons": int(v["surveyed_unregistered_persons"]) // 20}),
    _surveyed_twice,
)  # fmt: skip
