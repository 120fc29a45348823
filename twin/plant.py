"""Plants every error that the (sub-)city has room for and gives back the city with its expected findings."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

from twin.errors_funds import plant_funds
from twin.errors_generic import generic_of, plant_generic
from twin.errors_households import plant_households
from twin.errors_income import plant_income
from twin.errors_loans import plant_loans
from twin.errors_measures import plant_measures
from twin.errors_members import plant_members
from twin.errors_villages import plant_villages
from twin.planting import NOW, YEAR_END, Finding, Ground, NoRoomError
from twin.spelling import Cell
from twin.state import State
from twin.subjects import all_subjects

# Errors that need two townships or rare households come first, while there is most to choose from.
PLANTERS = (
    plant_members, plant_households, plant_income, plant_villages, plant_funds, plant_measures, plant_loans,
    plant_generic,
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
    plants = [plant for planter in PLANTERS for plant in planter(ground)]
    plants += [plant for subject in all_subjects() for plant in (*subject.planters, *generic_of(subject))]
    for plant in plants:
        noted = len(ground.findings)
        try:
            plant(ground)
        except NoRoomError as reason:
            del ground.findings[noted:]
            left_out.append(f"{getattr(plant, '__name__', plant)}: {reason}")
    planted = replace(state, forms=ground.planted_forms())
    return Planted(planted, ground.overrides, tuple(ground.findings), tuple(left_out))
