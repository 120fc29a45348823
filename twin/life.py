"""What happens to households in the half-year after the city's own years, by dated rates (``life.yaml``).

Here is who lives what and when; how households and persons change by it is in ``life_households`` and
``life_persons``, what the returns say of it in ``subjects.lifecycle.lived``. A township lives by a chance of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from twin.identity import Identities, bank_account, phone
from twin.parameters import in_force, read_yaml
from twin.person_states import last_day
from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE

EXIT, RETURN, ENTRY, REMOVAL, ENDED = "exit", "return", "entry", "removal", "ended"
SPLIT, MERGE, MOVE = "split", "merge", "move"
COLUMNS = ("kind", "household_code", "other_household_code", "happened_on", "persons", "application_code")
# Days after the last period on which something may have happened: counties decide on it before the year is closed.
FIRST_DAY, LAST_DAY = 20, 130
# Nobody who comes anew is a candidate for exit, nor has the helper of one who is out.
NO_CANDIDATE = 1.0


@dataclass(frozen=True)
class Life:
    """What a half-year made of the city.

    Attributes:
        households: those of before, then the new ones; ``is_gone`` marks whom the register has no longer,
            ``fell_back`` who is poor again. An index of the plan still names the same household.
        people: their persons; those of a household that is gone stand as they were.
        events: one row for each thing that happened (``COLUMNS``).
        before: the households as they were when the half-year began.
    """

    households: pd.DataFrame
    people: pd.DataFrame
    events: pd.DataFrame
    before: pd.DataFrame

    def of(self, *kinds: str) -> pd.DataFrame:
        """The events of some kinds."""
        return self.events[self.events["kind"].isin(kinds)].reset_index(drop=True)


@dataclass
class Course:
    """The half-year as it goes on: households and persons so far, what happened, and to whom nothing more happens."""

    before: pd.DataFrame
    households: pd.DataFrame
    people: pd.DataFrame
    last: str
    period: str
    seed: int
    identities: Identities
    touched: set[int]
    numbers: dict[str, int]
    made: list[dict[Hashable, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def chance(self, kind: str, township: str = "") -> np.random.Generator:
        """A source of chance for one kind of event in one township."""
        return np.random.default_rng([self.seed, zlib.crc32(f"life {self.period} {kind} {township}".encode())])

    def present(self) -> pd.DataFrame:
        """The persons who have not left."""
        return self.people[self.people["left_period"] == ""]

    def sizes(self) -> np.ndarray:
        """How many persons each household has."""
        return self.present().groupby("household").size().reindex(range(len(self.households))).fillna(0).to_numpy()

    def choose(self, kind: str, able: np.ndarray, of: np.ndarray | None = None) -> list[int]:
        """Households to which it happens, drawn by township among those able; they are touched from then on.

        Args:
            kind: says the share (``life.yaml``).
            able: whether each household of the plan can live it.
            of: whom the share is of; by default all registered households.
        """
        share = rates(self.period)[kind]["share"]
        townships = self.households["township_code"].to_numpy()[: len(able)]
        base = ~self.households["is_gone"].to_numpy()[: len(able)] if of is None else of
        chosen: list[int] = []
        for township in np.unique(townships[able]):
            here = townships == township
            free = [int(h) for h in np.flatnonzero(able & here) if h not in self.touched]
            count = min(len(free), max(1, round(share * int((base & here).sum()))))
            chosen += [free[n] for n in self.chance(kind, township).permutation(len(free))[:count]]
        self.touched.update(chosen)
        return chosen

    def day(self, kind: str, household: int) -> date:
        """The day of an event, told by the household's code alone."""
        days = int(self.chance(f"{kind} day", self.code(household)).integers(FIRST_DAY, LAST_DAY))
        return last_day(self.last) + timedelta(days=days)

    def code(self, household: int) -> str:
        """A household's code, be it one just made."""
        known = len(self.households)
        codes = self.households["household_code"]
        return str(codes.iat[household] if household < known else self.made[household - known]["household_code"])

    def village(self, household: int) -> str:
        """The village of a household."""
        return str(self.households["village_code"].iat[household])

    def next_number(self, village: str) -> int:
        """The next number of a household in a village."""
        self.numbers[village] = self.numbers.get(village, 0) + 1
        return self.numbers[village]

    def another(self, household: int, village: str, **changes: Any) -> int:
        """Make a household like one that there is, under a new code of a village; its place once it is settled."""
        new, number = len(self.households) + len(self.made), self.next_number(village)
        row = self.households.iloc[household].to_dict() | {
            "village_code": village, "number": number, "household_code": f"{village}{number:04d}", "phone": phone(new),
            "bank_account": bank_account(new), "candidate": NO_CANDIDATE,
        }  # fmt: skip
        self.made.append(row | changes)
        self.touched.add(new)
        return new

    def settle(self) -> None:
        """Put the households that were made beside the others."""
        if self.made:
            self.households = pd.concat([self.households, pd.DataFrame(self.made)], ignore_index=True)
            self.made = []

    def note(self, kind: str, household: int, day: date, **cells: Any) -> None:
        """Note what happened to a household."""
        row = {"kind": kind, "household_code": self.code(household), "happened_on": day, **cells}
        self.events.append({name: row.get(name) for name in COLUMNS})

    def ended(self) -> Life:
        """What the half-year has made of the city."""
        people = self.people.sort_values(["household", "person_number"], kind="stable").reset_index(drop=True)
        return Life(self.households, people, pd.DataFrame(self.events, columns=list(COLUMNS)), self.before)


def rates(period: str) -> dict[str, Any]:
    """The rates that hold at the end of a period."""
    return in_force(read_yaml("life")["rates"], last_day(period))


def is_ordinary(households: pd.DataFrame, bound: set[str]) -> np.ndarray:
    """Households that no figure of the article and no contract holds in place."""
    kept = households["village_code"].isin([COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE]) | households["is_fixed"]
    return (~kept.astype(bool) & ~households["household_code"].isin(bound)).to_numpy()


def begin(
    households: pd.DataFrame, people: pd.DataFrame, last: str, period: str, seed: int, identities: Identities
) -> Course:
    """A half-year to which nothing has happened yet; the frames of the plan stay as they are."""
    now = households.assign(is_gone=False, fell_back=False)
    people = people.assign(came_as="born", left_as="")
    numbers = {str(village): int(n) for village, n in households.groupby("village_code")["number"].max().items()}
    return Course(households, now, people, last, period, seed, identities, set(), numbers)
