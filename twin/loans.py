"""Guarantee funds and the loans under them: planned for the whole city, exact in sum and households.

The plan decides places, foundation days, borrowers per place and principals; the state of a period
follows from release day, term and the borrower's punctuality.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from twin.person_states import last_day
from twin.places import FIRST_TOWNSHIPS, read_places
from twin.plan import (
    COOPERATIVE_VILLAGE,
    FIRST_TOWNSHIP_FUND_PLACE,
    FIRST_VILLAGE_FUND_PLACE,
    LOAN_EXAMPLE_VILLAGE,
    Figures,
    Plan,
)

PRODUCT, MUTUAL = "poverty_guarantee", "member_mutual"
CAP_YUAN, TERM_CAP = 50_000, 36
LEAST_PRINCIPAL = 8_000
FIRST_FOUNDED = {FIRST_TOWNSHIP_FUND_PLACE: date(2014, 5, 20), FIRST_VILLAGE_FUND_PLACE: date(2014, 3, 18)}
# The loan of the article: principal and area are its figures, the rest is invented.
EXAMPLE_PRINCIPAL, EXAMPLE_AREA, EXAMPLE_TERM, EXAMPLE_RELEASE = 30_000, 8.0, 36, date(2015, 9, 10)
AT_CAP_RELEASE = date(2016, 3, 15)
LAST_RELEASE = date(2017, 6, 20)
LAST_REPEAT = date(2015, 12, 1)
LAST_EARLY_DUE = date(2017, 3, 31)
PLACES_IN_FIRST = 6
AT_CAP = 2


@dataclass(frozen=True)
class LoanPlan:
    """Funds (one row per place) and loans (one row per loan, with its borrower's household)."""

    funds: pd.DataFrame
    loans: pd.DataFrame


def plan_loans(plan: Plan, seed: int) -> LoanPlan:
    """Plan funds and loans of the whole city; ``plan.households`` needs ``identified_on``."""
    rng = np.random.default_rng([seed, 9])
    funds = _plan_funds(plan, rng)
    loans = _borrowers(funds, plan, rng)
    loans["principal"] = _principals(len(loans), plan.figures, rng)
    return LoanPlan(funds, _terms(loans, funds, plan.households, rng))


def _plan_funds(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    villages = plan.villages
    townships = read_places().townships
    rural = townships.loc[townships["code"].isin(set(villages["township_code"])), "code"].to_numpy()
    rural = rural[[int(code[6:]) >= 100 for code in rural]]
    places = [*FIRST_FOUNDED]
    for township in FIRST_TOWNSHIPS:
        inside = villages.loc[villages["township_code"] == township, "code"].tolist()
        # The example's village has no fund of its own: its borrowers use the township's.
        known = [c for c in (township, *inside) if c not in (*places, COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE)]
        places.extend(known[: PLACES_IN_FIRST - sum(p[:9] == township for p in places)])
    others = [c for c in rng.permutation(rural) if c not in FIRST_TOWNSHIPS]
    towns, rest = others[:26], plan.figures.fund_places - len(places)
    places.extend(towns)
    in_towns = villages[villages["township_code"].isin(towns)]
    places.extend(rng.choice(in_towns["code"].to_numpy(), rest - len(towns), replace=False))
    funds = pd.DataFrame({"place": places})
    funds["township_code"] = funds["place"].str[:9]
    first = date(2014, 6, 15)
    days = np.sort(rng.integers(0, (date(2017, 4, 30) - first).days, len(funds)))
    funds["founded_on"] = [
        FIRST_FOUNDED.get(p) or first + timedelta(days=int(d)) for p, d in zip(places, days, strict=True)
    ]
    funds["fund_code"] = funds["place"] + "01"
    funds["bank"] = rng.choice(["rcc", "abc", "psbc"], len(funds), p=[0.7, 0.2, 0.1])
    return funds


def _borrowers(funds: pd.DataFrame, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Borrowing households by fund: villagers of a village fund first, then the rest of the township."""
    households = plan.households
    # The first household of the example's village borrows from the township's fund.
    example = households.index[households["village_code"] == LOAN_EXAMPLE_VILLAGE][0]
    able = households[households["household_attribute"] != "06"]
    by_township = {str(code): list(rng.permutation(group.index)) for code, group in able.groupby("township_code")}
    wanted = _wanted(funds, {c: len(v) for c, v in by_township.items()}, plan.figures.loan_households)
    village = dict(enumerate(households["village_code"].tolist()))
    rows: list[tuple[int, int, int]] = []
    order = sorted(range(len(funds)), key=lambda i: (len(funds["place"][i]) == 9, i))
    for fund in order:
        pool = by_township.get(funds["township_code"][fund], [])
        place = funds["place"][fund]
        if place == FIRST_TOWNSHIP_FUND_PLACE:
            pool = [example, *(h for h in pool if h != example)]
        chosen = [h for h in pool if h != example or len(place) == 9]
        chosen = [h for h in chosen if len(place) == 9 or village[h] == place][: wanted[fund]]
        chosen_set = set(chosen)
        chosen += [h for h in pool if h not in chosen_set and h != example][: wanted[fund] - len(chosen)]
        taken = set(chosen)
        by_township[funds["township_code"][fund]] = [h for h in pool if h not in taken]
        rows.extend((fund, int(h), 1) for h in chosen)
    rows = _example_first(rows, funds, village)
    return _with_repeats(rows, funds, households, plan.figures.repeat_loans, rng)


def _example_first(
    rows: list[tuple[int, int, int]], funds: pd.DataFrame, village: dict[int, str]
) -> list[tuple[int, int, int]]:
    """The press's loan leads, then two more of the first township's fund, which stay at the cap."""
    first = funds.index[funds["place"] == FIRST_TOWNSHIP_FUND_PLACE][0]
    own = [row for row in rows if row[0] == first]
    own.sort(key=lambda row: village[row[1]] != LOAN_EXAMPLE_VILLAGE)
    return own + [row for row in rows if row[0] != first]


def _with_repeats(
    rows: list[tuple[int, int, int]], funds: pd.DataFrame, households: pd.DataFrame, repeats: int,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """Add second loans of households whose first was early enough to be repaid within a year."""
    founded, known = funds["founded_on"].to_numpy(), pd.to_datetime(households["identified_on"]).dt.date.to_dict()
    able = [row for row in rows[AT_CAP + 1 :] if max(founded[row[0]], known[row[1]]) <= LAST_REPEAT]
    twice = [able[i] for i in rng.permutation(len(able))[:repeats]]
    frame = pd.DataFrame([*rows, *((f, h, 2) for f, h, _ in twice)], columns=["fund", "household", "turn"])
    frame["repeats"] = frame["household"].isin([h for _, h, _ in twice])
    return frame


def _wanted(funds: pd.DataFrame, room: dict[str, int], total: int) -> list[int]:
    """How many households each fund serves: even, within the households of its township."""
    counts = [0] * len(funds)
    used: dict[str, int] = {}
    townships = funds["township_code"].tolist()
    while sum(counts) < total:
        before = sum(counts)
        for fund, township in enumerate(townships):
            # Two of three households at most: the rest of a township stays without a loan.
            if sum(counts) < total and used.get(township, 0) < room.get(township, 0) * 2 // 3:
                counts[fund] += 1
                used[township] = used.get(township, 0) + 1
        if sum(counts) == before:
            raise ValueError(f"only {before} of {total} borrowing households fit into the townships with funds")
    return counts


def _principals(count: int, figures: Figures, rng: np.random.Generator) -> np.ndarray:
    """Thousands of yuan within the cap, with exactly the planned sum."""
    mean = figures.loan_principal / count
    amounts = np.clip(np.round(rng.normal(mean, 9_000, count), -3), LEAST_PRINCIPAL, CAP_YUAN).astype(int)
    amounts[0] = EXAMPLE_PRINCIPAL
    amounts[1 : AT_CAP + 1] = CAP_YUAN
    free = np.arange(AT_CAP + 1, count)
    for _ in range(10_000):
        difference = (figures.loan_principal - int(amounts.sum())) // 1000
        if difference == 0:
            return amounts
        step = 1000 if difference > 0 else -1000
        able = free[(amounts[free] < CAP_YUAN) if step > 0 else (amounts[free] > LEAST_PRINCIPAL)]
        amounts[rng.choice(able, min(len(able), abs(difference)), replace=False)] += step
    raise ValueError(f"{count} loans within the cap cannot sum to {figures.loan_principal}")


def _release(known: date, turn: int | None, chance: float) -> date:
    """When a loan is given to a household that is known since a day, or one of the two that it has in turn."""
    first, last = known + timedelta(days=20), LAST_RELEASE
    if turn == 1:
        last = first + timedelta(days=100)
    elif turn is not None:
        first += timedelta(days=500)
    return first + timedelta(days=int((last - first).days * chance))


def _terms(
    loans: pd.DataFrame, funds: pd.DataFrame, households: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    count = len(loans)
    founded = funds["founded_on"].to_numpy()[loans["fund"]]
    known = pd.to_datetime(households["identified_on"]).dt.date.to_numpy()[loans["household"]]
    chance, turn, repeats = rng.random(count), loans["turn"].to_numpy(), loans["repeats"].to_numpy()
    term = rng.choice([12, 24, 36], count, p=[0.3, 0.3, 0.4])
    term[repeats & (turn == 1)] = 12
    released = [
        _release(max(founded[i], known[i]), turn[i] if repeats[i] else None, float(chance[i])) for i in range(count)
    ]
    term[0], released[0] = EXAMPLE_TERM, EXAMPLE_RELEASE
    term[1 : AT_CAP + 1], released[1 : AT_CAP + 1] = TERM_CAP, [AT_CAP_RELEASE] * AT_CAP
    loans["term_months"], loans["released_on"] = term, released
    loans["due_on"] = [add_months(d, int(m)) for d, m in zip(loans["released_on"], loans["term_months"], strict=True)]
    loans["is_bullet"] = rng.random(count) < 0.5
    loans.loc[:AT_CAP, "is_bullet"] = True
    # Few loans fall due at all by the last period: more of them are late, so that some are extended or compensated.
    early = np.array([day <= LAST_EARLY_DUE for day in loans["due_on"]])
    loans["is_late"] = (rng.random(count) < np.where(early, 0.25, 0.04)) & ~repeats
    loans["rate"] = np.round(4.35 + 0.1 * rng.integers(0, 5, count), 2)
    loans["by_helper"] = rng.random(count) < 0.12
    loans.loc[0, "by_helper"] = True
    loans["purpose"] = rng.choice(
        ["planting", "breeding", "processing", "trade", "transport", "other"],
        count,
        p=[0.5, 0.3, 0.07, 0.06, 0.04, 0.03],
    )
    loans.loc[0, "purpose"] = "planting"
    loans["area"] = np.where(loans["purpose"] == "planting", np.round(rng.uniform(2, 20, count), 1), np.nan)
    loans.loc[0, "area"] = EXAMPLE_AREA
    township = funds["township_code"].to_numpy()[loans["fund"]]
    loans["township_code"] = township
    loans["contract_number"] = [
        f"DB-{t}-{n:05d}" for t, n in zip(township, loans.groupby("township_code").cumcount() + 1, strict=True)
    ]
    return loans


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), last_day(f"{year}-{month + 1:02d}"))
