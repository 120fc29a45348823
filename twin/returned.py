"""What of the city's rows has come by a period: the returns of every sender, and what stands of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from expectations.contract import load_contracts
from twin.duties import due_forms, submitter_of

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
            present = {sender for sender in set(senders) if self.comes(sender, period)}
            self.known[form, period] = rows.assign(sender=senders)[senders.isin(present)]
        return self.known[form, period]

    def latest(self, form: str, period: str) -> pd.DataFrame:
        """Of every sender the rows of the last period up to this one that were returned."""
        rows = self._up_to(form, period)
        return rows[rows["returned"] == rows.groupby("sender")["returned"].transform("max")]

    def standing(self, form: str, period: str) -> pd.DataFrame:
        """Of every sender the rows of the last period up to this one that it answered for, without those held.

        Nothing to report is an answer: nothing stands then.
        """
        rows = self._up_to(form, period)
        last = {sender: self.answered(form, sender, period) for sender in set(rows["sender"])}
        rows = rows[rows["returned"] == rows["sender"].map(last)]
        return rows[~rows["held"].fillna(False).astype(bool)] if "held" in rows.columns else rows

    def _up_to(self, form: str, period: str) -> pd.DataFrame:
        """All rows returned up to a period, with the period as ``returned``."""
        known = [self.of(form, p).assign(returned=p) for p in self.periods if p <= period]
        return pd.concat([part for part in known if len(part)] or [_nothing(form)])

    def answered(self, form: str, sender: str, period: str) -> str | None:
        """The last period up to this one for which a sender returned a form."""
        asked = [p for p in self.periods if p <= period and form in due_forms(sender, p) and self.comes(sender, p)]
        return max(asked, default=None)

    def before(self, form: str, period: str) -> pd.DataFrame:
        """What stood of a form before a period."""
        earlier = [p for p in self.periods if p < period]
        return self.standing(form, earlier[-1]) if earlier else _nothing(form)


def _nothing(form: str) -> pd.DataFrame:
    return pd.DataFrame(columns=[*(column.name for column in load_contracts()[form].columns), "sender", "returned"])
