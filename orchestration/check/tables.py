"""The tables and views in which a period is checked: what one row of each is, its key, its columns.

They stand in the memory of one check, beside a table for each seed. Which module makes and which read one is told in
docs/architecture.md, derived from their SQL; what is judged and decided by them is theirs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb

from expectations.model import Contract
from expectations.relations import (
    ANSWER_COLUMNS,
    FILE_FINDING_COLUMNS,
    FINAL_FINDING_COLUMNS,
    FINDING_COLUMNS,
    LAYOUT_COLUMNS,
    RULE_RESULT_COLUMNS,
    SUBMISSION_COLUMNS,
    SUBMISSION_FORM_COLUMNS,
    accepted_columns,
    landing_columns,
    typed,
    unversioned_columns,
)
from expectations.rounding import measured
from expectations.sql_text import empty_select


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        grain: what one row is.
        key: the columns that tell the rows apart; none where a row may stand there twice.
        columns: name → DuckDB type.
    """

    name: str
    grain: str
    key: str
    columns: Mapping[str, str]

    def create(self, connection: duckdb.DuckDBPyConnection, *selects: str) -> None:
        """Create it anew, with the rows of all selects; without one it is empty."""
        rows = " union all ".join(f"({select})" for select in (empty_select(self.columns), *selects))
        connection.execute(f"create or replace table {self.name} as {rows}")


@dataclass(frozen=True)
class FormTable:
    """A table that each form has: ``<form>`` in the name stands for the form's."""

    name: str
    grain: str
    key: str
    columns: Callable[[Contract], Mapping[str, str]]

    def name_of(self, form: str) -> str:
        """The name of a form's own."""
        return self.name.replace("<form>", form)

    def of(self, contract: Contract) -> Table:
        """A form's own."""
        return Table(self.name_of(contract.form), self.grain, self.key, self.columns(contract))


# fmt: off
# --- what is known before anything is judged -------------------------------------------------------------
THIS_PERIOD = Table("this_period", "the period that is checked", "period",
                    typed("period first_day:DATE last_day:DATE year:BIGINT"))
SUBMISSION_FORMS = Table("submission_forms", "a form of a submission, as it was read", "submission_id form",
                         SUBMISSION_FORM_COLUMNS)
LAYOUT = Table("layout", "a column of a sheet, where it stood", "submission_id form sheet column_name", LAYOUT_COLUMNS)
FILE_FINDINGS = Table("file_findings", "what a file was found to be", "", FILE_FINDING_COLUMNS)
LANDED = FormTable("landed_<form>", "a row, as it was read", "record_id", landing_columns)
EARLIER_NIL = Table("earlier_nil", "a 无数据 of an earlier period", "submitter_code form period",
                    typed("submitter_code form period"))
EARLIER = FormTable("earlier_<form>", "a submitter that returned the form before, and for which period last",
                    "submitter_code", lambda _: ANSWER_COLUMNS)
PREVIOUS = FormTable("previous_<form>", "an accepted row of the last earlier period of its submitter", "record_id",
                     accepted_columns)
PAST = FormTable("past_<form>", "a version of an accepted row of any earlier period",
                 "period record_id known_from is_carried", accepted_columns)
READ_AGAIN = Table("read_again", "a submission that could be read only later, and from when on it is known",
                   "submission_id", typed("submission_id known_at:TIMESTAMP"))
REVISIONS = Table("revisions", "a submission, numbered by its submitter's order of receipt", "submission_id",
                  typed("submitter_code submission_id received_at:TIMESTAMP revision:BIGINT"))
RETURNS = Table("returns", "a form of a revision, with rows or as 无数据", "submission_id form",
                typed("submitter_code submission_id form mode status received_at:TIMESTAMP explanation rows_read:BIGINT"
                      " revision:BIGINT"))
RULE_TEXT = Table("rule_text", "a rule, with what it says", "rule_code", typed("rule_code severity holds message fix"))
COLUMN_TEXT = Table("column_text", "a column of a form, with its header", "form column_name",
                    typed("form column_name header"))
FORM_TEXT = Table("form_text", "a form, with its title", "form", typed("form title"))
UNIT_RULE = Table("unit_rule", "a rule whose break in every row is a slip of the unit", "rule_code", typed("rule_code"))
# --- one pass: what the revision amounts to --------------------------------------------------------------
CURRENT_REVISIONS = Table("current_revisions", "a submitter of this pass, and the revision it stands at",
                          "submitter_code", REVISIONS.columns)
VALID_RETURNS = Table("valid_returns", "a return that was not refused", "submission_id form", RETURNS.columns)
RETURNS_SO_FAR = Table("returns_so_far", "a valid return up to the current revision of its submitter",
                       "submission_id form", RETURNS.columns)
EFFECTIVE = FormTable("effective_<form>", "a row that counts at the revision", "record_id", landing_columns)
REMAINING = FormTable("<form>", "an effective row that is no deletion", "record_id", landing_columns)
EFFECTIVE_ROWS = Table("effective_rows", "an effective row of any form", "record_id",
                       typed("form record_id submission_id submitter_code household_code is_deletion:BOOLEAN"))
LATEST = FormTable("latest_<form>", "a row that remains, or stands from an earlier period", "record_id",
                   unversioned_columns)
EVER = FormTable("ever_<form>", "a row of the latest, or the last version of another key that was accepted",
                 "record_id", unversioned_columns)
ANSWERED = FormTable("answered_<form>", "a submitter that returned the form, and for which period last",
                     "submitter_code", lambda _: ANSWER_COLUMNS)
ROUNDING = FormTable("rounding_<form>", "a row that remains, with what its numbers may be rounded by", "record_id",
                     lambda form: typed(" ".join(["record_id", *(f"{c.name}__half:DOUBLE" for c in measured(form))])))
# --- one pass: what the rules find and what is held -----------------------------------------------------
HITS = Table("hits", "a cell that breaks a rule", "",
             typed("rule_code form severity holds record_id column_name"))
UNIT_SLIP = Table("unit_slip", "a column of a return that looks written in another unit",
                  "submission_id form column_name",
                  typed("submission_id form column_name kind rows_filled:BIGINT rows_hit:BIGINT median_now:DOUBLE"
                        " median_before:DOUBLE exponent:DOUBLE"))
REFUSED_RETURNS = Table("refused_returns", "a return that a rule refuses whole", "submission_id form rule_code",
                        typed("submission_id form rule_code rows_passed:BIGINT rows_sent:BIGINT rows_standing:BIGINT"
                              " minimum_accepted_share:DECIMAL(18,4)"))
NIL_RETURNS = Table("nil_returns", "a 无数据 that is refused", "submission_id form",
                    typed("submission_id form rule_code rows_counted:BIGINT"))
FAILING_NOW = Table("failing_now", "a row and a rule that holds it", "",
                    typed("form record_id submitter_code household_code rule_code takes_household:BOOLEAN cause"))
HELD_HOUSEHOLDS = Table("held_households", "a household that a failing row holds", "submitter_code household_code",
                        typed("submitter_code household_code"))
HELD_NOW = Table("held_now", "a row that is held, with its nearest cause", "record_id",
                 typed("record_id held_by_rule held_cause cause_record_id"))
SLIP_FINDING = Table("slip_finding", "a return refused for a unit, with what is told of it", "submission_id form",
                     typed("submission_id form sheet row_number:BIGINT column_name header cell value"))
UNREAD_CELL = Table("unread_cell", "a text that could not be read, and what is odd about it", "form column_name value",
                    typed("form column_name value hint"))
# --- one pass: what is accepted after it -----------------------------------------------------------------
PASSED = FormTable("passed_<form>", "a row that remains and is not held", "record_id", accepted_columns)
BEFORE = FormTable("before_<form>", "a row that stood before the revision", "record_id", accepted_columns)
NEXT = FormTable("next_<form>", "a row that stands after the revision: passed or carried", "record_id",
                 accepted_columns)
CARRIED_HOUSEHOLDS = Table("carried_households", "a household whose last accepted version stands",
                           "submitter_code household_code", HELD_HOUSEHOLDS.columns)
TAKEN_BACK = Table("taken_back", "a 全量 that takes something back without a word", "submission_id form",
                   typed("submission_id form rule_code rows_counted:BIGINT"))
# --- kept from pass to pass ------------------------------------------------------------------------------
VERSION = FormTable("version_<form>", "a version of an accepted row, and the span in which it was the known one",
                    "record_id known_from is_carried", accepted_columns)
ACCEPTED_FORMS = Table("accepted_forms", "a form of a submitter that a revision brought something of", "",
                       typed("submitter_code form"))
FORM_CHANGE = Table("form_change", "a later return, and what it did to the rows that stood", "submission_id form",
                    typed("submission_id form rows_changed:BIGINT rows_added:BIGINT rows_withdrawn:BIGINT"))
DISPOSITION = Table("disposition", "a row, accepted or held by the last pass in which it was effective", "record_id",
                    typed("form record_id submission_id held_by_rule held_cause cause_record_id"))
EVER_REFUSED = Table("ever_refused", "a return that was refused in a pass", "", typed("submission_id form"))
HELD_AT_END = Table("held_at_end", "a row that the last pass holds", "record_id", typed("form record_id"))
FINDING = Table("finding", "a finding of a file, a form, a row or a cell", "finding_id", FINDING_COLUMNS)
# --- what is written -------------------------------------------------------------------------------------
ROW_IN_FORCE = Table("row_in_force", "a row of the returns that are in force in the end", "record_id",
                     typed("form record_id submission_id is_deletion:BOOLEAN"))
FINAL_FINDING = Table("final_finding", "a finding, and whether a later return took the place of what it is about",
                      "finding_id", FINAL_FINDING_COLUMNS)
RULE_RESULT = Table("rule_result", "a rule, and what it came to", "rule_code", RULE_RESULT_COLUMNS)
SUBMISSION = Table("submission", "a form of a submission, with its verdict", "submission_id form", SUBMISSION_COLUMNS)
# fmt: on
