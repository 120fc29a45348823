"""What a submitter owes for a period, and the template for it. Reading a return is the envelope's work."""

from __future__ import annotations

import csv
from pathlib import Path

from expectations.contract import load_contracts, load_cover
from expectations.model import Contract
from expectations.templates import write_template
from orchestration.settings import Settings


class OwedError(ValueError):
    """A submitter or period nothing is owed for: says what, where, what was expected and what to do."""


def owed_contracts(settings: Settings, submitter_code: str, period: str) -> tuple[Contract, ...]:
    """The contracts of the forms that the submitter owes in the period, in the order of the cover.

    Raises:
        OwedError: the period cannot be read, or nothing is due.
    """
    if len(period) != 7 or period[4] != "-" or not (period[:4] + period[5:]).isdigit():
        raise OwedError(f"period {period!r}: expected YYYY-MM, for example 2017-06.")
    owed = {
        row["form"]
        for row in _rows(settings, "submitter_form")
        if row["submitter_code"] == submitter_code
        and row["valid_from"][:7] <= period
        and (not row["valid_to"] or period <= row["valid_to"][:7])
    }
    due = tuple(contract for form, contract in load_contracts().items() if form in owed and contract.due(period))
    if not due:
        raise OwedError(
            f"{settings.seeds / 'submitter_form.csv'}: {submitter_code} owes no form for {period}."
            " Expected a month in which one of its forms is due (06 and 12, some quarterly)."
        )
    return due


def write_owed_template(settings: Settings, submitter_code: str, period: str, out: Path) -> Path:
    """Write the workbook the submitter fills in for the period.

    Raises:
        OwedError: the submitter is unknown or owes nothing.
    """
    submitters = {row["submitter_code"]: row for row in _rows(settings, "submitter")}
    if submitter_code not in submitters:
        raise OwedError(
            f"{settings.seeds / 'submitter.csv'}: no submitter {submitter_code}."
            " Expected a submitter's code: a township's 9 digits (350402001) or an office's (350426, 350400-RCC)."
        )
    write_template(
        out,
        submitter_code=submitter_code,
        submitter_name=submitters[submitter_code]["name"],
        area=submitters[submitter_code]["area_code"],
        period=period,
        contracts=owed_contracts(settings, submitter_code, period),
        cover=load_cover(),
        seeds=settings.seeds,
    )
    return out


def _rows(settings: Settings, name: str) -> list[dict[str, str]]:
    with (settings.seeds / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
