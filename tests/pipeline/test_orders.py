"""In whatever order returns come: what stands equals what a clerk would expect of the same returns on paper.

Wholes, corrections, deletions, nil returns and duplicates over two periods, some rows held, drawn at random for many
townships at once; the expectation is computed on dictionaries, household by household, without any SQL: by the words
that the oracle of the figures goes by, too (twin/oracle/standing.py).
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.check.run import check_periods
from orchestration.core.settings import CHECKOUT, Settings
from tests.landed import REPEATED_CAUSE, WITHDRAWN, Return, household, land, member
from twin.oracle.standing import Line as Told
from twin.oracle.standing import after

PERIODS = {"2016-12": datetime(2017, 1, 5, 8, 0), "2017-06": datetime(2017, 7, 3, 8, 0)}
HOUSEHOLDS = 8
CAUSES = ("01", "02", "03", "04", "05", "06")


@dataclass(frozen=True)
class Line:
    """One household of a return: the cause it states; whether the row is held; whether it withdraws the household."""

    cause: str
    is_held: bool = False
    is_withdrawal: bool = False


@dataclass
class Township:
    """What one township sent, and the village its households are in."""

    code: str
    village: str
    first: int
    sent: list[tuple[str, str, dict[int, Line], str | None]] = field(default_factory=list)

    def household(self, serial: int, line: Line) -> dict[str, object]:
        changes = {**(REPEATED_CAUSE if line.is_held else {}), **(WITHDRAWN if line.is_withdrawal else {})}
        return household(self.first + serial, village_code=self.village, main_cause=line.cause,
                         household_code=f"{self.village}{serial:04d}", **changes)  # fmt: skip

    def member(self, serial: int, line: Line) -> dict[str, object]:
        changes = WITHDRAWN if line.is_withdrawal else {}
        return member(self.first + serial, village_code=self.village, household_code=f"{self.village}{serial:04d}",
                      person_code=f"{self.village}{serial:04d}001", **changes)  # fmt: skip

    def returns(self) -> list[Return]:
        """The submissions as landed, an hour apart within their period."""
        return [
            Return(
                forms={
                    "households": [self.household(serial, line) for serial, line in lines.items()],
                    "members": [self.member(serial, line) for serial, line in lines.items()],
                },
                submitter=self.code,
                period=period,
                received_at=PERIODS[period] + timedelta(hours=hour),
                mode=mode,
                explanation=explanation,
            )
            for hour, (period, mode, lines, explanation) in enumerate(self.sent)
        ]


def townships(count: int) -> list[Township]:
    """The first villages of as many townships, each with numbers of its own for its households' heads."""
    with (CHECKOUT / "dbt_project" / "seeds" / "village_2017.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "村委会"]
    villages = {row["parent_code"]: row["code"] for row in reversed(rows)}
    return [Township(code, village, index * HOUSEHOLDS) for index, (code, village) in
            enumerate(sorted(villages.items())[:count])]  # fmt: skip


def draw(rng: random.Random, township: Township) -> None:
    """Two periods of up to four submissions each; now and then none at all."""
    for period in PERIODS:
        for _ in range(rng.choice((0, 1, 2, 3, 4))):
            mode = rng.choice(("full", "full", "full", "correction", "correction", "nothing"))
            serials = sorted(rng.sample(range(1, HOUSEHOLDS), rng.randint(0 if mode == "full" else 1, HOUSEHOLDS - 1)))
            if mode == "correction":
                serials = serials[:2]
            lines = {} if mode == "nothing" else {n: line(rng, mode) for n in serials}
            township.sent.append((period, mode, lines, rng.choice((None, None, "整村搬迁"))))


def line(rng: random.Random, mode: str) -> Line:
    is_withdrawal = mode == "correction" and rng.random() < 0.3
    return Line(rng.choice(CAUSES), not is_withdrawal and rng.random() < 0.15, is_withdrawal)


def expected(township: Township) -> dict[str, dict[int, str]]:
    """Period → household → cause, of the periods of which something came."""
    states: dict[str, dict[int, str]] = {}
    for period in PERIODS:
        earlier = next((states[p] for p in reversed(PERIODS) if p < period and states.get(p)), {})
        standing: dict[int, str] | None = None
        for sent_for, mode, lines, explanation in township.sent:
            if sent_for == period:
                told = [(n, Told(line.cause, line.is_held, line.is_withdrawal)) for n, line in lines.items()]
                standing = after(standing, earlier, mode, told, has_reason=explanation is not None)
        if standing is not None:
            states[period] = standing
    return states


def found(settings: Settings, form: str, what: str) -> dict[tuple[str, str], dict[int, str]]:
    """The same of the accepted rows: (township, period) → household → cause."""
    states: dict[tuple[str, str], dict[int, str]] = {}
    for period in PERIODS:
        path = settings.accepted / form / f"period={period}" / "rows.parquet"
        rows = duckdb.sql(
            f"select submitter_code, household_code, {what} from read_parquet('{path}') where known_to is null"
        ).fetchall()
        for submitter, code, told in rows:
            states.setdefault((submitter, period), {})[int(code[-4:])] = told
    return states


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.verify)])
def test_what_stands_is_what_the_returns_say_in_whatever_order_they_come(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    settings = Settings(home=tmp_path)
    senders = townships(60)
    for township in senders:
        draw(rng, township)
    land(settings, *(sent for township in senders for sent in township.returns()))
    check_periods(settings, tuple(PERIODS))
    wanted = {
        (township.code, period): state for township in senders for period, state in expected(township).items() if state
    }
    shown = {township.code: township.sent for township in senders}
    households = found(settings, "households", "main_cause")
    for key in sorted(wanted.keys() | households.keys()):
        assert households.get(key, {}) == wanted.get(key, {}), (key, shown[key[0]])
    members = found(settings, "members", "person_code")
    assert {key: set(state) for key, state in members.items()} == {key: set(state) for key, state in wanted.items()}
