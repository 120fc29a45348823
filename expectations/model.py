"""The frozen model of a form: columns, rules, cover and file rules, as the contracts say them.

What a well-formed rule or column is stands here; reading the files is ``contract``'s.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

CONTRACTS_DIR = Path(__file__).parent / "contracts"
_BATCH = "batch"

LogicalType = Literal["string", "integer", "number", "date", "boolean"]
Severity = Literal["block", "explain", "inform"]
Holds = Literal["row", "household", "form", "none"]
# Those of ODCS 3.1, no others.
Dimension = Literal["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]
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


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
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


class Example(_Frozen):
    """Rows by relation name that a rule's example puts into an otherwise clean batch.

    ``rows`` maps a form (or ``previous_<form>``) to the rows of the example; each row names only the
    columns that matter, the rest is filled from the clean base row of that form.
    """

    rows: dict[str, tuple[dict[str, Any], ...]]
    period: str = "2017-06"


@cache
def _relations_in(query: str) -> tuple[str, ...]:
    from sqlglot import exp, parse_one  # few commands ask, and all read the contracts
    from sqlglot.errors import SqlglotError

    try:
        tree = parse_one(query.format(batch=_BATCH), dialect="duckdb")
    except SqlglotError:
        return ()  # whoever runs it says what is wrong
    named = {table.name for table in tree.find_all(exp.Table)}
    return tuple(sorted(named - {part.alias for part in tree.find_all(exp.CTE)} - {_BATCH}))


class Rule(_Frozen):
    """One check with a stable code. ``query`` selects ``record_id`` (and ``column_name``) of failing rows.

    ``wrong_unit`` says that a break looks like a slip of the unit: in every row it is one, and holds the form (FL-26).
    ``valid_from`` and ``valid_to`` say which periods the rule is about; ``on_trial``, ``active_from`` and
    ``retired_on``, which submissions it judges, by the day they are received (``rule_life``).
    """

    code: str = Field(pattern=r"^[A-Z]{2}-\d{2}$")
    form: str
    title: str
    severity: Severity
    holds: Holds
    columns: tuple[str, ...]
    query: str
    message: str
    fix: str
    message_en: str = ""
    source: str
    dimension: Dimension = "conformity"
    compares_with_previous: bool = False
    across_submitters: bool = False
    wrong_unit: bool = False
    generated: bool = False
    not_evaluated_when: str | None = None
    valid_from: date = date(2014, 1, 1)
    valid_to: date | None = None
    on_trial: bool = False
    active_from: date | None = None
    retired_on: date | None = None
    retired_because: str = ""
    good: Example | None = None
    bad: Example | None = None

    @model_validator(mode="after")
    def _holding_goes_with_blocking(self) -> Rule:
        if (self.severity == "block") != (self.holds != "none"):
            raise ValueError(f"rule {self.code}: a blocking rule holds something, any other holds none")
        if self.across_submitters and self.severity == "block":
            raise ValueError(f"rule {self.code}: a rule across submitters never holds")
        return self

    @model_validator(mode="after")
    def _life_is_one_of_three(self) -> Rule:
        if self.on_trial and (self.active_from or self.retired_on):
            raise ValueError(
                f"rule {self.code}: on trial it has no day yet; take onTrial away to activate or retire it"
            )
        if (self.retired_on is None) != (not self.retired_because.strip()):
            raise ValueError(f"rule {self.code}: retiredOn and retiredBecause go together")
        if self.active_from and self.retired_on and self.retired_on < self.active_from:
            raise ValueError(
                f"rule {self.code}: retired on {self.retired_on}, before it is active ({self.active_from})"
            )
        return self

    @model_validator(mode="after")
    def _last_line_holds_no_comment(self) -> Rule:
        # GX wraps the query in brackets on the same line, which a comment would swallow.
        if "--" in self.query.rstrip().splitlines()[-1]:
            raise ValueError(f"rule {self.code}: the last line of the query holds a comment; move it up")
        return self

    @property
    def needs(self) -> tuple[str, ...]:
        """The relations its query names beside the rows it judges: a generated one has none."""
        return () if self.generated else _relations_in(self.query)

    def valid_for(self, period: str) -> bool:
        """Whether the rule judges the given period (``YYYY-MM``)."""
        first = date(int(period[:4]), int(period[5:7]), 1)
        return self.valid_from <= first and (self.valid_to is None or first <= self.valid_to)


class Contract(_Frozen):
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


class FileRule(_Frozen):
    """One check of the file level (``FL-..``): refused or noted before any row is read.

    Attributes:
        message_of_form: what is said where the rule refuses one form and the file's other forms are read all the same.
        fix_of_form: what to do about that form.
    """

    code: str = Field(pattern=r"^FL-\d{2}$")
    title: str
    severity: Severity
    holds: Literal["submission", "form", "none"]
    message: str
    fix: str
    message_of_form: str | None = None
    fix_of_form: str | None = None
    message_en: str = ""
    source: str

    def texts(self, *, of_form: bool) -> tuple[str, str]:
        """Message and fix as they are told of one form, or of the file."""
        if not of_form:
            return self.message, self.fix
        return self.message_of_form or self.message, self.fix_of_form or self.fix


class CoverField(_Frozen):
    """One labelled cell of the cover sheet."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    classification: Literal["public", "internal", "personal"] = "internal"


class Cover(_Frozen):
    """The cover sheet (封面): labelled cells, then one line per form."""

    sheet: str
    title: str
    template_version: str
    fields: tuple[CoverField, ...]
    form_header: str
    mode_header: str
    rows_header: str
    explanation_header: str
    modes: dict[str, tuple[str, ...]]
    total_row_words: tuple[str, ...]
    footer_words: tuple[str, ...]
    null_words: tuple[str, ...]
    true_words: tuple[str, ...]
    false_words: tuple[str, ...]
    known_sheets: tuple[str, ...] = ()
