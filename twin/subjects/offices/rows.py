"""Clean rows of the offices: confirmations by county and city, official figures, surveys.

Counties confirm a quarter six weeks after it ended and list it in every later return; the city has released what
ended until 2015-12. So 2015-12 is final, 2016-12 county-confirmed and 2017-06 provisional. Official figures are those
of the plan. All counties but two were surveyed for 2014, 2015 and 2016, by three kinds of surveyors.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from twin.duties import CITY
from twin.households import IN_POVERTY
from twin.person_states import last_day
from twin.places import seed
from twin.subject import CityPlan, Forms

QUARTERS = tuple(f"{year}-{month:02d}" for year in (2014, 2015, 2016, 2017) for month in (3, 6, 9, 12))
FIRST_PERIOD = "2015-12"
RELEASED_UNTIL = "2015-12"
COUNTY_AFTER, CITY_AFTER = timedelta(days=45), timedelta(days=75)
# One county withdrew its confirmation of a quarter and confirmed it again.
CONFIRMED_AGAIN = "2015-03"
NATIONAL, BULLETIN = "national_system", "city_bulletin"
NOT_SURVEYED = ("350427", "350430")
SURVEYORS = ("third_party", "province", "city")


def office_states(plan: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    """The clean rows of the offices' forms for a period."""
    return {
        "period_confirmations": pd.DataFrame(_confirmations(plan, period), dtype=object),
        "control_totals": pd.DataFrame(_official_figures(plan, period, forms), dtype=object),
        "surveys": pd.DataFrame(_surveys(plan, period), dtype=object),
    }


def confirmation_code(area: str, period: str, number: int) -> str:
    """The code of a confirmation: area, period confirmed, running number."""
    return f"QR-{area}-{period.replace('-', '')}-{number:02d}"


def _confirmations(plan: CityPlan, period: str) -> list[dict[str, Any]]:
    rows = []
    for quarter in (q for q in QUARTERS if q < period):
        if quarter <= RELEASED_UNTIL:
            rows.append(_confirmation(CITY, "city", quarter, 1, last_day(quarter) + CITY_AFTER))
        for county in plan.counties:
            first = _confirmation(county, "county", quarter, 1, last_day(quarter) + COUNTY_AFTER)
            rows.append(first)
            if quarter == CONFIRMED_AGAIN and county == plan.counties[0]:
                withdrawn_on = last_day(quarter) + timedelta(days=60)
                first.update(withdrawn_on=withdrawn_on, withdrawal_reason="wrong_data")
                rows.append(_confirmation(county, "county", quarter, 2, withdrawn_on + timedelta(days=7)))
    return rows


def _confirmation(area: str, level: str, quarter: str, number: int, day: date) -> dict[str, Any]:
    return {
        "submitter_code": area, "confirmation_code": confirmation_code(area, quarter, number), "area_code": area,
        "confirmation_level": level, "period_confirmed": quarter, "form_confirmed": None, "confirmed_on": day,
        "withdrawn_on": None, "withdrawal_reason": None,
    }  # fmt: skip


def _official_figures(plan: CityPlan, period: str, forms: Forms) -> list[dict[str, Any]]:
    rows = []
    for figure_period in (p for p in plan.periods if p <= period):
        register = forms["households", figure_period]
        for area in (CITY, *plan.counties):
            lies_in = register["village_code"].str.startswith(area.removesuffix("00"))
            inside = register[lies_in]
            poor = inside[inside["poverty_status"].isin(IN_POVERTY)]
            figures = (
                ("建档立卡人口", "persons", int(inside["person_count"].sum())),
                ("未脱贫人口", "persons", int(poor["person_count"].sum())),
                ("建档立卡户", "households", len(inside)),
            )
            rows += [_official(area, figure_period, NATIONAL, *figure) for figure in figures]
            if area == CITY:
                rows.append(_official(area, figure_period, BULLETIN, *figures[1]))
    return rows


def _official(area: str, period: str, source: str, name: str, unit: str, value: int) -> dict[str, Any]:
    return {
        "submitter_code": CITY, "division_code": area, "indicator_name": name, "figure_period": period,
        "source_kind": source, "figure_value": value, "figure_unit": unit,
        "source_document": f"{period[:4]}年扶贫统计", "published_on": last_day(period) + timedelta(days=20),
    }  # fmt: skip


def _surveys(plan: CityPlan, period: str) -> list[dict[str, Any]]:
    if not period.endswith("-12"):
        return []
    years = (2014, 2015) if period == FIRST_PERIOD else (int(period[:4]),)
    chance = plan.rng(f"offices-surveys-{period}")
    divisions = seed("division_2017")
    counties = [code for code in divisions.loc[divisions["level"] == "county", "code"] if code not in NOT_SURVEYED]
    rows = []
    for year in years:
        for county in counties:
            for number, surveyor in enumerate(SURVEYORS, 1):
                unregistered, exited, asked = (int(n) for n in chance.integers((800, 400, 200), (1600, 900, 400)))
                rows.append({
                    "submitter_code": CITY, "survey_code": f"DC-{year}-{number:02d}", "division_code": county,
                    "survey_year": year, "surveyed_on": date(year, 12, 5 + number), "surveyor_kind": surveyor,
                    "surveyed_unregistered_persons": unregistered, "missed_persons": int(chance.integers(0, 9)),
                    "surveyed_exited_persons": exited, "wrongly_exited_persons": int(chance.integers(0, 6)),
                    "asked_households": asked, "satisfied_households": asked - int(chance.integers(0, asked // 20)),
                })  # fmt: skip
    return rows
