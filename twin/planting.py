"""The ground that errors are planted in: picks hosts, adds rows, changes cells, notes expected findings.

What each error is stands in ``errors_*``; here is only how a row gets into the city without moving
a figure. A blocking error sits in a row of its own (or in one whose loss no figure notices); an error
that only asks for an explanation may sit in a household of the city, since its rows stay accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from expectations.contract import load_contracts
from twin.duties import is_township, sender_of, submitter_of
from twin.habits import habits_of
from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE
from twin.spelling import Cell
from twin.subjects import all_subjects

if TYPE_CHECKING:
    from twin.state import State

NOW, YEAR_END = "2017-06", "2016-12"
# How a form's rows stand in its sheet where that is not the order of its keys.
ORDER = {"members": ["household_code", "person_code"], "household_income": ["household_code"]}
# The column that tells what a row is about, where that is no household.
ABOUT = {"guarantee_funds": "fund_code", "village_income": "village_code", "village_profiles": "village_code"}
FIRST_COPY = 9001
# Of a form's rows of one township at most this share may be held: below it a return stays acceptable.
HELD_SHARE = 0.42


Where = Callable[[dict[str, Any]], bool]
"""Whether a row will do, by its values."""


class NoRoomError(LookupError):
    """The (sub-)city has no place for an error: no such household, fund or second township."""


@dataclass(frozen=True)
class Finding:
    """One finding the checks must make: rule, row (by tag) and column."""

    error_id: str
    rule_code: str
    form: str
    period: str
    tag: str
    column_name: str
    part: str
    note: str = ""


@dataclass
class Row:
    """A row in the city: where it is (form, period, tag) and its values."""

    form: str
    period: str
    tag: str
    values: dict[str, Any]
    township: str


@dataclass
class Ground:
    """State under planting."""

    state: State
    findings: list[Finding] = field(default_factory=list)
    overrides: dict[tuple[str, str], dict[str, dict[str, Cell]]] = field(default_factory=dict)
    _added: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    _changed: dict[tuple[str, str], dict[Any, dict[str, Any]]] = field(default_factory=dict)
    _tags: dict[tuple[str, str], dict[Any, str]] = field(default_factory=dict)
    _rows: dict[tuple[str, str, str], dict[str, list[Any]]] = field(default_factory=dict)
    _arrays: dict[tuple[str, str], tuple[list[str], np.ndarray]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _held: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _load: dict[str, int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    is_still: bool = False

    # --- places -------------------------------------------------------------------------------

    def townships(self) -> list[str]:
        """Townships whose clerks write plainly enough to hold an error, least burdened first."""
        able = [t for t in self.state.townships if _is_plain(t) and self.count("households", YEAR_END, t)]
        return sorted(able, key=lambda t: (self._load.get(t, 0) / (5 + self.count("households", YEAR_END, t)), t))

    def count(self, form: str, period: str, township: str) -> int:
        """Clean rows of a form and period in a township."""
        return len(self.labels(form, period, "township", township))

    def labels(self, form: str, period: str, by: str, value: str) -> list[Any]:
        """Index labels of the rows of a household (``by='household_code'``), or of a township."""
        key = (form, period, by)
        if key not in self._rows:
            frame = self.state.forms.get((form, period))
            if frame is None:
                return []
            codes = frame[ABOUT.get(form, by)] if by == "household_code" else submitter_of(frame)
            rows: dict[str, list[Any]] = {}
            for label, code in enumerate(codes.tolist()):
                rows.setdefault(code, []).append(label)
            self._rows[key] = rows
        return self._rows[key].get(value, [])

    def room(self, form: str, period: str, rows: int = 1, where: Callable[[str], bool] = lambda _: True) -> str:
        """A township that can lose ``rows`` more rows of the form; it is burdened with them."""
        for township in self.townships():
            if where(township) and self.has_room(form, period, township, rows):
                self.burden(form, period, township, rows)
                return township
        raise NoRoomError(f"{form} {period}: no township can lose {rows} more rows")

    def has_room(self, form: str, period: str, sender: str, rows: int = 1) -> bool:
        """Whether a township or office can lose ``rows`` more rows of the form and its return still counts."""
        held = self._held.get((form, period, sender), 0)
        return held + rows <= HELD_SHARE * (self.count(form, period, sender) + held + rows)

    def burden(self, form: str, period: str, township: str, rows: int = 1) -> None:
        """Note that a township loses rows."""
        self._held[form, period, township] = self._held.get((form, period, township), 0) + rows
        self._load[township] = self._load.get(township, 0) + 1

    # --- rows of the city ---------------------------------------------------------------------

    def values(self, form: str, period: str, label: Any) -> dict[str, Any]:
        """A row's values, changes included."""
        if (form, period) not in self._arrays:
            frame = self.state.forms[form, period]
            self._arrays[form, period] = (list(frame.columns), frame.to_numpy(dtype=object))
        columns, array = self._arrays[form, period]
        # A missing text and a missing number look the same here.
        values = {name: None if value != value else value for name, value in zip(columns, array[label], strict=True)}
        return {**values, **self._changed.get((form, period), {}).get(label, {})}

    def household(
        self,
        where: Callable[[dict[str, Any], list[dict[str, Any]]], bool] = lambda _h, _m: True,
        period: str = NOW,
        township: str | None = None,
        *,
        tries: int = 400,
        shared: bool = False,
    ) -> str:
        """Code of a household without loans for which ``where(register, members)`` holds.

        Nobody else changes it in that period; ``shared`` lets others add rows to it too.
        """
        for place in [township] if township else self.townships():
            for label in self.labels("households", period, "township", place)[:tries]:
                register = self.values("households", period, label)
                code = register["household_code"]
                if f"{period}:{code}" in self._used or self._is_kept(code, period):
                    continue
                if where(register, self.members(period, code)):
                    if not shared:
                        self._used.add(f"{period}:{code}")
                    self._load[place] = self._load.get(place, 0) + 1
                    return str(code)
        raise NoRoomError("no household of the wanted kind is free")

    def members(self, period: str, code: str) -> list[dict[str, Any]]:
        """The values of a household's members."""
        return [
            self.values("members", period, label) for label in self.labels("members", period, "household_code", code)
        ]

    def _is_kept(self, code: str, period: str) -> bool:
        kept = code[:12] in (COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE)
        # At the year's end only incomes are changed, which no loan depends on.
        borrows = period == NOW and self.labels("guarantee_loans", NOW, "household_code", code)
        # What the household holds of a cooperative, and is paid by it, goes by its status and its income.
        holds_equity = self.labels("equity_group_members", period, "household_code", code)
        return kept or bool(borrows) or bool(holds_equity)

    def row(self, form: str, period: str, code: str, which: int = 0) -> Row:
        """The ``which``-th row of a household in a form, tagged so that its address is known."""
        label = self.labels(form, period, "household_code", code)[which]
        return self.tagged(form, period, label, f"{form}:{code}:{which}")

    def tagged(self, form: str, period: str, label: Any, tag: str) -> Row:
        """A row of the city by its index label."""
        tags = self._tags.setdefault((form, period), {})
        tag = tags.setdefault(label, tag)
        values = self.values(form, period, label)
        return Row(form, period, tag, values, sender_of(values))

    def change(self, row: Row, **values: Any) -> Row:
        """Change cells of a row of the city; the row is the errors' own from then on."""
        label = next(k for k, tag in self._tags[row.form, row.period].items() if tag == row.tag)
        self._changed.setdefault((row.form, row.period), {}).setdefault(label, {}).update(values)
        row.values.update(values)
        return row

    def hold(self, row: Row) -> Row:
        """Say that a row of the city will be held: it counts in no figure."""
        self.change(row, held=True)
        self.burden(row.form, row.period, row.township)
        return row

    # --- rows beyond the city -----------------------------------------------------------------

    def add(self, form: str, period: str, values: dict[str, Any], tag: str, *, held: bool = True) -> Row:
        """Add a row."""
        values = {**values, "tag": tag, "held": held}
        self._added.setdefault((form, period), []).append(values)
        return Row(form, period, tag, values, sender_of(values))

    def added_rows(self, form: str, period: str) -> list[Row]:
        """The rows that were added so far."""
        return [Row(form, period, v["tag"], v, sender_of(v)) for v in self._added.get((form, period), [])]

    def senders(self, form: str, period: str) -> list[str]:
        """Who sent clean rows of a form plainly enough to hold an error: townships by burden, or offices."""
        able = self.townships()
        frame = self.state.forms.get((form, period))
        present = set() if frame is None else set(submitter_of(frame))
        return [code for code in able if code in present] + sorted(code for code in present if not is_township(code))

    def find(self, form: str, period: str, where: Where, *, taking: bool) -> Any:
        """Index label of a row of the city for which ``where(values)`` holds; taken ones are not found again."""
        for sender in self.senders(form, period):
            for label in self.labels(form, period, "township", sender):
                name = f"{form}:{period}:{label}"
                if name not in self._used and where(self.values(form, period, label)):
                    if taking:
                        self._used.add(name)
                    return label
        raise NoRoomError(f"{form} {period}: no row of the wanted kind is free")

    def copy_row(
        self, form: str, error_id: str, *, held: bool, period: str = NOW, where: Where = lambda _: True, **changes: Any
    ) -> Row:
        """A further row of a subject's form: a clean one copied under a fresh key, with changes.

        Args:
            form: a form of a subject, which says how a key is made fresh.
            error_id: the rule that is planted; names the row.
            held: whether the row will be kept out of the facts.
            period: where the row is added.
            where: which rows may be copied, by their values.
            changes: cells that differ; they win over the fresh key.
        """
        values = self.values(form, period, self.find(form, period, where, taking=False))
        number = self.number(f"copy:{form}", FIRST_COPY)
        fresh = next(s.fresh_keys[form] for s in all_subjects() if form in s.fresh_keys)
        copied = {name: value for name, value in values.items() if name not in ("tag", "held")}
        row = {**copied, **fresh(copied, number), **changes}
        return self.add(form, period, row, f"{error_id}:{form}:{number}", held=held)

    def pick_row(self, form: str, error_id: str, *, period: str = NOW, where: Where = lambda _: True) -> Row:
        """A row of the city that nobody else changes, to be changed in place."""
        label = self.find(form, period, where, taking=True)
        return self.tagged(form, period, label, f"{error_id}:{form}:{period}:{label}")

    def write(self, row: Row, column: str, cell: Cell) -> None:
        """Put a raw cell into the file, whatever the row's value is."""
        self.overrides.setdefault((row.form, row.period), {}).setdefault(row.tag, {})[column] = cell

    def number(self, series: str, start: int) -> int:
        """The next number of a series."""
        self._numbers[series] = self._numbers.get(series, start - 1) + 1
        return self._numbers[series]

    def let_stand(self, row: Row) -> None:
        """Say that an added row, whose place was kept as that of a held one, is only asked about."""
        row.values["held"] = False

    def set_added(self, row: Row, **values: Any) -> None:
        """Change cells of an added row."""
        row.values.update(values)

    def set_any(self, row: Row, **values: Any) -> None:
        """Change cells of a row, added or of the city."""
        if any(values_ is row.values for values_ in self._added.get((row.form, row.period), [])):
            row.values.update(values)
        else:
            self.change(row, **values)

    def take(self, name: str) -> bool:
        """Take something that only one error may use; False if it is taken."""
        if name in self._used:
            return False
        self._used.add(name)
        return True

    def withdraw(self, rows: Iterable[Row]) -> None:
        """Take added rows away again."""
        for row in rows:
            self._added[row.form, row.period].remove(row.values)

    def hold_household(self, row: Row) -> None:
        """Say that all rows of a household of the city will be held in a period."""
        code = row.values["household_code"]
        for form, period in self.state.forms:
            if period == row.period and load_contracts()[form].subject == "household":
                for which in range(len(self.labels(form, period, "household_code", code))):
                    self.hold(self.row(form, period, code, which))

    def pairs(self, fit: Callable[[str, str], bool]) -> list[tuple[str, str]]:
        """Pairs of townships that fit each other, least burdened first."""
        able = self.townships()
        return [(first, second) for first in able for second in able if fit(first, second)]

    # --- the key ------------------------------------------------------------------------------

    def expect(self, error_id: str, row: Row, column: str, rule: str | None = None, note: str = "") -> None:
        """Note a finding; without ``rule`` it is the planted one, with it a consequence."""
        code = rule or error_id
        part = "planted" if code == error_id else "consequence"
        self.findings.append(Finding(error_id, code, row.form, row.period, row.tag, column, part, note))

    # --- the planted state --------------------------------------------------------------------

    def planted_forms(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The forms with all rows added and cells changed, in the order of their keys."""
        forms = dict(self.state.forms)
        for key in {*self._added, *self._changed, *self._tags}:
            frame = forms[key].astype(object)
            frame["tag"], frame["held"] = None, False
            for label, tag in self._tags.get(key, {}).items():
                frame.at[label, "tag"] = tag
            for label, values in self._changed.get(key, {}).items():
                for column, value in values.items():
                    frame.at[label, column] = value
            added = pd.DataFrame(self._added.get(key, []), dtype=object)
            together = pd.concat([frame, added], ignore_index=True) if len(added) else frame
            order = ORDER.get(key[0]) or list(load_contracts()[key[0]].key)
            forms[key] = together.sort_values(order, kind="stable", ignore_index=True)
        return forms


def _is_plain(township: str) -> bool:
    habits = habits_of(township)
    return habits.delivery == "workbook" and habits.money == "plain" and not habits.other_unit
