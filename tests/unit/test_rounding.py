"""What a number's last written digit leaves open, told from its text; sums of rounded parts are never held for it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from expectations.contract import load_contracts
from expectations.relations import duckdb_type
from expectations.rounding import measured, rounding_query
from expectations.rule_model import Example, Rule
from tests.fuzz import examples
from tests.rule_examples import failing_cells, open_bench

VILLAGES = load_contracts()["village_income"]
PARTS = (
    "operating_income_yuan",
    "contract_income_yuan",
    "investment_income_yuan",
    "subsidy_income_yuan",
    "other_income_yuan",
)
TOTAL = "total_income_yuan"
BENCH = open_bench()


def rule(code: str) -> Rule:
    return next(rule for contract in load_contracts().values() for rule in contract.rules if rule.code == code)


def halves(*cells: tuple[str | None, str | None]) -> list[float]:
    """Half a unit of the last digit of each cell of a column: value as typed, text as written."""
    columns = measured(VILLAGES)
    typed = ", ".join(f"{c.name} {duckdb_type(c)}, {c.name}__text varchar" for c in columns)
    with duckdb.connect() as connection:
        connection.execute(f"create table landed (record_id int, submission_id varchar, sheet varchar, {typed})")
        for number, (value, text) in enumerate(cells):
            connection.execute(
                f"insert into landed (record_id, submission_id, sheet, {TOTAL}, {TOTAL}__text)"
                " values (?, 'a', 'b', ?, ?)",
                [number, value, text],
            )
        query = rounding_query(VILLAGES, "landed")
        found = connection.execute(f"select {TOTAL}__half from ({query}) order by record_id")
        return [half for (half,) in found.fetchall()]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # Yuan: whole, to the fen, finer than a column of two decimals holds.
        ([("1234", "1234")], [0.5]),
        ([("1234.50", "1,234.50")], [0.005]),
        ([("0.33", "0.3333333333333333")], [0.005]),
        # 万元: as many decimals as any of the column, though a sheet keeps no closing zeros.
        ([("120000", "12")], [5000]),
        ([("125000", "12.5"), ("123400", "12.34"), ("120000", "12")], [50, 50, 50]),
        ([("123400", "12.34"), ("0", "0")], [50, 50]),
        # What was computed says nothing of what was typed beside it.
        ([("3000", "0.30000000000000004"), ("123400", "12.34")], [0.005, 50]),
        # A unit behind the number; yuan in the same column say nothing of it.
        ([("123400", "12.34万元"), ("1234.56", "1234.56")], [50, 0.005]),
        # Full-width digits are digits, and a full-width comma parts thousands.
        ([("123400", "１２．３４"), ("120000", "12")], [50, 50]),
        ([("1234.5", "１，２３４．５")], [0.05]),
        # Nothing entered, not read, and zeros alone.
        ([("0", "0"), (None, None), (None, "?")], [0, 0, 0]),
    ],
)
def test_half_a_unit_of_the_last_digit_written(
    cells: list[tuple[str | None, str | None]], expected: list[float]
) -> None:
    assert halves(*cells) == pytest.approx(expected, rel=1e-9)


def test_a_column_of_zeros_is_as_rounded_as_the_widest_of_its_sheet() -> None:
    row = {"total_income_yuan": "123000", "operating_income_yuan": "120000", "contract_income_yuan": "3000"}
    texts = {"total_income_yuan": "12.3", "operating_income_yuan": "12.00", "contract_income_yuan": "0.30"}
    columns = measured(VILLAGES)
    with duckdb.connect() as connection:
        values = ", ".join(
            f"cast({row.get(c.name, '0')} as {duckdb_type(c)}) as {c.name},"
            f" '{texts.get(c.name, '0')}' as {c.name}__text"
            for c in columns
        )
        connection.execute(
            f"create table landed as select 1 as record_id, 'a' as submission_id, 'b' as sheet, {values}"
        )
        found = connection.execute(
            f"select total_income_yuan__half, contract_income_yuan__half, subsidy_income_yuan__half"
            f" from ({rounding_query(VILLAGES, 'landed')})"
        ).fetchone()
    assert found == pytest.approx((500, 50, 500))


def rounded(yuan: Decimal, unit: Decimal, decimals: int) -> tuple[Decimal, str]:
    """An amount as it is written in a unit at some decimals: its value read, and its text."""
    written = (yuan / unit).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return (written * unit).quantize(Decimal("0.01")), f"{written:f}"


def village(parts: list[Decimal], total: Decimal, unit: Decimal, decimals: int, total_decimals: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, yuan in zip((*PARTS, TOTAL), (*parts, total), strict=True):
        places = total_decimals if name == TOTAL else decimals
        row[name], row[f"{name}__text"] = rounded(yuan, unit, places)
    return row


AMOUNTS = st.decimals(min_value=0, max_value=1_000_000, places=2)


@settings(max_examples=examples(30), deadline=None)
@given(
    rows=st.lists(st.lists(AMOUNTS, min_size=5, max_size=5), min_size=1, max_size=6),
    unit=st.sampled_from([Decimal(1), Decimal(1000), Decimal(10000)]),
    decimals=st.integers(0, 6),
    total_decimals=st.integers(0, 6),
)
def test_the_honest_total_of_rounded_parts_is_never_held(
    rows: list[list[Decimal]], unit: Decimal, decimals: int, total_decimals: int
) -> None:
    sheet = tuple(village(parts, sum(parts, Decimal(0)), unit, decimals, total_decimals) for parts in rows)
    # Where every part of every village is written 0, the sheet tells no unit of its parts; where every total is, none
    # of its decimals: it is taken to be as rounded as the widest of the others.
    assume(any(row[name] for row in sheet for name in PARTS))
    assume(any(row[TOTAL] for row in sheet))
    assert failing_cells(BENCH, rule("VI-08"), Example(rows={"village_income": sheet})) == []


@settings(max_examples=examples(30), deadline=None)
@given(
    parts=st.lists(st.decimals(min_value=10000, max_value=1_000_000, places=2), min_size=5, max_size=5),
    decimals=st.integers(2, 4),
    sign=st.sampled_from([1, -1]),
)
def test_a_total_that_no_rounding_explains_is_held(parts: list[Decimal], decimals: int, sign: int) -> None:
    """Off by all that six rounded numbers leave open, twice (the parts differ, too), and 100 yuan."""
    unit = Decimal(10000)
    opened = 6 * unit.scaleb(-decimals) / 2
    total = sum(parts, Decimal(0)) + sign * (2 * opened + 100)
    sheet = (village(parts, total, unit, decimals, decimals),)
    assert failing_cells(BENCH, rule("VI-08"), Example(rows={"village_income": sheet}))


def test_a_household_summed_by_hand_in_whole_yuan_is_not_held() -> None:
    income = {
        "wage_income_yuan": Decimal("1000.4"),
        "business_income_yuan": Decimal("2000.4"),
        "property_income_yuan": Decimal("300.4"),
        "transfer_income_yuan": Decimal("400.4"),
    }
    written = {name: value.quantize(Decimal(1)) for name, value in income.items()}
    total = sum(income.values(), Decimal(0)).quantize(Decimal(1))
    assert total - sum(written.values(), Decimal(0)) == 2

    def held(total: Decimal) -> bool:
        row = {**written, "total_income_yuan": total}
        return bool(failing_cells(BENCH, rule("HI-08"), Example(rows={"household_income": (row,)})))

    assert not held(total)
    assert held(total + 1)
