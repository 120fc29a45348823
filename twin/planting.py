"""The ground that errors are planted in: picks hosts, adds rows, changes cells, notes expected findings.

What each error is stands in ``errors_*``; here is only how a row gets into the city without moving
a figure. A blocking error sits in a row of its own (or in one whose loss no figure notices); an error
that only asks for an explanation may sit in a household of the city, since its rows stay accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from expectations.contract import load_contracts
from twin.city_rows import CityRows
from twin.duties import is_township, sender_of
from twin.habits import habits_of
from twin.plan import COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE
from twin.spelling import Cell
from twin.subjects import all_subjects

NOW, YEAR_END = "2017-06", "2016-12"
# How a form's rows stand in its sheet where that is not the order of its keys.
ORDER = {"members": ["household_code", "person_code"], "household_income": ["household_code"]}
FIRST_COPY = 9001
TRIES = 400  # households of a township, before another is tried
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
    """A row in the city: where it is (form, period, tag), its values, and its index label if it was not added."""

    form: str
    period: str
    tag: str
    values: dict[str, Any]
    label: Any = None

    @property
    def township(self) -> str:
        return sender_of(self.values)


@dataclass
class Ground(CityRows):
    """State under planting."""

    findings: list[Finding] = field(default_factory=list)
    overrides: dict[tuple[str, str], dict[str, dict[str, Cell]]] = field(default_factory=dict)
    _added: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    _tags: dict[tuple[str, str], dict[Any, str]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _held: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _load: dict[str, int] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    is_still: bool = False

    def townships(self) -> list[str]:
        """Townships whose clerks write plainly enough to hold an error, least burdened first."""
        able = [t for t in self.state.townships if _is_plain(t) and self.count("households", YEAR_END, t)]
        return sorted(able, key=lambda t: (self._load.get(t, 0) / (5 + self.count("households", YEAR_END, t)), t))

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

    def household(
        self,
        where: Callable[[dict[str, Any], list[dict[str, Any]]], bool] = lambda _h, _m: True,
        period: str = NOW,
        township: str | None = None,
        *,
        shared: bool = False,
    ) -> str:
        """Code of a household without loans for which ``where(register, members)`` holds.

        Nobody else changes it in that period; ``shared`` lets others add rows to it too.
        """
        for place in [township] if township else self.townships():
            for label in self.labels("households", period, "township", place)[:TRIES]:
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

    def _is_kept(self, code: str, period: str) -> bool:
        # At the year's end only incomes are changed, which no loan depends on. Equity goes by status and income.
        forms = ("guarantee_loans", "equity_group_members") if period == NOW else ("equity_group_members",)
        is_followed = code[:12] in (COOPERATIVE_VILLAGE, LOAN_EXAMPLE_VILLAGE)
        return is_followed or any(self.labels(form, period, "household_code", code) for form in forms)

    def row(self, form: str, period: str, code: str, which: int = 0) -> Row:
        """The ``which``-th row of a household in a form, tagged so that its address is known."""
        label = self.labels(form, period, "household_code", code)[which]
        return self.tagged(form, period, label, f"{form}:{code}:{which}")

    def tagged(self, form: str, period: str, label: Any, tag: str) -> Row:
        """A row of the city by its index label."""
        tag = self._tags.setdefault((form, period), {}).setdefault(label, tag)
        return Row(form, period, tag, self.values(form, period, label), label)

    def change(self, row: Row, **values: Any) -> Row:
        """Change cells of a row; one of the city is the errors' own from then on."""
        if row.label is not None:
            self._changed.setdefault((row.form, row.period), {}).setdefault(row.label, {}).update(values)
        row.values.update(values)
        return row

    def add(self, form: str, period: str, values: dict[str, Any], tag: str, *, held: bool = True) -> Row:
        """Add a row."""
        row = Row(form, period, tag, {**values, "tag": tag, "held": held})
        self._added.setdefault((form, period), []).append(row)
        return row

    def added_rows(self, form: str, period: str) -> list[Row]:
        """The rows that were added so far."""
        return list(self._added.get((form, period), []))

    def senders(self, form: str, period: str) -> list[str]:
        """Who sent clean rows of a form plainly enough to hold an error: townships by burden, or offices."""
        present = self.present(form, period)
        offices = sorted(code for code in present if not is_township(code))
        return [code for code in self.townships() if code in present] + offices

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
        """A further row of a subject's form: a clean one for which ``where(values)`` holds, copied under a fresh key.

        The changes win over the fresh key; ``held`` says that the row will be kept out of the facts.
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

    def take(self, name: str) -> bool:
        """Take something that only one error may use; False if it is taken."""
        is_free = name not in self._used
        self._used.add(name)
        return is_free

    def withdraw(self, row: Row) -> None:
        """Take an added row away again."""
        self._added[row.form, row.period] = [one for one in self.added_rows(row.form, row.period) if one is not row]

    def expect(self, error_id: str, row: Row, column: str, rule: str | None = None, note: str = "") -> None:
        """Note a finding; without ``rule`` it is the planted one, with it a consequence."""
        code = rule or error_id
        part = "planted" if code == error_id else "consequence"
        self.findings.append(Finding(error_id, code, row.form, row.period, row.tag, column, part, note))

    def expect_each(self, error_id: str, rows: Iterable[Row], column: str) -> None:
        """Note the findings of rows that contradict each other."""
        for row in rows:
            self.expect(error_id, row, column)

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
            added = pd.DataFrame([row.values for row in self._added.get(key, [])], dtype=object)
            together = pd.concat([frame, added], ignore_index=True) if len(added) else frame
            order = ORDER.get(key[0]) or list(load_contracts()[key[0]].key)
            forms[key] = together.sort_values(order, kind="stable", ignore_index=True)
        return forms


def _is_plain(township: str) -> bool:
    habits = habits_of(township)
    return habits.delivery == "workbook" and habits.money == "plain" and not habits.other_unit
