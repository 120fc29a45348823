"""In whatever order returns come: what stands equals what a clerk would expect of the same returns on paper.

Wholes, corrections, deletions, nil returns and duplicates over three periods, some rows held, drawn at random for many
townships at once; what was sent is sent again, at once or after something else. The expectation is computed on
dictionaries, household by household, without any SQL: by the words that the oracle of the figures goes by, too
(twin/oracle/standing.py). It does not know of duplicates: what says the same once more changes nothing.
"""

from __future__ import annotations

import csv
import random
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.contract import load_contracts, load_cover
from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.read.landing import land as land_files
from orchestration.receive.inbox import receive
from tests.builders import as_written, make_workbook
from tests.landed import REPEATED_CAUSE, WITHDRAWN, Return, household, land, member
from twin.oracle.standing import Line as Told
from twin.oracle.standing import after

PERIODS = {
    "2016-12": datetime(2017, 1, 5, 8, 0),
    "2017-06": datetime(2017, 7, 3, 8, 0),
    "2017-12": datetime(2018, 1, 4, 8, 0),
}
HOUSEHOLDS = 8
FILES_OF = 12
AGAIN = 0.3
CAUSES = ("01", "02", "03", "04", "05", "06")


@dataclass(frozen=True)
class Line:
    """One household of a return: the cause it states; whether the row is held; whether it withdraws the household."""

    cause: str
    is_held: bool = False
    is_withdrawal: bool = False


@dataclass(frozen=True)
class Sending:
    """One submission: for which period, how it is meant, its households and its reason."""

    period: str
    mode: str
    lines: dict[int, Line]
    explanation: str | None


@dataclass
class Township:
    """What one township sent, and the village its households are in."""

    code: str
    village: str
    first: int
    sent: list[Sending] = field(default_factory=list)

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
                    "households": [self.household(serial, line) for serial, line in one.lines.items()],
                    "members": [self.member(serial, line) for serial, line in one.lines.items()],
                },
                submitter=self.code,
                period=one.period,
                received_at=PERIODS[one.period] + timedelta(hours=hour),
                mode=one.mode,
                explanation=one.explanation,
                is_duplicate=self.says_the_same(hour),
            )
            for hour, one in enumerate(self.sent)
        ]

    def says_the_same(self, number: int) -> bool:
        """Whether a submission says what the one before it said for the period."""
        before = [one for one in self.sent[:number] if one.period == self.sent[number].period]
        return bool(before) and before[-1] == self.sent[number]


def townships(count: int) -> list[Township]:
    """The first villages of as many townships, each with numbers of its own for its households' heads."""
    with (CHECKOUT / "dbt_project" / "seeds" / "village_2017.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "村委会"]
    villages = {row["parent_code"]: row["code"] for row in reversed(rows)}
    return [Township(code, village, index * HOUSEHOLDS) for index, (code, village) in
            enumerate(sorted(villages.items())[:count])]  # fmt: skip


def draw(rng: random.Random, township: Township) -> None:
    """Three periods of up to four submissions each, now and then none; after each, one of them may come again."""
    for period in PERIODS:
        first = len(township.sent)
        for _ in range(rng.choice((0, 1, 2, 3, 4))):
            mode = rng.choice(("full", "full", "full", "correction", "correction", "nothing"))
            serials = sorted(rng.sample(range(1, HOUSEHOLDS), rng.randint(0 if mode == "full" else 1, HOUSEHOLDS - 1)))
            if mode == "correction":
                serials = serials[:2]
            lines = {} if mode == "nothing" else {n: line(rng, mode) for n in serials}
            township.sent.append(Sending(period, mode, lines, rng.choice((None, None, "整村搬迁"))))
            if rng.random() < AGAIN:
                township.sent.append(rng.choice(township.sent[first:][-2:]))


def line(rng: random.Random, mode: str) -> Line:
    is_withdrawal = mode == "correction" and rng.random() < 0.3
    return Line(rng.choice(CAUSES), not is_withdrawal and rng.random() < 0.15, is_withdrawal)


def expected(township: Township) -> dict[str, dict[int, str]]:
    """Period → household → cause, of the periods of which something came."""
    states: dict[str, dict[int, str]] = {}
    for period in PERIODS:
        earlier = next((states[p] for p in reversed(PERIODS) if p < period and p in states), {})
        standing: dict[int, str] | None = None
        for one in township.sent:
            if one.period == period:
                told = [(n, Told(line.cause, line.is_held, line.is_withdrawal)) for n, line in one.lines.items()]
                standing = after(standing, earlier, one.mode, told, has_reason=one.explanation is not None)
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


def hold(settings: Settings, senders: list[Township]) -> None:
    """What stands in every period is what the returns say."""
    wanted = {
        (township.code, period): state for township in senders for period, state in expected(township).items() if state
    }
    shown = {township.code: township.sent for township in senders}
    households = found(settings, "households", "main_cause")
    for key in sorted(wanted.keys() | households.keys()):
        assert households.get(key, {}) == wanted.get(key, {}), (key, shown[key[0]])
    members = found(settings, "members", "person_code")
    assert {key: set(state) for key, state in members.items()} == {key: set(state) for key, state in wanted.items()}


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.verify)])
def test_what_stands_is_what_the_returns_say_in_whatever_order_they_come(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    settings = Settings(home=tmp_path)
    senders = townships(60)
    for township in senders:
        draw(rng, township)
    land(settings, *(sent for township in senders for sent in township.returns()))
    check_periods(settings, tuple(PERIODS))
    hold(settings, senders)


def write(path: Path, sent: Return) -> Path:
    """A submission as a clerk's workbook."""
    rows = {
        form: [{c.name: as_written(c, row.get(c.name)) for c in load_contracts()[form].columns} for row in found]
        for form, found in sent.forms.items()
    }
    is_nil = sent.mode == "nothing"
    return make_workbook(
        path,
        sent.submitter,
        sent.period,
        {} if is_nil else rows,
        modes=dict.fromkeys(rows, load_cover().modes[sent.mode][0]),
        explanations=dict.fromkeys(rows, sent.explanation or ""),
        control_rows=dict.fromkeys(rows, 0) if is_nil else None,
    )


@pytest.mark.verify
def test_of_files_that_come_again_under_other_names_stands_what_they_say(tmp_path: Path) -> None:
    """What is sent again is a copy of the very file."""
    rng = random.Random(2)
    settings = Settings(home=tmp_path / "home", settle_seconds=0, workers=1)
    senders = townships(FILES_OF)
    for township in senders:
        draw(rng, township)
    copies = 0
    for turn in range(max(len(township.sent) for township in senders)):
        for township in senders:
            if turn >= len(township.sent):
                continue
            first = township.sent.index(township.sent[turn])
            copies += first < turn
            kept = tmp_path / township.code / f"{first}.xlsx"
            if first == turn:
                write(kept, township.returns()[turn])
            target = settings.inbox / township.code / f"{turn}.xlsx"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept, target)
        receive(settings)
    land_files(settings)
    check_periods(settings, landed_periods(settings))
    assert copies > FILES_OF
    hold(settings, senders)
