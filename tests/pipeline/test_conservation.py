"""Conservation: whatever rows of a stock are held, it is what it would be without the return's change to these keys.

Loans, equity, funds, measures, villages and urban households beside the register; two periods of many townships, rows
and whole households held at random. What must stand is told by the oracle's book (twin/oracle/book.py), which knows no
SQL, and of each held key once more in plain words: it is as it was.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from expectations.contract import load_contracts
from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from tests.dbt.accepted import open_build, run_dbt
from tests.landed import REPEATED_CAUSE, Return, household, id_number, land, member
from twin.oracle.book import FormBook, keep_book
from twin.oracle.returns import Sent, Told
from twin.places import seed

PERIODS = {"2017-06": datetime(2017, 7, 3, 8, 0), "2017-12": datetime(2018, 1, 4, 8, 0)}
BEFORE, NOW = PERIODS
PLACES, KEYS, NEW = 12, 8, 2
REASON = "台账清理"
Row = dict[str, Any]
Key = tuple[object, ...]


@dataclass(frozen=True)
class Place:
    """A township, its villages, and the numbers of its households' heads."""

    code: str
    villages: tuple[str, ...]
    first: int

    @property
    def cooperative(self) -> str:
        return f"{self.villages[0]}01"

    def household(self, serial: int) -> str:
        return f"{self.villages[0]}{serial:04d}"


def clean(form: str, **changes: Any) -> Row:
    return {**load_contracts()[form].clean_rows[0], **changes}


def loan(place: Place, serial: int, amount: int) -> Row:
    """Two to a household, so that a slip in one may be the other."""
    return clean(
        "guarantee_loans", village_code=place.villages[0], household_code=place.household((serial + 1) // 2),
        contract_number=f"DB-{place.code}-{serial:05d}", fund_code=f"{place.code}01", balance_yuan=amount,
        repaid_yuan=30_000 - amount,
    )  # fmt: skip


def fund(place: Place, serial: int, amount: int) -> Row:
    return clean("guarantee_funds", fund_code=f"{place.code}{serial:02d}", fund_amount_yuan=1_000_000 + amount)


def measure(place: Place, serial: int, amount: int) -> Row:
    code = place.household((serial + 1) // 2)
    return clean(
        "assistance_measures", village_code=place.villages[0], household_code=code, measure_code=f"{code}{serial:03d}",
        funds_yuan=amount,
    )  # fmt: skip


def holding(place: Place, serial: int, amount: int) -> Row:
    return clean(
        "equity_holdings", cooperative_code=place.cooperative, holder_code=f"{place.cooperative}{serial:02d}",
        amount_yuan=amount,
    )  # fmt: skip


def group_member(place: Place, serial: int, amount: int) -> Row:
    return clean(
        "equity_group_members", group_code=f"{place.cooperative}01", household_code=place.household(serial),
        amount_yuan=amount,
    )  # fmt: skip


def profile(place: Place, serial: int, amount: int) -> Row:
    return clean("village_profiles", village_code=place.villages[serial - 1], farmland_area_mu=amount)


def project(place: Place, serial: int, amount: int) -> Row:
    return clean(
        "village_projects", project_code=f"CZ-{place.code}-{serial:03d}", village_code=place.villages[0],
        income_added_yuan=amount,
    )  # fmt: skip


def urban_household(place: Place, serial: int, amount: int) -> Row:
    return clean(
        "urban_households", community_code=place.villages[0], urban_household_code=place.household(serial),
        head_id_number=id_number(place.first + serial, address="350491"), monthly_income_per_head_yuan=amount,
    )  # fmt: skip


def urban_member(place: Place, serial: int) -> Row:
    return clean(
        "urban_members", urban_household_code=place.household(serial), member_code=f"{place.household(serial)}001",
        id_number=id_number(place.first + serial, address="350491"), person_birth_date=date(1970, 1, 1),
        person_age_years=47,
    )  # fmt: skip


# Form → what makes a row of it, and the amount it holds, which nobody can read where the row is held.
STOCKS: dict[str, tuple[Callable[[Place, int, int], Row], str]] = {
    "guarantee_loans": (loan, "balance_yuan"),
    "guarantee_funds": (fund, "fund_amount_yuan"),
    "assistance_measures": (measure, "funds_yuan"),
    "equity_holdings": (holding, "amount_yuan"),
    "equity_group_members": (group_member, "amount_yuan"),
    "village_profiles": (profile, "farmland_area_mu"),
    "village_projects": (project, "income_added_yuan"),
    "urban_households": (urban_household, "monthly_income_per_head_yuan"),
}
# What others are looked up in stays whole: the fund of the loans, the group of the members.
LOOKED_UP = {"guarantee_funds": {1}, "equity_holdings": {1}}


@dataclass
class Sending:
    """What a township sends for a period: rows by form, and the numbers of those that are held."""

    place: Place
    period: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    held: dict[str, list[bool]] = field(default_factory=dict)

    def add(self, form: str, row: Row, *, is_held: bool) -> None:
        self.rows.setdefault(form, []).append(row)
        self.held.setdefault(form, []).append(is_held)

    def landed(self) -> Return:
        received = PERIODS[self.period]
        return Return(self.rows, self.place.code, self.period, received_at=received, explanation=REASON)

    def sent(self) -> Sent:
        told = {
            form: Told("full", pd.DataFrame(rows).assign(held=self.held[form]), has_reason=True)
            for form, rows in self.rows.items()
        }
        return Sent(self.place.code, self.period, PERIODS[self.period].replace(tzinfo=UTC), told)


def places() -> list[Place]:
    """Townships with villages enough, the first of each a committee's."""
    rows = seed("village_2017")
    rows = rows[rows["kind"] == "村委会"]
    villages = {str(code): tuple(found["code"]) for code, found in rows.groupby("parent_code")}
    able = sorted(code for code, found in villages.items() if len(found) >= KEYS + NEW)[:PLACES]
    return [Place(code, villages[code], number * (KEYS + NEW)) for number, code in enumerate(able)]


def register(sending: Sending, held: set[int]) -> None:
    """All households, each with its head; a held one is held with all that belongs to it."""
    place = sending.place
    for serial in range(1, KEYS + NEW + 1):
        at = {"village_code": place.villages[0], "household_code": place.household(serial)}
        changes = REPEATED_CAUSE if serial in held else {}
        sending.add("households", household(place.first + serial, **at, **changes), is_held=serial in held)
        head = {**at, "person_code": f"{place.household(serial)}001"}
        sending.add("members", member(place.first + serial, **head), is_held=serial in held)
        sending.add("urban_members", urban_member(place, serial), is_held=False)
    cooperative = clean("cooperatives", cooperative_code=place.cooperative, village_code=place.villages[0])
    sending.add("cooperatives", cooperative, is_held=False)


def before(place: Place) -> Sending:
    sending = Sending(place, BEFORE)
    register(sending, set())
    for form, (row, _) in STOCKS.items():
        for serial in range(1, KEYS + 1):
            sending.add(form, row(place, serial, 1_000 * serial), is_held=False)
    return sending


def now(place: Place, chance: random.Random) -> Sending:
    """Some rows have left, some are new, every amount has changed, and of any row it may be unreadable."""
    sending = Sending(place, NOW)
    households = {serial for serial in range(1, KEYS + NEW + 1) if chance.random() < 0.1}
    register(sending, households)
    with_them = {place.household(serial) for serial in households}
    for form, (row, amount) in STOCKS.items():
        kept = LOOKED_UP.get(form, set())
        share = chance.choice((0.1, 0.3, 0.6))
        for serial in range(1, KEYS + chance.randint(0, NEW) + 1):
            if serial not in kept and serial <= KEYS and chance.random() < 0.2:
                continue
            is_held = serial not in kept and chance.random() < share
            unread = {amount: None, f"{amount}__text": "不详"} if is_held else {}
            cells = {**row(place, serial, 1_000 * serial + 500), **unread}
            sending.add(form, cells, is_held=is_held or cells.get("household_code") in with_them)
    return sending


def standing(settings: Settings, form: str, amount: str) -> dict[str, dict[Key, float]]:
    """Township → key → amount of the rows that stand in the later period."""
    names = load_contracts()[form].key
    path = settings.accepted / form / f"period={NOW}" / "rows.parquet"
    rows = duckdb.sql(
        f"select submitter_code, {amount}::double, {', '.join(names)} from read_parquet('{path}')"
        " where known_to is null"
    ).fetchall()
    found: dict[str, dict[Key, float]] = {}
    for township, held, *key in rows:
        found.setdefault(township, {})[tuple(key)] = held
    return found


def told(book: FormBook, township: str, form: str, amount: str) -> dict[Key, float]:
    """The same by the oracle's book."""
    rows = book.rows.iloc[book.standing.get((township, NOW), [])]
    keys = zip(*(rows[name] for name in load_contracts()[form].key), strict=True)
    return dict(zip(keys, rows[amount].astype(float), strict=True))


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.verify)])
def test_whatever_is_held_every_stock_is_what_it_was_without_the_change(tmp_path: Path, number: int) -> None:
    chance, settings = random.Random(number), Settings(home=tmp_path)
    sendings = [one for place in places() for one in (before(place), now(place, chance))]
    land(settings, *(one.landed() for one in sendings))
    check_periods(settings, tuple(PERIODS))
    book = keep_book([one.sent() for one in sendings])
    carried = 0
    for form, (_, amount) in STOCKS.items():
        found = standing(settings, form, amount)
        for first, later in zip(sendings[::2], sendings[1::2], strict=True):
            place, names = first.place, load_contracts()[form].key
            expected = told(book.forms[form], place.code, form, amount)
            assert found.get(place.code, {}) == expected, (form, place.code)
            was = {tuple(row[name] for name in names): row[amount] for row in first.rows[form]}
            rows = zip(later.rows[form], later.held[form], strict=True)
            held = [tuple(row[name] for name in names) for row, is_held in rows if is_held]
            stood = [key for key in held if expected and key in was]
            assert [expected[key] for key in stood] == [was[key] for key in stood], (form, place.code)
            carried += len(stood)
    assert carried > len(STOCKS) * PLACES


# Identities of stocks with flows and parts, each with the columns that say how far it does not close.
IDENTITIES = {
    "reports.stock_flow": "population, division_code, closing_persons, residual_households, residual_persons",
    "reports.stock_flow_residual": "population, household_code, person_code, households, persons, reason",
    "quality.equity_gap": "identity_kind, subject_code, gap_yuan",
}


def without_change(first: Sending, later: Sending) -> Sending:
    """A return that tells of the keys that it held what was told before, and nothing of new ones; of rural forms."""
    unchanged = Sending(later.place, later.period)
    for form, rows in later.rows.items():
        if form.startswith("urban_"):
            continue
        names = load_contracts()[form].key
        was = {tuple(row[name] for name in names): row for row in first.rows[form]}
        for row, is_held in zip(rows, later.held[form], strict=True):
            key = tuple(row[name] for name in names)
            if not is_held or key in was:
                unchanged.add(form, was[key] if is_held else row, is_held=False)
    return unchanged


def leave_unrecorded(sending: Sending, serial: int) -> None:
    """Let a household leave the register without a recorded change, so that stocks and flows do not close."""
    code = sending.place.household(serial)
    for form in ("households", "members"):
        kept = [number for number, row in enumerate(sending.rows[form]) if row["household_code"] != code]
        sending.rows[form] = [sending.rows[form][number] for number in kept]
        sending.held[form] = [sending.held[form][number] for number in kept]


def identities(home: Path, sendings: list[Sending]) -> tuple[dict[str, list[tuple[Any, ...]]], int]:
    """What each identity says after all of it was checked and built, and how many rows were held."""
    settings = Settings(home=home)
    land(settings, *(one.landed() for one in sendings))
    check_periods(settings, tuple(PERIODS))
    assert run_dbt(settings.warehouse, "build") == []
    with open_build(settings.warehouse) as built:
        told = {
            table: built.execute(f"select {columns} from {table} where period = '{NOW}' order by all").fetchall()
            for table, columns in IDENTITIES.items()
        }
        counted = f"select sum(rows_held)::int from marts.fct_submission where period = '{NOW}'"
        held = built.execute(counted).fetchone()
    return told, held[0] if held else 0


@pytest.mark.verify
def test_whatever_is_held_every_residual_is_what_it_was_without_the_change(tmp_path: Path) -> None:
    chance = random.Random(2)
    firsts = [before(place) for place in places()[:4]]
    laters = [now(one.place, chance) for one in firsts]
    for later in laters:
        leave_unrecorded(later, KEYS)
    found, held = identities(tmp_path / "held", [*firsts, *laters])
    unchanged = [without_change(*pair) for pair in zip(firsts, laters, strict=True)]
    expected, none_held = identities(tmp_path / "unchanged", [*firsts, *unchanged])
    assert (held > 20, none_held) == (True, 0)
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert expected["reports.stock_flow_residual"]
    assert expected["quality.equity_gap"]
