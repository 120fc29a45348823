"""Which honest rows set a rule off, told from the rows the twin wrote and not by the product's SQL.

What their findings are named in the answer key is told in ``natural``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from twin.person_states import last_day
from twin.places import seed
from twin.returned import Returned

_ROUNDING = 0.005
_HALF_FEN_EACH = 0.02
_LEFT = ("died", "married_out", "moved_out")
_COMES, _GOES = ("split", "moved_in"), ("merge", "moved_out", "ended")


def _unpaid_for_long(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """DV-12: due, not paid, and the decision is older than the days allowed: some villages wait for the money."""
    key = ("sender", "distribution_code")
    declared = _values(returned.latest("distributions", period), "declared_on", *key)
    days = [_days(declared.get(one), last_day(period)) for one in _keys(rows, *key)]
    limit = int(seed("dividend_payment_limit")["limit_days"].iloc[-1])
    unpaid = (rows["due_yuan"] > 0) & (rows["paid_yuan"] == 0) & rows["paid_on"].isna()
    return unpaid & (pd.Series(days, rows.index) > limit)


def _days(day: date | None, end: date) -> int:
    return -1 if day is None else (end - day).days


def _income_without_dividend(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """DV-14: paid to a household whose income of that year has no dividend: each is told by another clerk."""
    incomes = returned.latest("household_income", period)
    none = incomes[incomes["asset_dividend_yuan"].fillna(0) == 0]
    without = set(zip(none["sender"], none["household_code"], none["income_year"].astype(int), strict=True))
    years = [day.year if isinstance(day, date) else 0 for day in rows["paid_on"]]
    keys = list(zip(rows["sender"], rows["beneficiary_code"], years, strict=True))
    is_paid = (rows["beneficiary_kind"] == "household") & (rows["paid_yuan"] > 0)
    return is_paid & pd.Series([key in without for key in keys], rows.index)


def _income_of_the_year_is_another(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """ER-15: who was reviewed in spring told another income than the sheet of the whole year does."""
    sheets = returned.latest("household_income", period)
    keys = zip(sheets["sender"], sheets["household_code"], sheets["income_year"].astype(int), strict=True)
    incomes = dict(zip(keys, sheets["net_income_per_head_yuan"].astype(float), strict=True))
    reviewed = zip(rows["sender"], rows["household_code"], rows["review_year"], strict=True)
    stated = pd.Series([incomes.get((s, h, int(y)), float("nan")) for s, h, y in reviewed], rows.index)
    return (stated - rows["income_per_head_yuan"].astype(float)).abs() > 1


def _group_without_roster(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """EH-12: a register repeats a group's share; its roster, held when it was told, is not told again."""
    rosters = returned.standing("equity_group_members", period)
    named = set(_keys(rosters, "sender", "group_code"))
    is_group = (rows["holder_kind"] == "household_group") & (rows["amount_yuan"] > 0)
    return is_group & ~_among(rows, named, "sender", "holder_code")


def _share_kept_after_exit(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """EM-13: the household left poverty in the meantime, and what becomes of its share is not decided yet."""
    households = returned.standing("households", period)
    left = set(_keys(households[households["poverty_status"].isin(("1", "4"))], "sender", "household_code"))
    return rows["left_on"].isna() & rows["disposition"].isna() & _among(rows, left, "sender", "household_code")


def _share_is_not_by_head(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """EM-10: who of a group is told again is not all of those among whom its share was divided."""
    shares = _values(returned.standing("equity_holdings", period), "amount_yuan", "sender", "holder_code")
    groups = rows.groupby(["sender", "group_code"])
    counted = groups["household_code"].transform("nunique") == groups["household_code"].transform("size")
    persons = groups["persons_at_allotment"].transform("sum").astype(float)
    share = _looked_up(shares, rows, "sender", "group_code")
    due = share * rows["persons_at_allotment"].astype(float) / persons
    return counted & ((rows["amount_yuan"].astype(float) - due).abs() > _HALF_FEN_EACH)


def _pool_is_not_its_households(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """DV-15: the pool's payment is told again, the payments to its households as they are now."""
    key = ("sender", "distribution_code")
    paid = rows[rows["beneficiary_kind"] == "household"].groupby(list(key))["paid_yuan"].sum().to_dict()
    summed = _looked_up(paid, rows, *key).fillna(0)
    amount = rows["paid_yuan"].astype(float)
    is_pool = (rows["beneficiary_kind"] == "pool") & (amount >= 0) & (amount <= rows["due_yuan"].astype(float))
    return is_pool & ((amount - summed).abs() > _ROUNDING)


def _yield_is_not_what_is_due(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """DI-16: a distribution is told again as it was, and the shares of it as they are now."""
    dividends = returned.standing("dividends", period)
    due = {
        kind: dividends[is_of_kind].groupby(["sender", "distribution_code"])["due_yuan"].sum().to_dict()
        for kind, is_of_kind in (
            ("all", dividends["beneficiary_kind"] != "household"),
            ("pool", dividends["beneficiary_kind"] == "pool"),
            ("village", dividends["beneficiary_kind"] == "village"),
        )
    }
    told_of = {kind: _looked_up(sums, rows, "sender", "distribution_code") for kind, sums in due.items()}
    parts_agree = (told_of["pool"] - rows["households_part_yuan"].astype(float)).abs() < _ROUNDING
    parts_agree &= (told_of["village"] - rows["village_part_yuan"].astype(float)).abs() < _ROUNDING
    return parts_agree & ((told_of["all"] - rows["total_yield_yuan"].astype(float)).abs() > _ROUNDING)


def _less_than_before(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """VP-13: what was told too high half a year ago is told right now."""
    key = ("sender", "project_code", "village_code")
    before = _values(returned.before("village_projects", period), "income_added_yuan", *key)
    earlier = _looked_up(before, rows, *key)
    return rows["income_added_yuan"].astype(float) < earlier - _ROUNDING


def _decided_otherwise(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """VD-12: the decision told again is not the state that the township tells now."""
    recorded = _values(returned.standing("village_income", period), "recorded_shell", "village_code")
    shells = rows["decision_kind"].isin(("shell_recorded", "shell_removed"))
    shells &= pd.Series([day <= last_day(period) for day in rows["decided_on"]], rows.index)
    ranked = rows[shells].sort_values(["decided_on", "decision_number"])
    last = ranked.drop_duplicates(["sender", "village_code"], keep="last").index
    says = [
        village in recorded and bool(recorded[village]) != (kind == "shell_recorded")
        for (village,), kind in zip(_keys(rows, "village_code"), rows["decision_kind"], strict=True)
    ]
    return pd.Series(says, rows.index) & rows.index.isin(last)


def _status_stepped_back(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """HH-17: the status of before was told wrongly, and is told right now."""
    steps = seed("status_transition")
    steps = steps[(steps["verified"].astype(str) == "true") & (steps["is_allowed"].astype(str) == "false")]
    illegal = set(zip(steps["from_status"].astype(str), steps["to_status"].astype(str), strict=True))
    before = _values(returned.before("households", period), "poverty_status", "sender", "household_code")
    was = [before.get(key) for key in _keys(rows, "sender", "household_code")]
    return pd.Series([step in illegal for step in zip(was, rows["poverty_status"], strict=True)], rows.index)


def _more_insured_than_registered(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """IP-12: a policy covers those who were registered when it began; some have left since."""
    members = returned.standing("members", period)
    stayed = members[~members["membership_change"].isin(_LEFT)]
    registered = stayed["village_code"].str[:9].value_counts()
    asked = rows["township_code"].isin(set(members["sender"]))
    return asked & (rows["insured_persons"].astype(float) > rows["township_code"].map(registered).fillna(0))


def _published_otherwise(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """CT-13: a figure that was told wrongly is told right now."""
    key = ("sender", "division_code", "indicator_name", "figure_period", "source_kind")
    before = _values(returned.before("control_totals", period), "figure_value", *key)
    earlier = _looked_up(before, rows, *key)
    return (rows["figure_value"].astype(float) - earlier).abs() > 0


def _changed_otherwise(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """HC-11: the last change told of a household is not what the register says now."""
    households = returned.standing("households", period)
    registered, asked = set(_keys(households, "sender", "household_code")), set(households["sender"])
    last = rows.sort_values(["changed_on", "change_code"])
    last = last.drop_duplicates(["sender", "household_code"], keep="last")
    is_there = _among(rows, registered, "sender", "household_code")
    comes, goes = rows["change_kind"].isin(_COMES), rows["change_kind"].isin(_GOES)
    is_last = pd.Series(rows.index.isin(last.index), rows.index)
    return is_last & rows["sender"].isin(asked) & ((comes & ~is_there) | (goes & is_there))


def _balance_is_not_opening_and_moved(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """FM-12: the balance of before was told wrongly, and is told right now."""
    key = ("sender", "fund_code")
    before, now = returned.before("guarantee_funds", period), returned.standing("guarantee_funds", period)
    opening, closing = (_values(funds, "fund_amount_yuan", *key) for funds in (before, now))
    opened = {fund: last_day(told_for) for fund, told_for in _values(before, "returned", *key).items()}
    kinds = seed("code_fund_movement").set_index("code")["sign"].astype(int)
    moved = rows[[day <= last_day(period) for day in rows["moved_on"]]].sort_values(["moved_on", "entry_number"])
    signed = moved["amount_yuan"].astype(float) * moved["movement_kind"].map(kinds)
    broken: list[Any] = []
    for fund, entries in moved.assign(signed=signed).groupby(list(key)):
        if fund in closing:
            is_new = [fund not in opened or day > opened[fund] for day in entries["moved_on"]]
            end = float(opening.get(fund, 0)) + entries["signed"][is_new].sum()
            broken += [entries.index[-1]] if abs(end - float(closing[fund])) > _ROUNDING else []
    return pd.Series(rows.index.isin(broken), rows.index)


def _subsidies_are_not_those_of_the_loan(returned: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """LS-13: what the finance office has paid by now is not yet in the township's register, or no longer."""
    loans = returned.standing("guarantee_loans", period)
    loans = loans[(loans["sender"] == loans["contract_number"].str[3:12]) & (loans["returned"] == period)]
    registered = _values(loans.fillna({"interest_subsidy_yuan": 0}), "interest_subsidy_yuan", "contract_number")
    paid = rows[[isinstance(day, date) and day <= last_day(period) for day in rows["paid_on"]]]
    sums = paid.groupby("contract_number")["amount_yuan"].sum().to_dict()
    last = paid.sort_values("subsidy_number").drop_duplicates("contract_number", keep="last").index
    differs = [
        contract in registered and abs(float(sums.get(contract, 0)) - float(registered[contract])) > _ROUNDING
        for contract in rows["contract_number"]
    ]
    return pd.Series(differs, rows.index) & rows.index.isin(last)


def _keys(rows: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(rows[name] for name in names), strict=True))


def _among(rows: pd.DataFrame, keys: Iterable[tuple[Any, ...]], *names: str) -> pd.Series:
    wanted = set(keys)
    return pd.Series([key in wanted for key in _keys(rows, *names)], rows.index, dtype=bool)


def _values(rows: pd.DataFrame, column: str, *names: str) -> dict[Any, Any]:
    """The values of a column by key; by itself where one column is the key."""
    keys = _keys(rows, *names)
    return dict(zip((key[0] for key in keys) if len(names) == 1 else keys, rows[column], strict=True))


def _looked_up(values: Mapping[Any, Any], rows: pd.DataFrame, *names: str) -> pd.Series:
    """The number of each row's key; none where the key has none."""
    return pd.Series([values.get(key) for key in _keys(rows, *names)], rows.index, dtype=float)


NATURALS: dict[str, tuple[str, str, Callable[[Returned, pd.DataFrame, str], pd.Series]]] = {
    "CT-13": ("control_totals", "figure_value", _published_otherwise),
    "DI-16": ("distributions", "total_yield_yuan", _yield_is_not_what_is_due),
    "DV-12": ("dividends", "paid_yuan", _unpaid_for_long),
    "DV-14": ("dividends", "paid_yuan", _income_without_dividend),
    "DV-15": ("dividends", "paid_yuan", _pool_is_not_its_households),
    "EH-12": ("equity_holdings", "holder_code", _group_without_roster),
    "EM-10": ("equity_group_members", "amount_yuan", _share_is_not_by_head),
    "EM-13": ("equity_group_members", "left_on", _share_kept_after_exit),
    "ER-15": ("exit_reviews", "income_per_head_yuan", _income_of_the_year_is_another),
    "FM-12": ("fund_movements", "amount_yuan", _balance_is_not_opening_and_moved),
    "HC-11": ("household_changes", "household_code", _changed_otherwise),
    "HH-17": ("households", "poverty_status", _status_stepped_back),
    "IP-12": ("insurance_policies", "insured_persons", _more_insured_than_registered),
    "LS-13": ("loan_subsidies", "amount_yuan", _subsidies_are_not_those_of_the_loan),
    "VD-12": ("village_decisions", "decision_kind", _decided_otherwise),
    "VP-13": ("village_projects", "income_added_yuan", _less_than_before),
}
"""Rule → its form, the column it asks about, and which rows of a period's returns set it off."""
