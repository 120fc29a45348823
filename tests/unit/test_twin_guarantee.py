"""The ledgers of funds and loans: they make the states of every period to the fen, in the twin and by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.contract import load_contracts
from expectations.rule_model import Example
from tests.fuzz import examples
from tests.rule_examples import failing_cells, open_bench
from tests.states import full_planted, full_state
from twin.expected import expected_figures
from twin.identity import ADDRESS_CODES
from twin.loan_ledger import _subsidies
from twin.loans import add_months
from twin.person_states import last_day
from twin.plant import Planted
from twin.state import PERIODS, State, accepted

OUT = ("compensation_out", "withdrawal", "fee")
RULES = {rule.code: rule for contract in load_contracts().values() for rule in contract.rules}


@pytest.fixture(scope="module")
def full() -> State:
    return full_state()


@pytest.fixture(scope="module")
def planted() -> Planted:
    return full_planted()


@pytest.fixture(scope="module")
def bench() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_bench() as connection:
        yield connection


def _sums(rows: pd.DataFrame, kind: str, index: pd.Series) -> np.ndarray:
    chosen = rows[rows["event_kind"] == kind].groupby("contract_number")["amount_yuan"].sum()
    return index.map(chosen).fillna(0).to_numpy(dtype=float)


@pytest.mark.parametrize("period", PERIODS)
def test_events_make_what_the_register_says_of_each_loan(full: State, period: str) -> None:
    events, loans = full.forms["loan_events", period], full.forms["guarantee_loans", period]
    contracts = loans["contract_number"]
    drawn, repaid = _sums(events, "drawn", contracts), _sums(events, "repaid", contracts)
    compensated = _sums(events, "compensated", contracts)
    assert (drawn == loans["principal_yuan"]).all()
    assert (repaid == loans["repaid_yuan"]).all()
    assert (drawn - repaid - compensated == loans["balance_yuan"]).all()
    assert max(events["happened_on"]) <= last_day(period)


@pytest.mark.parametrize("period", PERIODS)
def test_entries_make_what_each_fund_holds(full: State, period: str) -> None:
    entries, funds = full.forms["fund_movements", period], full.forms["guarantee_funds", period]
    fen = (entries["amount_yuan"] * 100).round().astype(int)
    net = fen.where(~entries["movement_kind"].isin(OUT), -fen).groupby(entries["fund_code"]).sum()
    assert (funds["fund_code"].map(net) == (funds["fund_amount_yuan"] * 100).round()).all()
    out = entries[entries["movement_kind"] == "compensation_out"].groupby("fund_code")["amount_yuan"].sum()
    assert (funds["fund_code"].map(out).fillna(0) == funds["compensated_yuan"]).all()


@pytest.mark.parametrize("period", PERIODS)
def test_what_a_fund_paid_or_got_back_is_what_happened_to_the_loan(full: State, period: str) -> None:
    entries, events = full.forms["fund_movements", period], full.forms["loan_events", period]
    for movement, event in (("compensation_out", "compensated"), ("recovery_in", "recovered")):
        fund = entries[entries["movement_kind"] == movement].set_index("contract_number")["amount_yuan"]
        loan = events[events["event_kind"] == event].set_index("contract_number")["amount_yuan"]
        assert fund.sort_index().to_dict() == loan.sort_index().to_dict()
    assert period != "2017-06" or (events["event_kind"] == "compensated").sum() >= 5


@pytest.mark.parametrize("period", PERIODS)
def test_finance_paid_what_the_township_has_as_subsidy(full: State, period: str) -> None:
    subsidies, loans = full.forms["loan_subsidies", period], full.forms["guarantee_loans", period]
    paid = subsidies[[isinstance(day, date) for day in subsidies["paid_on"]]]
    sums = (paid.groupby("contract_number")["amount_yuan"].sum() * 100).round()
    assert (loans["contract_number"].map(sums).fillna(0) == (loans["interest_subsidy_yuan"] * 100).round()).all()


@pytest.mark.parametrize("period", PERIODS)
def test_banks_and_townships_list_the_same_loans(full: State, period: str) -> None:
    banks, loans = full.forms["bank_loans", period], full.forms["guarantee_loans", period]
    same = ["contract_number", "principal_yuan", "balance_yuan", "overdue_yuan", "due_on", "borrower_id_number"]
    assert banks[same].reset_index(drop=True).equals(loans[same].reset_index(drop=True))


def test_an_entry_keeps_its_number_in_every_return(full: State) -> None:
    keys = {"fund_movements": "entry_number", "loan_events": "event_number", "loan_subsidies": "subsidy_number"}
    for form, key in keys.items():
        earlier, later = (full.forms[form, period].set_index(key) for period in ("2016-12", "2017-06"))
        assert earlier.index.is_unique and later.index.is_unique
        columns = [name for name in earlier.columns if name != "paid_on"]
        assert later.loc[earlier.index, columns].equals(earlier[columns])


def test_the_caps_come_from_the_products(planted: Planted) -> None:
    figures = expected_figures(planted.state).set_index("fact")["value"]
    assert (figures["guarantee_loan_cap"], figures["guarantee_term_cap"]) == (50_000, 36)
    assert (figures["guarantee_loans_amount"], figures["guarantee_loans_households"]) == (78_770_000, 1_738)


def test_every_rule_that_can_be_broken_is_broken(planted: Planted) -> None:
    rules = {code for code in RULES if code[:2] in ("LP", "FM", "LE", "LS", "BL")}
    # The base rate is unknown, so LS-12 is not evaluated.
    assert rules - {finding.rule_code for finding in planted.findings} == {"LS-12"}


def test_the_planted_fen_stands_alone_in_its_fund(planted: Planted) -> None:
    rows = accepted(planted.state, "fund_movements", "2017-06").set_index("tag")
    tags = {finding.rule_code: finding.tag for finding in planted.findings if finding.form == "fund_movements"}
    fund = rows.loc[tags["FM-13"], "fund_code"]
    counted = rows[rows["fund_code"] == fund]
    assert {tag for tag in counted.index if isinstance(tag, str)} == {tags["FM-13"]}


def test_borrowers_of_the_banks_are_fictional(planted: Planted) -> None:
    numbers = {
        str(number) for period in PERIODS for number in planted.state.forms["bank_loans", period]["borrower_id_number"]
    }
    assert {number[:6] for number in numbers} <= set(ADDRESS_CODES)


# --- properties -----------------------------------------------------------------------------------

KINDS = ("paid_in_poverty_fund", "paid_in_members", "paid_in_finance", "interest", "recovery_in", *OUT)


@settings(max_examples=examples(15), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 10**9)), min_size=1, max_size=6).flatmap(st.permutations),
    st.sampled_from([0, 1, -1]),
)
def test_a_fund_closes_in_any_order_of_its_entries_and_a_fen_opens_it(
    bench: duckdb.DuckDBPyConnection, entries: list[tuple[str, int]], fen: int
) -> None:
    rows: list[dict[str, Any]] = [
        {"entry_number": f"FM-350426202-{n:05d}", "movement_kind": kind, "amount_yuan": Decimal(amount) / 100,
         "moved_on": date(2016, 1, 1) + timedelta(days=n), "contract_number": "DB-350426202-00017"}
        for n, (kind, amount) in enumerate(entries)
    ]  # fmt: skip
    closing = sum(-amount if kind in OUT else amount for kind, amount in entries) + fen
    example = Example(
        rows={"fund_movements": tuple(rows), "guarantee_funds": ({"fund_amount_yuan": Decimal(closing) / 100},)}
    )
    found = failing_cells(bench, RULES["FM-12"], example)
    assert len(found) == (fen != 0)


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(1_000, 50_000), st.integers(1, 2_400), st.integers(1, 92))
def test_the_whole_interest_may_be_subsidised_and_no_more(
    bench: duckdb.DuckDBPyConnection, base: int, rate: int, days: int
) -> None:
    whole = base * rate * days // 36_500
    cells = {"base_amount_yuan": base, "rate_percent": Decimal(rate) / 100, "days": days}
    for fen, findings in ((whole, 0), (whole + 102, 1)):
        row = {**cells, "amount_yuan": Decimal(fen) / 100}
        assert len(failing_cells(bench, RULES["LS-09"], Example(rows={"loan_subsidies": (row,)}))) == findings


@given(
    st.integers(8, 50), st.integers(435, 600), st.dates(date(2014, 7, 1), date(2016, 6, 30)),
    st.sampled_from([12, 24, 36]), st.booleans(), st.booleans(),
)  # fmt: skip
def test_quarters_of_a_loan_are_subsidised_once_and_within_its_interest(
    thousands: int, rate: int, released: date, term: int, is_bullet: bool, is_late: bool
) -> None:
    due = add_months(released, term)
    loan = {"principal": thousands * 1_000, "term_months": term, "released_on": released, "due_on": due,
            "rate": rate / 100, "is_bullet": is_bullet, "is_late": is_late}  # fmt: skip
    entries = list(_subsidies(0, loan))
    quarters = [entry["quarter"] for entry in entries]
    assert len(set(quarters)) == len(quarters)
    days = sum(entry["days"] for entry in entries)
    assert days <= (due - released).days
    assert sum(entry["fen"] for entry in entries) <= thousands * 1_000 * rate * days / 36_500
    assert all(entry["days"] <= 92 for entry in entries)
