"""What of the planted errors goes on in the period after: what a ledger has once told it tells again.

A state is told anew: there the clerks have mended what was wrong. A ledger repeats every entry that was accepted, and
so do the registers that its entries refer to. What is found about such a row may be found again, where what it is
compared with is repeated, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pandas as pd

from expectations.contract import load_contracts
from twin.answer_key import AGAIN
from twin.duties import submitter_of
from twin.planting import Finding
from twin.subject import Forms

# What was published stays as it was told, also where it was wrong.
PUBLISHED = ("control_totals",)
# States that last: ledgers name their keys.
REGISTERS = ("cooperatives", "equity_agreements", "equity_holdings", "equity_group_members", "guarantee_funds")


def is_ledger(form: str) -> bool:
    """Whether a return of the form lists everything since the beginning."""
    return load_contracts()[form].span in ("ledger", "cumulative")


def hosts_of(forms: Forms) -> set[str]:
    """Who sent a row that the errors have changed or added and that stands all the same, in some of the forms."""
    hosts: set[str] = set()
    for rows in forms.values():
        if "tag" in rows.columns:
            hosts |= set(submitter_of(_standing(rows)))
    return hosts


def with_repeated(
    planted: Forms, fresh: Forms, periods: tuple[str, str], period: str
) -> dict[tuple[str, str], pd.DataFrame]:
    """The rows of a period with those that the errors brought into its ledgers in the period before.

    Args:
        planted: the rows of the city with its errors.
        fresh: the rows of the period as they follow from the plan.
        periods: the two periods that the errors were planted into.
        period: the period after.
    """
    last = periods[1]
    together = {key: rows for key, rows in fresh.items() if key[1] == period}
    for form in (name for name in load_contracts() if is_ledger(name) or name in (*REGISTERS, *PUBLISHED)):
        before = planted.get((form, last), pd.DataFrame())
        if "tag" in before.columns:
            clean = together.get((form, period), pd.DataFrame(columns=before.columns))
            kept = _standing(before)
            if is_ledger(form):
                kept = pd.concat([kept, _unaccounted(form, planted.get((form, periods[0]), pd.DataFrame()), before)])
            together[form, period] = _repeated(form, kept, clean)
    return together


def _unaccounted(form: str, earlier: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Entries of the return before the last that the last does not name, where it holds rows that may be theirs."""
    if "tag" not in earlier.columns:
        return earlier.iloc[:0]
    key = load_contracts()[form].key
    named = set(zip(*(rows[name] for name in key), strict=True))
    holding = set(submitter_of(rows[rows["held"].astype(bool)]))
    kept = _standing(earlier)
    absent = [entry not in named for entry in zip(*(kept[name] for name in key), strict=True)]
    kept = kept[absent]
    return kept[submitter_of(kept).isin(holding)]


def _standing(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["tag"].notna() & ~rows["held"].astype(bool)]


def found_again(
    findings: Iterable[Finding], forms: Forms, comes: Callable[[str], object], period: str
) -> Iterator[Finding]:
    """The findings about rows that a period repeats, of those who return it.

    Args:
        findings: what the errors cause in the periods before.
        forms: the rows of the city.
        comes: whether a submitter's return for the period comes.
        period: the period that repeats them.
    """
    repeated: dict[str, set[str]] = {}
    for (form, when), rows in forms.items():
        if when == period and "tag" in rows.columns:
            tagged = rows[rows["tag"].notna()]
            senders = submitter_of(tagged)
            repeated[form] = {tag for tag, sender in zip(tagged["tag"], senders, strict=True) if comes(sender)}
    for one in findings:
        if _again(one.tag) in repeated.get(one.form, set()):
            yield replace(one, period=period, tag=_again(one.tag), part=AGAIN)


def _again(tag: str) -> str:
    return f"{AGAIN}:{tag}"


def _repeated(form: str, again: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """The fresh rows and those told before; an entry of a ledger stays as it was told, other rows as they are now."""
    key = list(load_contracts()[form].key)
    again = again.assign(tag=again["tag"].map(_again), held=False)
    rows = pd.concat([fresh.astype(object).assign(tag=None, held=False), again.astype(object)], ignore_index=True)
    stays = load_contracts()[form].span == "ledger" or form in PUBLISHED
    kept = rows.drop_duplicates(key, keep="last" if stays else "first")
    return kept.sort_values(key, kind="stable", ignore_index=True)
