"""The life of a household in the register: applications, exit reviews, splits and the county's decisions.

Clean rows follow the plan's ``identified_on`` and ``exit_year``; what is wrong with some is in ``planted``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from twin.subject import CityPlan, Forms, Subject
from twin.subjects.lifecycle import planted
from twin.subjects.lifecycle.changes import household_changes
from twin.subjects.lifecycle.decisions import household_decisions
from twin.subjects.lifecycle.exits import exit_reviews
from twin.subjects.lifecycle.identification import STEPS, identifications
from twin.subjects.lifecycle.lived import applications, changes, decisions, reviews

if TYPE_CHECKING:
    from twin.state import State


def _states(plan: CityPlan, period: str, forms: Forms) -> dict[str, pd.DataFrame]:
    life = plan.life
    if life is not None:
        return {
            "identification": applications(plan, life, period, forms),
            "exit_reviews": reviews(plan, life, period, forms),
            "household_changes": changes(plan, life, forms),
            "household_decisions": decisions(plan, life, forms),
        }
    return {
        "identification": identifications(plan, period, forms),
        "exit_reviews": exit_reviews(plan, period, forms),
        "household_changes": household_changes(plan, period),
        "household_decisions": household_decisions(plan, period),
    }


def _expected(state: State) -> dict[str, object]:
    """``rural_steps``: kinds of steps that some accepted application went through as often as asked for."""
    # Imported late: the state builds on all subjects.
    from twin.state import accepted

    seen = [accepted(state, "identification", period) for period in state.periods]
    applications = pd.concat([rows for rows in seen if len(rows)] or [pd.DataFrame()])
    if applications.empty:
        return {"rural_steps": None}
    return {"rural_steps": sum(bool(applications[list(days)].notna().all(axis=1).any()) for days in STEPS.values())}


SUBJECT = Subject(
    name="lifecycle",
    states=_states,
    planters=planted.PLANTERS,
    fresh_keys=planted.FRESH_KEYS,
    expected=_expected,
)
