"""The frozen model of a form: its columns, its key and when it is due, as its contract says them.

What a well-formed rule is stands in ``rule_model``, the cover in ``cover_model``; reading the files is ``contract``'s.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from expectations.frozen import Frozen
from expectations.rule_model import Rule

CONTRACTS_DIR = Path(__file__).parent / "contracts"

LogicalType = Literal["string", "integer", "number", "date", "boolean"]
Frequency = Literal["month", "quarter", "half-year", "year"]
Privacy = Literal["keep", "drop", "presence", "token"]
# A place is named in the submitter's area; a division may be of any level and is given by its code.
Place = Literal["village", "township", "county", "division"]

# The months in which a form of that frequency is due.
DUE_MONTHS: dict[str, frozenset[int]] = {
    "month": frozenset(range(1, 13)),
    "quarter": frozenset({3, 6, 9, 12}),
    "half-year": frozenset({6, 12}),
    "year": frozenset({12}),
}


class ContractError(ValueError):
    """A contract file that cannot be used: names the file and the place in it."""


class Column(Frozen):
    """One column of a form.

    ``minimum`` and ``maximum`` are what the column can mean; beyond ``usual_maximum`` a value is asked about.
    ``privacy`` says what survives into the accepted area: ``keep`` the typed value, ``drop`` nothing,
    ``presence`` only ``<name>_given``, ``token`` the keyed token and what may be derived from an ID
    number (see ``token_base``).
    """

    name: str
    header: str
    logical_type: LogicalType = "string"
    required: bool = False
    key: bool = False
    description: str
    example: str = ""
    aliases: tuple[str, ...] = ()
    group: str | None = None
    unit: str | None = None
    header_unit: str | None = None
    scale: int = 0
    minimum: float | None = None
    maximum: float | None = None
    usual_maximum: float | None = None
    pattern: str | None = None
    code_list: str | None = None
    multiple: bool = False
    place: Place | None = None
    date_precision: Literal["day", "month"] = "day"
    text_only: bool = False
    fill_down: bool = False
    null_words: tuple[str, ...] = ()
    classification: Literal["public", "internal", "personal"] = "internal"
    privacy: Privacy = "keep"
    token_base: str | None = None

    @model_validator(mode="after")
    def _personal_columns_do_not_survive(self) -> Column:
        if self.classification == "personal" and self.privacy == "keep":
            raise ValueError(f"column {self.name}: personal, so privacy must be drop, presence or token")
        if (self.privacy == "token") != (self.token_base is not None):
            raise ValueError(f"column {self.name}: privacy token and tokenBase go together")
        return self


class Contract(Frozen):
    """One form: its sheet, columns and rules.

    ``position`` orders the forms wherever they are listed: households first, since their state decides what of the
    other forms is carried. ``counts_from`` is the column of the day from which a row counts; without one, or where the
    cell is empty, it counts at once. ``clean_rows`` break no rule: examples of rules take from them what they do not
    name.
    """

    form: str
    code: str = Field(pattern=r"^[A-Z]{2}$")
    title: str
    version: str
    description: str
    grain: str
    frequency: Frequency
    span: str
    owner: str
    valid_from: date
    subject: Literal["household", "none"]
    position: int
    clean_rows: tuple[dict[str, Any], ...]
    counts_from: str | None
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that identify a row within one submitter and period."""
        return tuple(c.name for c in self.columns if c.key)

    @property
    def is_by_year(self) -> bool:
        """Whether its rows are a list that begins anew each year."""
        return self.span in ("year", "year-to-date")

    @property
    def is_within_household(self) -> bool:
        """Whether a row belongs to a household of the register, and is not that household itself."""
        return self.subject == "household" and self.form != "households"

    @property
    def is_since_beginning(self) -> bool:
        """Whether each return lists all that ever happened: what was listed once is in every later one."""
        return self.span in ("ledger", "cumulative")

    @property
    def judging(self) -> tuple[Rule, ...]:
        """The rules that judge returns: all but those on trial. A retired one still judges what came before."""
        return tuple(rule for rule in self.rules if not rule.on_trial)

    def column(self, name: str) -> Column:
        """The column of that name. Raises ``KeyError`` with the form and the name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"form {self.form} has no column {name}")

    def due(self, period: str) -> bool:
        """Whether the form is due in the period (``YYYY-MM``)."""
        return int(period[5:7]) in DUE_MONTHS[self.frequency]
