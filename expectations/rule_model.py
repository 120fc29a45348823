"""The frozen model of a rule: of one form's rows, or of the file level, as the contracts say them.

What a well-formed rule is stands here; which submissions it judges, in ``rule_life``. Files are read by ``contract``.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import Field, model_validator

from expectations.frozen import Frozen

_BATCH = "batch"

Severity = Literal["block", "explain", "inform"]
Holds = Literal["row", "household", "form", "none"]
# Those of ODCS 3.1, no others.
Dimension = Literal["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]


class Example(Frozen):
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


class Rule(Frozen):
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


class FileRule(Frozen):
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
