"""Findings that nobody planted: what the city's life makes honest rows say, told by arithmetic of its own.

Each rule that honest rows of the arriving city set off is computed here once more, from the rows the twin wrote and
not by the product's SQL. What is found about a row that an error touches stands in the key already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from twin.answer_key import AGAIN, NATURAL
from twin.duties import submitter_of
from twin.person_states import last_day
from twin.places import seed
from twin.plant import Planted
from twin.planting import Finding

Comes = Callable[[str, str], object]
"""Whether the return of a submitter for a period comes by the last night."""


@dataclass(frozen=True)
class Returned:
    """The rows of the returns that come."""

    forms: Mapping[tuple[str, str], pd.DataFrame]
    periods: tuple[str, ...]
    comes: Comes
    known: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)

    def of(self, form: str, period: str) -> pd.DataFrame:
        """The rows of a period, with ``sender``; the index is that of the state's frame."""
        if (form, period) not in self.known:
            rows = self.forms.get((form, period), pd.DataFrame(columns=["submitter_code"]))
            senders = submitter_of(rows)
            came = {sender for sender in set(senders) if self.comes(sender, period)}
            self.known[form, period] = rows.assign(sender=senders)[senders.isin(came)]
        return self.known[form, period]

    def latest(self, form: str, period: str) -> pd.DataFrame:
        """Of every sender the rows of the last period up to this one that were returned."""
        known = [self.of(form, p).assign(returned=p) for p in self.periods if p <= period]
        rows = pd.concat([part for part in known if len(part)] or [pd.DataFrame(columns=["sender", "returned"])])
        return rows[rows["returned"] == rows.groupby("sender")["returned"].transform("max")]


def name_naturals(planted: Planted, comes: Comes) -> Planted:
    """The city with the natural findings of its returns beside those of the errors, their rows tagged."""
    forms = dict(planted.state.forms)
    told = Returned(planted.state.forms, planted.state.periods, comes)
    found: list[Finding] = []
    for rule, (form, column, natural) in NATURALS.items():
        for period in planted.state.periods:
            rows = told.of(form, period)
            if rows.empty:
                continue
            tags = rows["tag"] if "tag" in rows.columns else pd.Series(None, rows.index, dtype=object)
            is_untouched = tags.isna() | tags.astype(str).str.startswith(f"{AGAIN}:")
            for label in rows.index[natural(told, rows, period) & is_untouched]:
                tag = tags[label] if isinstance(tags[label], str) else f"{NATURAL}:{form}:{label}"
                forms[form, period] = _tagged(forms[form, period], label, tag)
                found.append(Finding(rule, rule, form, period, tag, column, NATURAL))
    return replace(planted, state=replace(planted.state, forms=forms), findings=(*planted.findings, *found))


def _tagged(rows: pd.DataFrame, label: Any, tag: str) -> pd.DataFrame:
    rows = rows.copy() if "tag" in rows.columns else rows.assign(tag=None, held=False)
    rows["tag"] = rows["tag"].astype(object)
    rows.loc[label, "tag"] = tag
    return rows


# --- rules -----------------------------------------------------------------------------------------------


def _unpaid_for_long(told: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """DV-12: due, not paid, and the decision is older than the days allowed: some villages wait for the money."""
    declared = told.latest("distributions", period).set_index(["sender", "distribution_code"])["declared_on"]
    keys = list(zip(rows["sender"], rows["distribution_code"], strict=True))
    days = [_days(declared.get(key), last_day(period)) for key in keys]
    limit = int(seed("dividend_payment_limit")["limit_days"].iloc[-1])
    unpaid = (rows["due_yuan"] > 0) & (rows["paid_yuan"] == 0) & rows["paid_on"].isna()
    return unpaid & (pd.Series(days, rows.index) > limit)


def _days(day: date | None, end: date) -> int:
    return -1 if day is None else (end - day).days


def _income_without_dividend(told: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """DV-14: paid to a household whose income of that year has no dividend: each is told by another clerk."""
    incomes = told.latest("household_income", period)
    none = incomes[incomes["asset_dividend_yuan"].fillna(0) == 0]
    without = set(zip(none["sender"], none["household_code"], none["income_year"].astype(int), strict=True))
    years = [day.year if isinstance(day, date) else 0 for day in rows["paid_on"]]
    keys = list(zip(rows["sender"], rows["beneficiary_code"], years, strict=True))
    is_paid = (rows["beneficiary_kind"] == "household") & (rows["paid_yuan"] > 0)
    return is_paid & pd.Series([key in without for key in keys], rows.index)


def _income_of_the_year_is_another(told: Returned, rows: pd.DataFrame, period: str) -> pd.Series:
    """ER-15: who was reviewed in spring told another income than the sheet of the whole year does."""
    sheets = told.latest("household_income", period)
    keys = zip(sheets["sender"], sheets["household_code"], sheets["income_year"].astype(int), strict=True)
    incomes = dict(zip(keys, sheets["net_income_per_head_yuan"].astype(float), strict=True))
    reviewed = zip(rows["sender"], rows["household_code"], rows["review_year"], strict=True)
    stated = pd.Series([incomes.get((s, h, int(y)), float("nan")) for s, h, y in reviewed], rows.index)
    return (stated - rows["income_per_head_yuan"].astype(float)).abs() > 1


NATURALS: dict[str, tuple[str, str, Callable[[Returned, pd.DataFrame, str], pd.Series]]] = {
    "DV-12": ("dividends", "paid_yuan", _unpaid_for_long),
    "DV-14": ("dividends", "paid_yuan", _income_without_dividend),
    "ER-15": ("exit_reviews", "income_per_head_yuan", _income_of_the_year_is_another),
}
"""Rule → its form, the column it asks about, and which rows of a period's returns set it off."""
