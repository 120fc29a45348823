"""Errors in the period after: on households that stand, so that their version of the half-year before stands on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from twin.duties import due_forms
from twin.next_period import NEXT
from twin.people import SPOUSE
from twin.places import words
from twin.plant import Planted
from twin.planting import Ground, NoRoomError
from twin.state import State

# Of the townships that return the period, so many hold a household each.
HELD_TOWNSHIPS = 6
RULE, COLUMN = "MB-03", "ethnicity"


def plant_next(planted: Planted, silent: Iterable[str]) -> Planted:
    """A people that no list has, of a wife: her household is held, in a few of the townships that return."""
    ground = Ground(planted.state)
    left_out: list[str] = []
    for township in _returning(planted.state, set(silent)):
        if len(ground.findings) == HELD_TOWNSHIPS:
            break
        try:
            _unknown_people(ground, township)
        except NoRoomError as reason:
            left_out.append(f"{RULE} {NEXT} {township}: {reason}")
    overrides = {**planted.overrides, **ground.overrides}
    return replace(
        planted,
        state=replace(planted.state, forms=ground.planted_forms()),
        overrides=overrides,
        findings=(*planted.findings, *ground.findings),
        left_out=(*planted.left_out, *left_out),
    )


def _returning(state: State, silent: set[str]) -> list[str]:
    return [one for one in state.townships if one not in silent and due_forms(one, NEXT)]


def _unknown_people(ground: Ground, township: str) -> None:
    def borrows_nothing(register: dict[str, object], members: list[dict[str, object]]) -> bool:
        code = str(register["household_code"])
        is_pair = any(member["relation"] == SPOUSE for member in members)
        return is_pair and not ground.labels("guarantee_loans", NEXT, "household_code", code)

    if not ground.has_room("households", NEXT, township):
        raise NoRoomError(f"{NEXT}: the township can lose no household")
    code = ground.household(borrows_nothing, NEXT, township)
    which = next(n for n, member in enumerate(ground.members(NEXT, code)) if member["relation"] == SPOUSE)
    person = ground.row("members", NEXT, code, which)
    ground.write(person, COLUMN, words()["planted"]["unknown_code"])
    ground.hold_household(ground.row("households", NEXT, code))
    ground.expect(RULE, person, COLUMN)
