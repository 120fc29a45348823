"""What became of each form of each submission of a batch, and the tables that say so.

Statuses and duplicates are settled here, totals in ``control_totals``; verdicts are checking's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.relations import FILE_FINDING_COLUMNS, LAYOUT_COLUMNS, SUBMISSION_FORM_COLUMNS
from orchestration.core.settings import Settings
from orchestration.read.arrow_schema import arrow_schema
from orchestration.read.reader import FormReading, ReadResult
from orchestration.receive.archive import UNKNOWN, FormNotice, Receipt
from orchestration.receive.unreadable import refusal, was_not_identified
from orchestration.workbook.notices import FileFinding, Notice

_Key = tuple[str | None, str | None, str]


@dataclass
class FormOutcome:
    """One form of one submission (or a submission without any form) and what became of it."""

    receipt: Receipt
    form: str | None
    notice: FormNotice | None
    status: str
    rows_read: int = 0
    content_sha256: str | None = None
    notices: list[Notice] = field(default_factory=list)
    layout: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> _Key:
        return self.receipt.submitter_code, self.receipt.period, self.form or ""


def settle_outcomes(settings: Settings, receipts: list[Receipt], reading: ReadResult) -> list[FormOutcome]:
    """Outcomes in the order of receipt, with repeated content told apart from what is new."""
    by_id: dict[str, list[FormReading]] = {}
    for form in reading.forms:
        by_id.setdefault(form.submission_id, []).append(form)
    latest = _latest_contents(settings, receipts)
    outcomes = []
    for receipt in receipts:
        own = [_outcome(receipt, form) for form in by_id.get(receipt.submission_id, [])]
        if receipt.submission_id in reading.failures:
            own = _unread(receipt)
        own = own or [FormOutcome(receipt, None, None, "refused")]
        _mark_duplicates(own, latest)
        outcomes += own
    return outcomes


def _unread(receipt: Receipt) -> list[FormOutcome]:
    """A file that the system could not read has one finding; its sender hears it once.

    What its cover says beside the form is left out: it may be the very thing that cannot be written.
    """
    own = [FormOutcome(receipt, n.form, FormNotice(form=n.form, mode=n.mode), "refused") for n in receipt.forms]
    own = own or [FormOutcome(receipt, None, None, "refused")]
    own[0].notices = [] if was_not_identified(receipt) else [refusal()]
    return own


def _outcome(receipt: Receipt, reading: FormReading) -> FormOutcome:
    notice = next(notice for notice in receipt.forms if notice.form == reading.form)
    return FormOutcome(
        receipt,
        reading.form,
        notice,
        reading.status,
        reading.rows_read,
        reading.content_sha256,
        list(reading.notices),
        reading.layout,
    )


def _latest_contents(settings: Settings, receipts: list[Receipt]) -> dict[_Key, tuple[str | None, str]]:
    """What each submitter last sent for each form of the periods at hand: content hash and file name."""
    files = [
        path
        for period in sorted({receipt.period or UNKNOWN for receipt in receipts})
        for path in sorted((settings.landing / "submission_forms" / f"period={period}").glob("batch-*.parquet"))
    ]
    rows = [row for path in files for row in pq.ParquetFile(path).read().to_pylist()]
    rows.sort(key=lambda row: (row["received_at"], row["submission_id"]))
    return {
        (row["submitter_code"], row["period"], row["form"]): (row["content_sha256"], row["original_name"])
        for row in rows
        if row["status"] in {"read", "nothing"}
    }


def _mark_duplicates(own: list[FormOutcome], latest: dict[_Key, tuple[str | None, str]]) -> None:
    """A submission whose every form says what the submitter said last is registered, not processed.

    Compared with the last one only: sending an earlier state again after a newer one takes that back.
    """
    readable = [outcome for outcome in own if outcome.content_sha256 is not None]
    if readable and all(latest.get(o.key, (None, ""))[0] == o.content_sha256 for o in readable):
        earlier = latest[readable[0].key][1]
        for outcome in readable:
            outcome.status = "duplicate"
            outcome.notices = []
        readable[0].notices = [Notice("FL-20", value=earlier)]
        return
    for outcome in readable:
        if outcome.status in {"read", "nothing"}:
            latest[outcome.key] = (outcome.content_sha256, outcome.receipt.original_name)


def write_outcomes(
    receipts: list[Receipt],
    outcomes: list[FormOutcome],
    folder: Path,
    batch_id: str,
) -> None:
    """Write ``submission_forms``, ``layout`` and ``file_findings`` of the batch, one file per period."""
    for period in sorted({receipt.period or UNKNOWN for receipt in receipts}):
        own = [outcome for outcome in outcomes if (outcome.receipt.period or UNKNOWN) == period]
        findings = [
            finding for receipt in receipts if (receipt.period or UNKNOWN) == period for finding in receipt.findings
        ]
        findings += [finding for outcome in own for finding in _findings(outcome)]
        tables = {
            "submission_forms": ([_submission_form(outcome) for outcome in own], SUBMISSION_FORM_COLUMNS),
            "layout": ([row for o in own if o.status == "read" for row in o.layout], LAYOUT_COLUMNS),
            "file_findings": ([finding.model_dump() for finding in findings], FILE_FINDING_COLUMNS),
        }
        for name, (rows, columns) in tables.items():
            target = folder / name / f"period={period}" / f"batch-{batch_id}.parquet"
            target.parent.mkdir(parents=True, mode=0o700)
            pq.write_table(pa.Table.from_pylist(rows, arrow_schema(columns)), target, compression="zstd")


def _findings(outcome: FormOutcome) -> list[FileFinding]:
    receipt = outcome.receipt
    return [
        notice.finding(receipt.submission_id, receipt.original_name, receipt.submitter_code, receipt.period)
        for notice in outcome.notices
    ]


def _submission_form(outcome: FormOutcome) -> dict[str, Any]:
    receipt, notice = outcome.receipt, outcome.notice
    return {
        "submission_id": receipt.submission_id,
        "submitter_code": receipt.submitter_code,
        "period": receipt.period,
        "received_at": receipt.received_at.replace(tzinfo=None),
        "original_name": receipt.original_name,
        "form": outcome.form,
        "mode": notice.mode if notice else None,
        "status": outcome.status,
        "control_rows": notice.control_rows if notice else None,
        "explanation": notice.explanation if notice else None,
        "rows_read": outcome.rows_read,
        "content_sha256": outcome.content_sha256,
    }
