"""What offices beyond the townships return: designated places, reform mechanisms, the five projects and three actions.

Insurance stands in ``insurance``. Real names are the five key counties, the two ethnic townships and three of the
key townships; the other places are the twin's own choice and say so (``named_by_source``).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from twin.parameters import read_yaml
from twin.person_states import last_day
from twin.places import read_places, seed
from twin.plausible import parameters
from twin.state import State, accepted
from twin.subject import CityPlan, Forms, Subject
from twin.subjects.programmes_errors import FRESH, PLANTERS

CITY = "350400"
KEY_TOWNSHIPS = 20
ETHNIC_SUFFIX_CODES = ("350424207", "350481204")
PILOT_DISTRICTS, PILOTS_FROM = ("350402", "350403"), date(2017, 5, 1)
FIRST_DAY = date(2014, 1, 1)
NOW = "2017-06"
STAGED_PERIODS = ("2015-12", "2016-12", NOW)
# Programmes that grow year by year, and when those begin that are not there from the start.
ADDED_LATER = ("envoys", "training", "employment")
LATER_DAYS = (date(2016, 3, 1), date(2017, 3, 1), date(2017, 9, 1))
# Pilot places of a mechanism: a few counties, the same in every (sub-)city.
PILOT_PLACES = ("350423", "350424", "350426", "350427", "350429")


def texts() -> dict[str, Any]:
    """The words of these returns."""
    return read_yaml("subjects/programmes")


def states(plan: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    """The rows of a period."""
    return {
        "designations": _designations(plan, period),
        "reform_mechanisms": _mechanisms(period),
        "programme_participation": _participation(plan, period, forms),
    }


def _designations(plan: CityPlan, period: str) -> pd.DataFrame:
    divisions = seed("division_2017")
    counties = divisions[(divisions["level"] == "county") & (divisions["note"] != "")]["code"]
    poor = plan.villages.loc[plan.villages["is_poor_village"], "code"]
    places = [(code, "provincial_key_county", FIRST_DAY, True) for code in counties]
    places += [(code, "ethnic_township", FIRST_DAY, True) for code in ETHNIC_SUFFIX_CODES]
    places += [(code, "municipal_key_township", FIRST_DAY, named) for code, named in key_townships()]
    places += [(code, "registered_poor_village", FIRST_DAY, False) for code in poor]
    if period >= f"{PILOTS_FROM:%Y-%m}":
        places += [(code, "urban_pilot_district", PILOTS_FROM, True) for code in PILOT_DISTRICTS]
    frame = pd.DataFrame(places, columns=["place_code", "designation", "designated_from", "named_by_source"])
    document = texts()["document"]
    frame["document_number"] = [document.format(year=day.year, number=1) for day in frame["designated_from"]]
    frame["designated_to"] = None
    frame["submitter_code"] = CITY
    return frame.sort_values(["place_code", "designation"], kind="stable").reset_index(drop=True)


@cache
def key_townships() -> tuple[tuple[str, bool], ...]:
    """The key townships with whether sources name them: three do, the rest are every n-th of the rural ones."""
    townships = read_places().townships
    named = townships[townships["name"].isin(texts()["named_key_townships"])]["code"].tolist()
    rural = [c for c in townships["code"] if c[6:] >= "200" and c not in (*named, *ETHNIC_SUFFIX_CODES)]
    step = len(rural) // (KEY_TOWNSHIPS - len(named))
    others = rural[::step][: KEY_TOWNSHIPS - len(named)]
    return tuple(sorted([(code, True) for code in named] + [(code, False) for code in others]))


def _mechanisms(period: str) -> pd.DataFrame:
    # Name and level come first, then the stage at each of the periods told.
    stage_at = 2 + max(index for index, stage in enumerate(STAGED_PERIODS) if stage <= period)
    rows = []
    for number, mechanism in enumerate(texts()["mechanisms"], 1):
        name, level = mechanism[:2]
        stage = mechanism[stage_at]
        since = {"planned": date(2015, 1, 1), "trial": date(2015, 6, 1), "finished": date(2017, 3, 1)}[stage]
        places = PILOT_PLACES[: 1 + number % 4]
        rows += [(f"JZ-{number:02d}", place, name, level, stage, since) for place in places]
    columns = ["mechanism_code", "pilot_place_code", "mechanism_name", "mechanism_level", "stage", "stage_since"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["start_year"], frame["target_on"], frame["submitter_code"] = 2015, date(2020, 12, 1), CITY
    return frame


def _participation(plan: CityPlan, period: str, forms: Forms) -> pd.DataFrame:
    """Every county lists what runs in its townships: strong towns, envoys, jobs, schooling, training."""
    # Numbers stay where they are when households leave: they are given by the registers before any did.
    periods = plan.periods if plan.life is None else plan.periods[:-1]
    register = forms["households", min(period, periods[-1])]
    settled = set.intersection(*(set(forms["households", p]["household_code"]) for p in periods))
    homes = register[register["household_code"].isin(settled)].groupby(register["household_code"].str[:9])
    # The last of a township large enough: planted errors begin with the first ones.
    households = {str(t): group["household_code"].tolist()[-2:] for t, group in homes if len(group) > 5}
    key = {code for code, _ in key_townships()} | set(ETHNIC_SUFFIX_CODES)
    rows: list[dict[str, Any]] = []
    for township in plan.townships:
        villages = plan.villages.loc[plan.villages["township_code"] == township, "code"].tolist()
        if township in key or township == plan.townships[0]:
            rows.append(_one("strong_towns", "township", township, "strong_town", strong=_strong_town(township)))
        rows += [_one("envoys", "village", village, "envoy") for village in villages[:2]]
        rows += [_one("training", "village", village, "training_body") for village in villages[:1]]
        rows.append(_one("schooling", "school", township, "school"))
        rows += [
            _one("employment", "household", code[:12], "enterprise", household=code)
            for code in households.get(township, [])
        ]
    frame = pd.DataFrame(rows)
    frame["submitter_code"] = frame["place_code"].str[:6]
    counts = frame.groupby("submitter_code").cumcount() + 1
    frame["participation_code"] = [f"CJ-{c}-{n:05d}" for c, n in zip(frame["submitter_code"], counts, strict=True)]
    if plan.is_lively:
        frame = _begun(plan, frame, period)
        present = forms["households", period]["household_code"]
        frame = frame[frame["household_code"].isna() | frame["household_code"].isin(present)].reset_index(drop=True)
    served = plan.rng(f"programmes {period}").integers(3, 90, len(frame))
    frame["persons_served"] = [
        1 if kind == "household" else int(n) for kind, n in zip(frame["subject_kind"], served, strict=True)
    ]
    frame["funds_yuan"] = served * 500.0
    return frame


def _begun(plan: CityPlan, frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """What has begun by a period: of what is added year by year, a part later than the rest."""
    later = frame["programme"].isin(ADDED_LATER) & (
        plan.rng("programmes begun").random(len(frame)) < parameters(period)["participation"]["later"]
    )
    days = np.resize(np.array(LATER_DAYS, dtype=object), len(frame))
    frame["started_on"] = frame["started_on"].where(~later, pd.Series(days, index=frame.index))
    return frame[[day <= last_day(period) for day in frame["started_on"]]].reset_index(drop=True)


def _one(
    programme: str, kind: str, place: str, counterpart: str, *, household: str | None = None, strong: str | None = None
) -> dict[str, Any]:
    return {
        "programme": programme, "subject_kind": kind, "place_code": place, "household_code": household,
        "counterpart_kind": counterpart, "counterpart_township_code": strong, "started_on": date(2015, 3, 1),
        "ended_on": None,
    }  # fmt: skip


def _strong_town(township: str) -> str:
    """The first town of the county that is another one; a county of one town takes a neighbour's."""
    codes = read_places().townships["code"]
    towns = [c for c in codes if c[:6] == township[:6] and "100" <= c[6:] < "200" and c != township]
    return towns[0] if towns else next(c for c in codes if c != township)


def expected(state: State) -> dict[str, object]:
    """The article's figures of designations, mechanisms and programmes."""
    places = accepted(state, "designations", NOW)
    if len(places):
        places = places[[end is None or end != end or end >= last_day(NOW) for end in places["designated_to"]]]
    mechanisms = accepted(state, "reform_mechanisms", NOW)
    counts = places.groupby("designation")["place_code"].nunique() if len(places) else pd.Series(dtype=int)
    facts: dict[str, object] = {
        fact: counts.get(designation)
        for fact, designation in {
            "key_counties": "provincial_key_county",
            "key_townships": "municipal_key_township",
            "ethnic_townships": "ethnic_township",
            "registered_poor_villages": "registered_poor_village",
            "urban_pilot_districts": "urban_pilot_district",
        }.items()
    }
    if len(mechanisms):
        codes = mechanisms.groupby("stage")["mechanism_code"].nunique()
        facts |= {
            "mechanisms_planned": mechanisms["mechanism_code"].nunique(),
            "mechanism_levels": mechanisms["mechanism_level"].nunique(),
            "mechanisms_finished": codes.get("finished"),
            "mechanisms_in_trial": codes.get("trial"),
        }
    return facts | _programmes(state)


def _programmes(state: State) -> dict[str, object]:
    """Collected programmes, and those that other forms hold: loans, pilot places, village projects."""
    groups = seed("programme_group").set_index("programme")["programme_group"]
    collected = accepted(state, "programme_participation", NOW)
    present = set(collected["programme"]) if len(collected) else set()
    present |= {"guarantee"} if len(accepted(state, "guarantee_loans", NOW)) else set()
    present |= {"demonstration"} if len(accepted(state, "reform_mechanisms", NOW)) else set()
    present |= {"shell_villages"} if _serves_a_shell(state) else set()
    counts = pd.Series(sorted(present), dtype=object).map(groups).value_counts()
    return {"five_projects": counts.get("five_projects"), "three_actions": counts.get("three_actions")}


def _serves_a_shell(state: State) -> bool:
    """Whether a project serves a village that a county had recorded as a shell by the end of the year before."""
    projects, decisions = accepted(state, "village_projects", NOW), accepted(state, "village_decisions", NOW)
    if projects.empty or decisions.empty:
        return False
    recorded = [
        village
        for village, kind, day in zip(
            decisions["village_code"], decisions["decision_kind"], decisions["decided_on"], strict=True
        )
        if kind == "shell_recorded" and f"{day:%Y-%m}" < f"{NOW[:4]}-01"
    ]
    return bool(projects["village_code"].isin(recorded).any())


SUBJECT = Subject("programmes", states, PLANTERS, FRESH, expected=expected)
