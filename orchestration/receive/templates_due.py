"""What a submitter owes for a period, and the template for it. Reading a return is the envelope's work."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from expectations.contract import load_contracts, load_cover
from expectations.model import Contract
from expectations.seed_rows import read_seed_rows
from expectations.templates import write_template
from orchestration.core.settings import Settings


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
        for row in read_seed_rows(settings.seeds / "submitter_form.csv")
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

    Args:
        settings: where the seeds lie.
        submitter_code: as on the cover.
        period: the reported month, ``YYYY-MM``.
        out: the file to write, or a folder in which it gets the name SUBMITTER_PERIOD.xlsx.

    Returns:
        The file written.

    Raises:
        OwedError: the submitter is unknown or owes nothing, or the file cannot be written.
    """
    submitters = {row["submitter_code"]: row for row in read_seed_rows(settings.seeds / "submitter.csv")}
    if submitter_code not in submitters:
        raise OwedError(
            f"{settings.seeds / 'submitter.csv'}: no submitter {submitter_code}."
            " Expected a submitter's code: a township's 9 digits (350402001) or an office's (350426, 350400-RCC)."
        )
    contracts = owed_contracts(settings, submitter_code, period)
    path = out / f"{submitter_code}_{period}.xlsx" if out.is_dir() else out
    try:
        return write_template(
            path,
            submitter_code=submitter_code,
            submitter_name=submitters[submitter_code]["name"],
            area=submitters[submitter_code]["area_code"],
            period=period,
            contracts=contracts,
            cover=load_cover(),
            seeds=settings.seeds,
        )
    except (OSError, FileCreateError) as error:
        raise OwedError(
            f"{path}: cannot be written ({os.strerror(_number_of(error))})."
            " Expected a file name in a folder you may write to; is the file open in another program?"
        ) from error


def _number_of(error: Exception) -> int:
    """The system's number of what went wrong; xlsxwriter wraps the error that carries it."""
    cause = error.args[0] if isinstance(error, FileCreateError) else error
    return cause.errno or errno.EIO if isinstance(cause, OSError) else errno.EIO
