"""Plants every error that the (sub-)city has room for and gives back the city with its expected findings."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

from twin import (
    errors_funds,
    errors_households,
    errors_income,
    errors_loans,
    errors_measures,
    errors_members,
    errors_villages,
)
from twin.errors_generic import break_forms
from twin.planting import NOW, YEAR_END, Finding, Ground, NoRoomError
from twin.spelling import Cell
from twin.state import State
from twin.subjects import all_subjects

# Errors that need two townships or rare households come first, while there is most to choose from.
_FORMS = (
    errors_members, errors_households, errors_income, errors_villages, errors_funds, errors_measures, errors_loans,
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """The city with errors: its rows, the raw cells, the findings to expect, and what found no room."""

    state: State
    overrides: dict[tuple[str, str], dict[str, dict[str, Cell]]]
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...]


def plant_errors(state: State, *, still: bool = False) -> Planted:
    """Plant errors of every rule into the rows of a city; what a small city has no room for is left out.

    Into the still city none of those that came after it.
    """
    if not {NOW, YEAR_END} <= set(state.periods):
        return Planted(state, {}, (), ("all: errors are planted into 2016-12 and 2017-06",))
    # The identities count what they gave out: the city that is planted into keeps its own count.
    state = replace(state, identities=deepcopy(state.identities))
    ground = Ground(state, is_still=still)
    left_out = []
    plants = [*(plant for form in _FORMS for plant in form.PLANTERS), *break_forms("first_forms")]
    plants += [plant for subject in all_subjects() for plant in (*subject.planters, *break_forms(subject.name))]
    for plant in plants:
        noted = len(ground.findings)
        try:
            plant(ground)
        except NoRoomError as reason:
            del ground.findings[noted:]
            left_out.append(f"{getattr(plant, '__name__', plant)}: {reason}")
    planted = replace(state, forms=ground.planted_forms())
    return Planted(planted, ground.overrides, tuple(ground.findings), tuple(left_out))
