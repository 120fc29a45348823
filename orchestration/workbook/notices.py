"""Findings of the file level: what is wrong with a file, where, what was expected and what to do.

The texts stand in ``contracts/file_rules.yaml``; findings of rows are made by checking.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from expectations.contract import load_contracts, load_file_rules
from expectations.rule_model import Severity
from orchestration.workbook.characters import fold
from orchestration.workbook.odd_characters import odd_characters
from orchestration.workbook.words import load_words
from orchestration.workbook.workbook import WorkbookTooLargeError


class FileFinding(BaseModel):
    """One file-level rule broken by one file, one form in it or one place on a sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: Severity
    submission_id: str
    submitter_code: str | None = None
    period: str | None = None
    form: str | None = None
    sheet: str | None = None
    row_number: int | None = None
    cell: str | None = None
    value: str | None = None
    message: str
    fix: str

    @property
    def refuses_form(self) -> bool:
        """Whether the form it names is not read."""
        return self.severity == "block" and self.form is not None

    @property
    def refuses_submission(self) -> bool:
        """Whether nothing of the file is read: the rule holds submissions and no single form is named."""
        held = load_file_rules()[self.code].holds
        return self.severity == "block" and self.form is None and held == "submission"


@dataclass(frozen=True)
class Notice:
    """A finding before the file has its submission id: place and words only; ``hint`` follows its message."""

    code: str
    form: str | None = None
    sheet: str | None = None
    row_number: int | None = None
    cell: str | None = None
    value: str | None = None
    expected: str = ""
    hint: str = ""

    def finding(self, submission_id: str, file: str, submitter_code: str | None, period: str | None) -> FileFinding:
        """The finding with its message and fix written out; of a form that is refused alone, in the form's words."""
        rule = load_file_rules()[self.code]
        title = load_contracts()[self.form].title if self.form else ""
        words = {
            "file": file,
            "sheet": self.sheet or "",
            "cell": self.cell or "",
            "form_title": title,
            "value": self.value or "",
            "expected": self.expected,
        }
        message, fix = rule.texts(of_form=self.form is not None)
        return FileFinding(
            code=self.code,
            severity=rule.severity,
            submission_id=submission_id,
            submitter_code=submitter_code,
            period=period,
            form=self.form,
            sheet=self.sheet,
            row_number=self.row_number,
            cell=self.cell,
            value=self.value,
            message=message.format(**words) + self.hint,
            fix=fix.format(**words),
        )


def too_large(error: WorkbookTooLargeError, form: str | None = None) -> Notice:
    """A sheet with more cells than are read: of a form, or of a file when no form is named."""
    words = load_words()
    return Notice(
        "FL-07",
        form=form,
        sheet=error.sheet,
        value=words.phrase("too_many_cells", name=error.sheet, count=error.cells),
        expected=words.phrase("cells_limit", count=words.limits.sheet_cells),
    )


def bad_period(text: str, phrase: str, form: str | None = None, **values: object) -> Notice:
    """A period that nobody can mean, or in which a form is not due; ``phrase`` says what one looks like."""
    expected = load_words().phrase(phrase, **values)
    return Notice("FL-11", form=form, value=text, expected=expected, hint=odd_characters(text))


def unknown_submitter(text: str) -> Notice:
    """A code that nobody has; digits are meant in it up to the first dash."""
    expected = load_words().phrase("township_code")
    number_ends = next((place for place, sign in enumerate(text) if fold(sign) in {"-", "_"}), len(text))
    hint = odd_characters(text, number_ends)
    return Notice("FL-12", value=text, expected=expected, hint=hint)
