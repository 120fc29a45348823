"""What changes about a person from one period to the next: age, schooling, labour, work.

Everything follows from the fixed traits of ``people`` and the period, so a person is consistent
over the periods: pupils move up with the school year, the young finish, the old retire.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
import pandas as pd

from twin.people import HEALTHY

NOT_AT_SCHOOL, PRESCHOOL, PRIMARY, GRADE_7 = "00", "01", "02", "03"
SENIOR_YEARS = (("06", "07", "08"), ("09", "10", "11"))
HIGHER_VOCATIONAL = ("12", "13", "14")
COLLEGE = "15"
WORKING_AGE = (16, 60)
COMMON, SKILLED, LOST, NONE, WEAK = "1", "2", "3", "4", "5"


def last_day(period: str) -> date:
    """The last day of a period ``YYYY-MM``."""
    year, month = int(period[:4]), int(period[5:7])
    return date(year, month, monthrange(year, month)[1])


def ages(births: pd.Series, day: date) -> np.ndarray:
    """Completed years on a day."""
    stamps = pd.to_datetime(births)
    before = (stamps.dt.month * 100 + stamps.dt.day) > day.month * 100 + day.day
    return (day.year - stamps.dt.year - before.astype(int)).to_numpy()


def person_states(people: pd.DataFrame, period: str) -> pd.DataFrame:
    """The ``members`` rows of a period (contract columns), plus ``household`` and ``age``; index as ``people``."""
    here = (people["from_period"] <= period) & ((people["left_period"] == "") | (people["left_period"] > period))
    persons = people[here]
    end = last_day(period)
    frame = persons[
        ["household", "household_code", "name", "id_number", "relation", "sex", "ethnicity", "health", "phone"]
    ].copy()
    frame["person_code"] = persons["household_code"] + persons["person_number"].map("{:03d}".format)
    frame["village_code"] = persons["household_code"].str[:12]
    age = ages(persons["birth"], end)
    frame["age"] = age
    frame["school_status"] = _school(persons, end)
    studying = (frame["school_status"] != NOT_AT_SCHOOL).to_numpy()
    frame["education"] = _education(persons, age, studying)
    frame["labour_ability"] = _labour(persons, age, studying)
    able = frame["labour_ability"].isin([COMMON, SKILLED])
    works = able & persons["works"]
    frame["work_place"] = persons["work_place"].where(works)
    months = np.minimum(persons["work_rate"], end.month)
    frame["work_months"] = np.where(works, months, np.nan)
    frame["critical_illness_insurance"] = persons["insured"]
    came_as = persons["came_as"] if "came_as" in persons.columns else pd.Series("born", index=persons.index)
    frame["membership_change"] = came_as.where(persons["from_period"] == period)
    return frame


def _school(persons: pd.DataFrame, end: date) -> np.ndarray:
    # The school year turns on 1 September; the age then decides the class.
    opening = date(end.year if end.month >= 9 else end.year - 1, 8, 31)
    age = ages(persons["birth"], opening)
    keeps, kind = persons["keeps_studying"].to_numpy(), persons["schooling"].to_numpy()
    status = np.full(len(persons), NOT_AT_SCHOOL, dtype=object)
    status[(age >= 3) & (age < 6)] = PRESCHOOL
    status[(age >= 6) & (age < 12)] = PRIMARY
    for year in range(3):
        status[age == 12 + year] = f"{int(GRADE_7) + year:02d}"
        # The first senior year is open to all, so that nobody of school age is out of school.
        senior = (age == 15 + year) & ((keeps < 0.85) | (year == 0))
        status[senior & (kind < 0.5)] = SENIOR_YEARS[0][year]
        status[senior & (kind >= 0.5)] = SENIOR_YEARS[1][year]
        status[(age == 18 + year) & (keeps < 0.5) & (kind >= 0.5)] = HIGHER_VOCATIONAL[year]
    status[(age >= 18) & (age < 22) & (keeps < 0.5) & (kind < 0.5)] = COLLEGE
    return status


def _education(persons: pd.DataFrame, age: np.ndarray, studying: np.ndarray) -> pd.Series:
    draw = persons["schooling"].to_numpy()
    level = np.where(draw < 0.12, "1", np.where(draw < 0.5, "2", np.where(draw < 0.85, "3", "4")))
    old = np.where(draw < 0.4, "1", np.where(draw < 0.85, "2", "3"))
    level = np.where(age >= 60, old, level)
    finished = np.where((persons["keeps_studying"] < 0.5) & (age < 40), "5", np.where(age < 24, "3", level))
    level = np.where(age < 40, finished, level)
    level = np.where(age < 7, "6", level)
    return pd.Series(level, index=persons.index).where(~studying)


def _labour(persons: pd.DataFrame, age: np.ndarray, studying: np.ndarray) -> np.ndarray:
    weakness, health = persons["weakness"].to_numpy(), persons["health"].to_numpy()
    able = np.where(persons["skilled"], SKILLED, COMMON)
    ill = np.where(weakness < 0.4, LOST, np.where(weakness < 0.8, WEAK, COMMON))
    working = np.where(health == HEALTHY, able, ill)
    retired = np.where(weakness < 0.25, WEAK, NONE)
    # Beyond the working age by a margin: the band is a dated parameter and may be read up to 65.
    labour = np.where(age > WORKING_AGE[1] + 5, retired, working)
    return np.where((age < WORKING_AGE[0]) | studying, NONE, labour)
