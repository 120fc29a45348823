"""What is open of the returns that the figures of a period rest on, by the words of decision 0010.

What did not come though it was due, rows that are held, rows that stand for held ones, and rows that are asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from expectations.contract import load_contracts
from expectations.model import Contract, Place
from twin.oracle.answers import townships
from twin.oracle.areas import is_in
from twin.oracle.book import Book
from twin.oracle.owed import Duty
from twin.oracle.returns import Sent, Told, key_of
from twin.places import seed
from twin.plant import Planted

# What tells most nearly where a row belongs.
_PLACES: tuple[Place, ...] = ("village", "township", "division")
RowName = tuple[str, str, str]
"""Form, period and tag of a row of the twin."""


@dataclass(frozen=True)
class OpenReturn:
    """One form that is owed for an area, and what of it is open at a period.

    Attributes:
        misses_state: a return that tells of what stands at the period did not come.
        misses_change: one did not come that tells of the period or of one that it is compared with.
        was_returned: whether it ever came, up to the period.
        rows: the most rows that it ever brought.
        held: rows that are held and were never accepted.
        carried: rows that stand for held ones.
    """

    form: str
    area: str
    misses_state: bool
    misses_change: bool
    was_returned: bool
    rows: int
    held: int
    carried: int


@dataclass(frozen=True)
class Asked:
    """A row that a figure rests on and that is asked about: where it is, and which row it is.

    Attributes:
        is_placed: whether it names its place; else it may belong to any part of the area that is answered for.
    """

    place: str
    is_placed: bool
    row: tuple[str, str, int]

    def may_be_of(self, division: str) -> bool:
        """Whether it may belong to a division."""
        return is_in(self.place, division) or (not self.is_placed and is_in(division, self.place))


def open_returns(book: Book, period: str) -> list[OpenReturn]:
    """Every form that is owed at a period."""
    return [_open(book, duty, period) for duty in book.duties.at(period)]


def _open(book: Book, duty: Duty, period: str) -> OpenReturn:
    form, contract = book.forms.get(duty.form), load_contracts()[duty.form]
    last = book.last_return(duty.form, duty.submitter, period)
    missing = [
        one for one in book.periods
        if duty.holds(one) and contract.due(one) and not book.returned(duty.form, duty.submitter, one)
    ]  # fmt: skip
    sizes = [len(n) for (s, p), n in form.standing.items() if s == duty.submitter and p <= period] if form else []
    place = (duty.submitter, last or "")
    return OpenReturn(
        form=duty.form,
        area=duty.area,
        misses_state=_misses(book, duty, contract, missing, period, looks_back=False),
        misses_change=_misses(book, duty, contract, missing, period, looks_back=True),
        was_returned=last is not None,
        rows=max(sizes, default=0),
        held=form.never_accepted.get(place, 0) if form else 0,
        carried=len(set(form.standing.get(place, ())) & form.carried.get(place, set())) if form else 0,
    )


def _misses(book: Book, duty: Duty, contract: Contract, missing: list[str], period: str, *, looks_back: bool) -> bool:
    """Whether a figure of the period lacks a return: what that means depends on the kind of the form."""
    last = book.last_return(duty.form, duty.submitter, period) or ""
    if contract.span == "ledger":
        # Its last return tells of every day; until then nobody has answered for the period itself, either.
        newest = book.last_return(duty.form, duty.submitter, book.periods[-1]) or ""
        return any(one == period or one > newest or last < one < period for one in missing)
    if contract.is_by_year:
        return any(one[:4] <= period[:4] for one in missing)
    return any(one <= period and (looks_back or one > last) for one in missing)


def with_questions(sent: Iterable[Sent], planted: Planted) -> list[Sent]:
    """The returns as their readers see them: of each row what is asked, and whether its key can be read.

    Args:
        sent: returns of a city.
        planted: all that is found in it, of which what only asks is a question, and the cells that it overwrites.
    """
    severities = {rule.code: rule.severity for contract in load_contracts().values() for rule in contract.rules}
    asked: dict[RowName, set[str]] = {}
    for one in planted.findings:
        if severities.get(one.rule_code) == "explain":
            asked.setdefault((one.form, one.period, one.tag), set()).add(one.column_name)
    unread = {
        (form, period, tag)
        for (form, period), rows in planted.overrides.items() for tag, cells in rows.items()
        if set(cells) & set(key_of(form))
    }  # fmt: skip
    return [
        replace(one, forms={form: _read(told, form, one.period, asked, unread) for form, told in one.forms.items()})
        for one in sent
    ]


def _read(told: Told, form: str, period: str, asked: Mapping[RowName, set[str]], unread: Collection[RowName]) -> Told:
    if "tag" not in told.rows.columns:
        return told
    names = [(form, period, tag) for tag in told.rows["tag"]]
    questions = pd.Series([tuple(sorted(asked.get(name, ()))) for name in names], index=told.rows.index, dtype=object)
    return replace(told, rows=told.rows.assign(asked=questions, is_unread=[name in unread for name in names]))


def rows_asked(book: Book, period: str) -> dict[str, set[Asked]]:
    """Indicator → the rows it rests on at a period under a question about a column that it reads."""
    found: dict[str, set[Asked]] = {}
    empty = _empty_townships(book, period)
    for form, contract in load_contracts().items():
        rows = book.state(form, period)
        if "asked" not in rows.columns:
            continue
        rows = rows[rows["asked"].map(lambda columns: isinstance(columns, tuple) and bool(columns))]
        for number, (_, row) in enumerate(rows.iterrows()):
            one = Asked(*_place(book, contract, row, period), (form, row["submitter"], number))
            for indicator in _bearing(form, row["asked"]):
                rests = row["returned"] == period or not (contract.is_by_year or indicator in _of_a_time())
                if rests and (own_form(indicator), one.place[:9]) not in empty:
                    found.setdefault(indicator, set()).add(one)
    return found


def _empty_townships(book: Book, period: str) -> set[tuple[str, str]]:
    """(Form, township) of which everybody who owes it answered that there is nothing."""
    return {
        (form, township)
        for form in book.forms for township in townships()
        if (owing := book.duties.owing(form, township, period))
        and all(_says_nothing(book, form, submitter, period) for submitter in owing)
    }  # fmt: skip


def _says_nothing(book: Book, form: str, submitter: str, period: str) -> bool:
    last = book.last_return(form, submitter, period)
    is_answer = last == period or (last is not None and not load_contracts()[form].is_by_year)
    return is_answer and not book.forms[form].standing[submitter, last or ""]


@cache
def own_form(indicator: str) -> str:
    """The form that an indicator is of."""
    rows = seed("indicator_definition")
    return str(rows.loc[rows["indicator"] == indicator, "form"].iloc[0])


def _bearing(form: str, columns: tuple[str, ...]) -> Iterator[str]:
    """The indicators that read one of the columns; a question without a column is about the whole row."""
    rows = columns_read()
    rows = rows[rows["form"] == form]
    if "" not in columns:
        rows = rows[rows["column_name"].isin(columns)]
    yield from rows["indicator"].unique()


def columns_read() -> pd.DataFrame:
    """Which columns each indicator is told from."""
    return seed("indicator_column")


@cache
def _of_a_time() -> frozenset[str]:
    rows = seed("indicator_definition")
    return frozenset(rows.loc[rows["basis"].isin(["year-to-date", "in-period"]), "indicator"])


def _place(book: Book, contract: Contract, row: pd.Series, period: str) -> tuple[str, bool]:
    """Where a row belongs, and whether it says so: what it names most nearly, else the area that is answered for."""
    kinds = {column.place: column.name for column in reversed(contract.columns) if column.place}
    named = next((row[kinds[kind]] for kind in _PLACES if kind in kinds), None)
    if isinstance(named, str) and named:
        return named, True
    owed = (d.area for d in book.duties.at(period) if (d.form, d.submitter) == (contract.form, row["submitter"]))
    return next(owed, str(row["submitter"])), False
