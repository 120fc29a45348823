"""The answer key: every finding that errors and the city's life cause, with file, sheet, row and column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from twin.planting import Finding
from twin.write_returns import Address

# What a line's ``part`` says where nobody planted the finding: the city's life or a legal habit causes it.
NATURAL = "natural"
# Of a row that an error touched and a later return repeats: what was found about it may be found again.
AGAIN = "again"


@dataclass(frozen=True)
class Answer:
    """One line of the key; ``sheet``, ``row_number`` and ``column_name`` are empty where a finding names none.

    ``part`` is ``planted``, ``consequence`` (of an error), ``natural`` or ``again``.
    """

    error_id: str
    rule_code: str
    submitter_code: str
    period: str
    file: str
    sheet: str
    row_number: str
    column_name: str
    form: str
    part: str
    note: str


def answers_of(
    findings: Iterable[Finding], addresses: Mapping[tuple[str, str, str], tuple[str, Address]]
) -> list[Answer]:
    """Give every finding its address.

    Args:
        findings: from planting; they name rows by form, period and tag.
        addresses: (form, period, tag) → submitter and address, from writing.

    Raises:
        KeyError: a finding names a row that was not written.
    """
    answers = []
    for f in findings:
        submitter, address = addresses[f.form, f.period, f.tag]
        answers.append(
            Answer(
                f.error_id, f.rule_code, submitter, f.period, address.file, address.sheet, str(address.row_number),
                f.column_name, f.form, f.part, f.note,
            )
        )  # fmt: skip
    return answers


def write_answer_key(path: Path, answers: Sequence[Answer]) -> None:
    """Write the key, in a fixed order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Answer)])
        writer.writerows(sorted(astuple(answer) for answer in answers))


def add_answers(path: Path, answers: Sequence[Answer]) -> None:
    """Add lines to a key, which keeps its order."""
    with path.open(encoding="utf-8", newline="") as file:
        known = [Answer(**row) for row in csv.DictReader(file)]
    write_answer_key(path, [*known, *answers])
