"""Villages: their profiles, the projects that raise their income, and the counties' decisions on their status.

Income and its proposed shell status are made in ``twin.villages``, projects in ``twin.village_projects``.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from twin import errors_village_decisions, errors_village_forms
from twin.person_states import last_day
from twin.places import seed
from twin.state import State, accepted
from twin.subject import CityPlan, Forms, Subject
from twin.village_projects import project_states, village_words
from twin.villages import village_people

AS_OF, BASELINE = "2017-06", "2016-12"
# Kind, day and number of the decisions; removals come in two of them.
POOR, SHELL = (date(2014, 6, 10), 3), (date(2015, 6, 15), 6)
REMOVALS = ((date(2017, 3, 20), 2), (date(2017, 6, 12), 5))


def _states(plan: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    return {
        "village_profiles": _profiles(plan),
        "village_projects": project_states(plan, period, forms),
        "village_decisions": _decisions(plan, period),
    }


def _profiles(plan: CityPlan) -> pd.DataFrame:
    """The ``village_profiles`` rows, the same in every period."""
    rng, count = plan.rng("village_profiles"), len(plan.villages)
    registered = plan.households.groupby("village_code")["size"].sum()
    households, population = village_people(plan.villages, registered, plan.seed)
    frame = pd.DataFrame({"village_code": plan.villages["code"].to_numpy()})
    frame["household_count"], frame["population"] = households, population
    frame["rural_registered_population"] = np.floor(population * rng.uniform(0.93, 1.0, count)).astype(int)
    frame["village_group_count"] = rng.integers(3, 18, count)
    labour = np.floor(population * rng.uniform(0.5, 0.65, count)).astype(int)
    frame["labour_count"], frame["migrant_count"] = labour, np.floor(labour * rng.uniform(0.2, 0.5, count)).astype(int)
    frame["party_member_count"] = np.floor(population * rng.uniform(0.02, 0.04, count)).astype(int)
    dibao = np.floor(households * rng.uniform(0.01, 0.05, count)).astype(int)
    frame["dibao_household_count"], frame["dibao_person_count"] = dibao, dibao * 2
    frame["wubao_person_count"] = np.floor(population * rng.uniform(0.001, 0.005, count)).astype(int)
    # More than the registered households can own together.
    frame["farmland_area_mu"] = np.round(population * rng.uniform(1.0, 1.6, count)) + 300.0
    frame["forest_area_mu"] = np.round(population * rng.uniform(4, 12, count)) + 500.0
    frame["cooperative_count"] = rng.integers(0, 4, count)
    for name, share in (("has_paved_road", 0.97), ("has_bus", 0.8), ("has_clinic", 0.9), ("has_reading_room", 0.85)):
        frame[name] = rng.random(count) < share
    return frame


def _decisions(plan: CityPlan, period: str) -> pd.DataFrame:
    """The ``village_decisions`` rows of a period: all decisions up to its end."""
    villages, day = plan.villages, last_day(period)
    rows = [
        _decision(code, "poor_village_recorded", *POOR) for code in villages.loc[villages["is_poor_village"], "code"]
    ]
    rows += [_decision(code, "shell_recorded", *SHELL) for code in villages.loc[villages["is_shell_2016"], "code"]]
    removed = villages.loc[villages["is_shell_2016"] & ~villages["is_shell_2017"], "code"]
    rows += [_decision(code, "shell_removed", *REMOVALS[n % 2]) for n, code in enumerate(removed)]
    return pd.DataFrame([row for row in rows if row["decided_on"] <= day])


def _decision(village: str, kind: str, day: date, number: int) -> dict[str, Any]:
    return {
        "submitter_code": village[:6], "decision_number": _number(village[:6], day.year, number),
        "village_code": village, "decision_kind": kind, "decided_on": day, "deciding_office": "county_leading_group",
    }  # fmt: skip


def _number(county: str, year: int, number: int) -> str:
    names = dict(zip(seed("division_2017")["code"], seed("division_2017")["name"], strict=True))
    return str(village_words()["decision_number"].format(county=names[county][:-1], year=year, number=number))


def _expected(state: State) -> dict[str, object]:
    """The figures of the article on shell villages, their status as decided and poor as registered."""
    if not {AS_OF, BASELINE} <= set(state.periods):
        return {}
    decided = accepted(state, "village_decisions", AS_OF)
    if decided.empty:
        return {}
    income = accepted(state, "village_income", BASELINE)
    poor = set(income.loc[income["registered_poor_village"].astype(bool), "village_code"])
    baseline = poor & _shells(decided, BASELINE)
    now = set(accepted(state, "village_income", AS_OF)["village_code"])
    remaining = baseline & now & _shells(decided, AS_OF)
    facts: dict[str, object] = {
        "shell_villages_baseline": len(baseline),
        "shell_villages_remaining": len(remaining),
        "shell_villages_removed_rate": round((len(baseline) - len(remaining)) / len(baseline), 4) if baseline else None,
    }
    projects = accepted(state, "village_projects", AS_OF)
    if len(projects):
        serving = projects[projects["village_code"].isin(baseline & now)]
        facts["shell_village_projects"] = serving["project_code"].nunique()
        facts["shell_village_income_added"] = round(float(serving["income_added_yuan"].sum()))
    return facts


def _shells(decided: pd.DataFrame, period: str) -> set[str]:
    """Villages whose last decision on shell status up to the end of a period records it."""
    known = decided[decided["decided_on"].map(lambda day: day <= last_day(period))]
    known = known[known["decision_kind"].isin(["shell_recorded", "shell_removed"])]
    last = known.sort_values(["decided_on", "decision_number"]).drop_duplicates("village_code", keep="last")
    return set(last.loc[last["decision_kind"] == "shell_recorded", "village_code"])


SUBJECT = Subject(
    "villages",
    _states,
    planters=(*errors_village_forms.PLANTERS, *errors_village_decisions.PLANTERS),
    fresh_keys={
        "village_projects": lambda values, n: {"project_code": f"CZ-{values['village_code'][:9]}-{n}"},
        "village_decisions": lambda values, n: {"decision_number": _number(values["submitter_code"], 2016, n)},
    },
    spare={
        "village_profiles": partial(errors_village_forms.profile_row, held=True),
        "village_projects": partial(errors_village_forms.project_row, held=True),
        "village_decisions": errors_village_decisions.decision_row,
    },
    expected=_expected,
)  # fmt: skip
