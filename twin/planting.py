"""The ground that errors are planted in: picks hosts, adds rows, changes cells, notes expected findings.

What each error is stands in ``errors_*``; here is only how a row gets into the city without moving
a figure. A blocking error sits in a row of its own (or in one whose loss no figure notices); an error
that only asks for an explanation may sit in a household of the city, since its rows stay accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from twin.habits import habits_of
from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE
from twin.spelling import Cell
from twin.state import State

NOW, YEAR_END = "2017-06", "2016-12"
ORDER = {
    "households": ["household_code"],
    "members": ["household_code", "person_code"],
    "household_income": ["household_code"],
    "assistance_measures": ["measure_code"],
    "guarantee_funds": ["fund_code"],
    "guarantee_loans": ["contract_number"],
    "village_income": ["village_code"],
}
ADDED_FROM = 9001
# Of a form's rows of one township at most this share may be held: below it a return stays acceptable.
HELD_SHARE = 0.42


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
            column = {"guarantee_funds": "fund_code", "village_income": "village_code"}.get(form, "household_code")
            length = None if by == "household_code" else 9
            rows: dict[str, list[Any]] = {}
            for label, code in enumerate(frame[column].tolist()):
                rows.setdefault(code[:length], []).append(label)
            self._rows[key] = rows
        return self._rows[key].get(value, [])

    def room(self, form: str, period: str, rows: int = 1, where: Callable[[str], bool] = lambda _: True) -> str:
        """A township that can lose ``rows`` more rows of the form; it is burdened with them."""
        for township in self.townships():
            held = self._held.get((form, period, township), 0)
            clean = self.count(form, period, township)
            if where(township) and held + rows <= HELD_SHARE * (clean + held + rows):
                self.burden(form, period, township, rows)
                return township
        raise NoRoomError(f"{form} {period}: no township can lose {rows} more rows")

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
        return kept or bool(borrows)

    def row(self, form: str, period: str, code: str, which: int = 0) -> Row:
        """The ``which``-th row of a household in a form, tagged so that its address is known."""
        label = self.labels(form, period, "household_code", code)[which]
        return self.tagged(form, period, label, f"{form}:{code}:{which}")

    def tagged(self, form: str, period: str, label: Any, tag: str) -> Row:
        """A row of the city by its index label."""
        tags = self._tags.setdefault((form, period), {})
        tag = tags.setdefault(label, tag)
        values = self.values(form, period, label)
        column = {"guarantee_funds": "fund_code", "village_income": "village_code"}.get(form, "household_code")
        return Row(form, period, tag, values, values[column][:9])

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
        column = {"guarantee_funds": "fund_code", "village_income": "village_code"}.get(form, "household_code")
        return Row(form, period, tag, values, str(values[column])[:9])

    def write(self, row: Row, column: str, cell: Cell) -> None:
        """Put a raw cell into the file, whatever the row's value is."""
        self.overrides.setdefault((row.form, row.period), {}).setdefault(row.tag, {})[column] = cell

    def number(self, series: str, start: int) -> int:
        """The next number of a series."""
        self._numbers[series] = self._numbers.get(series, start - 1) + 1
        return self._numbers[series]

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
            if period == row.period and form in ORDER and form not in ("guarantee_funds", "village_income"):
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
            forms[key] = together.sort_values(ORDER[key[0]], kind="stable", ignore_index=True)
        return forms


def _is_plain(township: str) -> bool:
    habits = habits_of(township)
    return habits.delivery == "workbook" and habits.money == "plain" and not habits.other_unit
