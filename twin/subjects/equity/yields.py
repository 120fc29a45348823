"""What cooperatives earn and pay out: distributions, and who is due and paid what, all to the fen.

The fund money's yield is its part of the capital; the agreement splits it between a pool for households in need and
the village, the rest goes to the other holders by what they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from twin.largest_remainder import part_fen, split_fen
from twin.person_states import last_day
from twin.subject import Forms
from twin.subjects.equity.plan import FEN, GROUP_PERCENT, Cooperative, words

YEARS = (2015, 2016)
# Incomes of this period say who may have been helped out of the first year's yield.
INCOMES = ("household_income", "2016-12")
# Part of the pool that is paid out by the reported day, and to how many households at most.
PAID_PERCENT, HELPED = 70, 5


@dataclass(frozen=True)
class Distribution:
    """One year's yield of a cooperative, in fen, and the households helped out of the pool."""

    year: int
    declared_on: date
    total: int
    fund_part: int
    pool: int
    helped: tuple[str, ...]

    @property
    def village(self) -> int:
        """The village's part."""
        return self.fund_part - self.pool


def _distributions(cooperative: Cooperative, period: str, forms: Forms, seed: int) -> Iterator[Distribution]:
    """Distributions declared by the end of the period; where nobody could be helped there was none."""
    for year in YEARS:
        rng = cooperative.chance(seed, "yield", year)
        declared = date(year + 1, 3, 1) + timedelta(days=int(rng.integers(0, 45)))
        total = int(cooperative.capital * rng.uniform(0.04, 0.09))
        fund_part = part_fen(total, cooperative.fund, cooperative.capital)
        helped = _helped(cooperative, year, forms)
        if cooperative.allotted_on.year <= year and declared <= last_day(period) and helped:
            pool = part_fen(fund_part, GROUP_PERCENT, 100)
            yield Distribution(year, declared, total, fund_part, pool, helped)


def _helped(cooperative: Cooperative, year: int, forms: Forms) -> tuple[str, ...]:
    households = cooperative.households
    if year != YEARS[0]:
        return tuple(households.loc[households["exit_year"] == 0, "household_code"].head(HELPED))
    incomes = forms.get(INCOMES)
    if incomes is None:
        return ()
    # Whoever was paid in 2016 has it among the incomes of that year.
    paid = set(incomes.loc[incomes["asset_dividend_yuan"] > 0, "household_code"])
    return tuple(code for code in households["household_code"] if code in paid)[:HELPED]


def _code(cooperative: Cooperative, distribution: Distribution) -> str:
    return f"{cooperative.code}{distribution.year}"


def distribution_rows(cooperative: Cooperative, period: str, forms: Forms, seed: int) -> Iterator[dict[str, Any]]:
    """The rows of ``distributions``."""
    for made in _distributions(cooperative, period, forms, seed):
        yield {
            "submitter_code": cooperative.code[:9],
            "distribution_code": _code(cooperative, made),
            "cooperative_code": cooperative.code,
            "distribution_year": made.year,
            "declared_on": made.declared_on,
            "total_yield_yuan": made.total / FEN,
            "fund_part_yield_yuan": made.fund_part / FEN,
            "households_part_yuan": made.pool / FEN,
            "village_part_yuan": made.village / FEN,
        }


def dividend_rows(cooperative: Cooperative, period: str, forms: Forms, seed: int) -> Iterator[dict[str, Any]]:
    """The rows of ``dividends``: pool, village, other holders, and the households helped."""
    sizes = cooperative.households.set_index("household_code")["size"]
    for made in _distributions(cooperative, period, forms, seed):
        day = made.declared_on + timedelta(days=35)
        paid_out = made.pool * PAID_PERCENT // 100
        others = {h.number: h.amount for h in cooperative.holders[2:]}
        dues = split_fen(made.total - made.fund_part, others)
        # Some villages wait for the newest year's money.
        waits = made.year == YEARS[-1] and cooperative.chance(seed, "waits").random() < 0.3
        yield _row(cooperative, made, "pool", "01", made.pool, paid_out, day)
        yield _row(cooperative, made, "village", "02", made.village, 0 if waits else made.village, day)
        for number, due in dues.items():
            yield _row(cooperative, made, "holder", number, due, due, day)
        for code, paid in split_fen(paid_out, {code: int(sizes[code]) for code in made.helped}).items():
            yield _row(cooperative, made, "household", code, paid, paid, day)


def _row(
    cooperative: Cooperative, made: Distribution, kind: str, code: str, due: int, paid: int, day: date
) -> dict[str, Any]:
    holder = next((h for h in cooperative.holders if h.number == code), None)
    return {
        "submitter_code": cooperative.code[:9],
        "distribution_code": _code(cooperative, made),
        "beneficiary_kind": kind,
        "beneficiary_code": cooperative.code + code if holder else code,
        "beneficiary_name": words()[holder.kind].format(place=cooperative.place) if holder else None,
        "due_yuan": due / FEN,
        "paid_yuan": paid / FEN,
        "paid_on": day if paid else None,
    }
