"""The book of what stands: of every form, submitter and period the rows that count, played from what was sent.

Ways to read it, after the three kinds of forms (decision 0008): ``state``, ``ledger``, and of lists by year
``of_period``, ``of_year`` and ``of_years``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from expectations.contract import load_contracts
from expectations.model import Contract
from twin.oracle.lines import households_of, lines_of
from twin.oracle.owed import Duties, read_duties
from twin.oracle.returns import Sent, Told
from twin.oracle.standing import Line, after
from twin.person_states import last_day

# Spans of forms that begin anew each year.
YEARLY = ("year-to-date", "year")
LATEST = "9999-12"
REGISTER = "households"
Place = tuple[str, str]
"""Submitter and period."""


@dataclass
class FormBook:
    """One form: all rows ever sent, and of each (submitter, period) the numbers of those that stand.

    Attributes:
        carried: which of them stand for held rows.
        held: the held rows in force, by number, and their keys.
        never_accepted: how many of those have a key that does not stand, or one that nobody can read (``is_unread``).
    """

    rows: pd.DataFrame
    standing: dict[Place, list[int]] = field(default_factory=dict)
    carried: dict[Place, set[int]] = field(default_factory=dict)
    held: dict[Place, dict[int, object]] = field(default_factory=dict)
    never_accepted: dict[Place, int] = field(default_factory=dict)


@dataclass
class Book:
    """What stands of all forms, as far as was received by a day."""

    sent: tuple[Sent, ...]
    forms: dict[str, FormBook]
    duties: Duties = field(default_factory=read_duties)
    told: dict[tuple[tuple[tuple[str, bool], ...], str], dict[str, bool]] = field(default_factory=dict)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The periods of which anything came."""
        return tuple(sorted({one.period for one in self.sent}))

    def returned(self, form: str, submitter: str, period: str) -> bool:
        """Whether the submitter's return of the form and period came, 无数据 included."""
        return (submitter, period) in self.forms[form].standing if form in self.forms else False

    def last_return(self, form: str, submitter: str, period: str) -> str | None:
        """The last period up to this one that the submitter returned the form for."""
        came = [p for p in self.periods if p <= period and self.returned(form, submitter, p)]
        return came[-1] if came else None

    def state(self, form: str, period: str) -> pd.DataFrame:
        """The last return of every submitter up to a period: of a state, a ledger, a cumulative list."""
        return self._rows(form, [(s, self.last_return(form, s, period)) for s in self._submitters(form)], period)

    def ledger(self, form: str) -> pd.DataFrame:
        """The last return of every submitter, of whatever period: a ledger lists every entry since the beginning."""
        return self.state(form, LATEST)

    def of_period(self, form: str, period: str) -> pd.DataFrame:
        """The returns of one period."""
        return self._rows(form, [(s, period) for s in self._submitters(form)], period)

    def of_year(self, form: str, period: str) -> pd.DataFrame:
        """The last return of every submitter within the period's year, up to it."""
        last = [(s, self._last_of_year(form, s, period, period[:4])) for s in self._submitters(form)]
        return self._rows(form, last, period)

    def of_years(self, form: str, period: str) -> pd.DataFrame:
        """Lists by year: of each year the last one returned, of whatever period, and the years together.

        A later list of the year restates the earlier: what had happened by the period is told by an entry's own date.
        """
        years = sorted({p[:4] for p in self.periods if p[:4] <= period[:4]})
        last = [(s, self._last_of_year(form, s, LATEST, year)) for s in self._submitters(form) for year in years]
        return self._rows(form, last, period)

    def ever(self, form: str, period: str) -> pd.DataFrame:
        """Every row that stood in any period up to this one, the latest first."""
        places = [(s, p) for p in reversed(self.periods) if p <= period for s in self._submitters(form)]
        return self._rows(form, places, period)

    def _last_of_year(self, form: str, submitter: str, period: str, year: str) -> str | None:
        last = self.last_return(form, submitter, min(period, f"{year}-12"))
        return last if last is not None and last[:4] == year else None

    def _submitters(self, form: str) -> list[str]:
        return sorted({submitter for submitter, _ in self.forms[form].standing}) if form in self.forms else []

    def _rows(self, form: str, places: Iterable[tuple[str, str | None]], period: str) -> pd.DataFrame:
        """The rows of some returns that count by a period; ``submitter`` and ``returned`` (their period) beside."""
        columns = [*(c.name for c in load_contracts()[form].columns), "submitter", "returned", "is_carried"]
        book = self.forms.get(form)
        if book is None:
            return pd.DataFrame(columns=columns)
        chosen = [(s, p, book.standing[s, p]) for s, p in places if p is not None and (s, p) in book.standing]
        numbers = [number for _, _, found in chosen for number in found]
        rows = book.rows.iloc[numbers].reset_index(drop=True)
        rows["submitter"] = [s for s, _, found in chosen for _ in found]
        rows["returned"] = [p for _, p, found in chosen for _ in found]
        rows["is_carried"] = [n in book.carried.get((s, p), ()) for s, p, found in chosen for n in found]
        rows = rows.reindex(columns=[*rows.columns, *(c for c in columns if c not in rows.columns)])
        return _begun(form, rows, end_of(min(period, self.periods[-1])))


def keep_book(sent: Iterable[Sent], day: datetime | None = None) -> Book:
    """Play everything that was received by a day (by default all) into a book."""
    known = tuple(one for one in sent if day is None or one.received <= day)
    stacks: dict[str, list[tuple[Sent, Told]]] = {}
    for one in known:
        for form, told in one.forms.items():
            stacks.setdefault(form, []).append((one, told))
    registers = _play(load_contracts()[REGISTER], stacks.get(REGISTER, []), {})
    stand_in = _stand_in(registers)
    forms = {form: _play(load_contracts()[form], stack, stand_in) for form, stack in stacks.items()}
    return Book(known, forms | {REGISTER: registers})


def without(book: Book, left_out: Iterable[tuple[str, str, str]], duties: Duties) -> Book:
    """The book as if some returns (submitter, period, form) had not come; what stands of the others stays."""
    gone = set(left_out)
    forms = {
        form: replace(one, standing={(s, p): n for (s, p), n in one.standing.items() if (s, p, form) not in gone})
        for form, one in book.forms.items()
    }
    return Book(book.sent, forms, duties)


def _stand_in(registers: FormBook) -> dict[Place, set[str]]:
    """The households that stand for held rows of the register, by who returned them when."""
    codes = registers.rows["household_code"].tolist() if len(registers.rows) else []
    return {place: {codes[number] for number in numbers} for place, numbers in registers.carried.items()}


def _play(contract: Contract, stack: list[tuple[Sent, Told]], stand_in: dict[Place, set[str]]) -> FormBook:
    """One form's returns, period by period and within a period in the order they came.

    A household that stands for a held row stands whole: what belonged to it and is not returned stands with it.
    """
    frames = [told.rows for _, told in stack]
    starts = [0, *pd.Series([len(frame) for frame in frames]).cumsum()]
    rows = pd.concat([f for f in frames if len(f)], ignore_index=True) if any(map(len, frames)) else pd.DataFrame()
    book = FormBook(rows)
    kept: dict[Place, dict[object, int]] = {}
    within = households_of(contract, rows)
    for index in sorted(range(len(stack)), key=lambda i: (stack[i][0].period, stack[i][0].received)):
        one, told = stack[index]
        place = (one.submitter, one.period)
        lines = lines_of(contract, told.rows, int(starts[index]), within)
        earlier = _earlier(contract, kept, place)
        now = after(kept.get(place), earlier, told.mode, lines, has_reason=told.has_reason, within_of=within)
        if now is not None:
            before = kept.get(place, earlier)
            belonging = stand_in.get(place, set()) if within and told.mode == "full" else set()
            now |= {key: n for key, n in before.items() if key not in now and within.get(key) in belonging}
            kept[place] = now
            book.carried[place] = _carried(book.carried.get(place, set()), told, now, lines)
            book.held[place] = _held(book.held.get(place, {}), told, lines)
    book.standing = {place: sorted(numbers.values()) for place, numbers in kept.items()}
    unread = set(rows.index[rows["is_unread"].eq(True)]) if "is_unread" in rows.columns else set()
    book.never_accepted = {
        place: sum(key not in kept[place] or number in unread for number, key in found.items())
        for place, found in book.held.items()
    }
    return book


def _carried(before: set[int], told: Told, now: dict[object, int], lines: list[tuple[object, Line[int]]]) -> set[int]:
    """The rows that stand for what the return holds or refuses, not for what it says."""
    fresh = {line.value for _, line in lines}
    old = {number for number in now.values() if number not in fresh}
    return old & before if told.mode == "correction" else old


def _held(before: dict[int, object], told: Told, lines: list[tuple[object, Line[int]]]) -> dict[int, object]:
    """The held rows of a return, and with a correction those before it that it does not name."""
    named = {key for key, _ in lines}
    stays = {number: key for number, key in before.items() if told.mode == "correction" and key not in named}
    return stays | {line.value: key for key, line in lines if line.is_held}


def _earlier(contract: Contract, kept: dict[Place, dict[object, int]], place: Place) -> dict[object, int]:
    """What stood of the last period returned before; a list by year begins anew each year."""
    submitter, period = place
    found = [
        p for s, p in kept
        if s == submitter and p < period and (contract.span not in YEARLY or p[:4] == period[:4])
    ]  # fmt: skip
    return kept[submitter, max(found)] if found else {}


def _begun(form: str, rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """The rows that count by a day: from their own on, at once where they have none."""
    column = load_contracts()[form].counts_from
    if column is None:
        return rows
    waits = [isinstance(own, date) and own > day for own in rows[column]]
    return rows.loc[[not one for one in waits]].reset_index(drop=True)


def first_claims(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """One row a key where several submitters return it.

    What was accepted comes before what stands for a held row, then the township that the key begins with.
    """
    if rows.empty:
        return rows
    far = (rows[key].astype(str).str[:9] != rows["submitter"]).astype(int)
    order = rows.assign(far=far).sort_values(["is_carried", "far", "submitter"], kind="stable")
    return order.drop_duplicates(key).drop(columns="far")


def end_of(period: str) -> date:
    """The last day of a period."""
    return last_day(period)
