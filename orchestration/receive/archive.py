"""The archive: every file ever received, as it arrived, with its receipt. Nothing here is edited again.

A file is received when its folder was renamed into place (see ``arrival``); receipts are the only ledger of
submissions. Finding out who sent a file and when is the envelope's work.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.log import list_decisions
from orchestration.workbook.notices import FileFinding
from orchestration.workbook.words import plain

UNKNOWN = "unknown"
TEMPORARY = ".tmp-"
RECEIPT = "receipt.json"


class FormNotice(BaseModel):
    """One form a submission announces: how it is meant and where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: str
    mode: str
    sheets: tuple[str, ...] = ()
    control_rows: int | None = None
    explanation: str | None = None

    @property
    def sheet(self) -> str | None:
        """The first sheet (or member, or file) of the form; none when nothing was sent."""
        return self.sheets[0] if self.sheets else None


class Receipt(BaseModel):
    """The JSON beside the archived original: who, what, when.

    Attributes:
        kept_in: its folder in the archive where that is not the one of its submitter and period: what the file says
            could only be read after it was received.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    submission_id: str
    original_name: str
    stored_name: str
    sha256: str
    size_bytes: int
    received_at: datetime
    inbox_path: str
    modified_ns: int
    submitter_code: str | None = None
    period: str | None = None
    template_version: str | None = None
    data_origin: str
    forms: tuple[FormNotice, ...] = ()
    findings: tuple[FileFinding, ...] = ()
    kept_in: str | None = None

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file is read."""
        return any(finding.refuses_submission for finding in self.findings)

    def refuses(self, form: str) -> bool:
        """Whether the form of this submission is not read."""
        return self.is_refused or any(f.refuses_form and f.form == form for f in self.findings)


def new_submission_id(received_at: datetime, sha256: str) -> str:
    """The id (and folder name) of a submission: when it came and the beginning of its hash."""
    return f"{received_at:%Y%m%dT%H%M%S%fZ}_{sha256[:12]}"


def receipt_folder(settings: Settings, receipt: Receipt) -> Path:
    """Where the receipt and its original are kept."""
    place = receipt.kept_in or f"{receipt.period or UNKNOWN}/{receipt.submitter_code or UNKNOWN}"
    return settings.archive / place / receipt.submission_id


def original_path(settings: Settings, receipt: Receipt) -> Path:
    """The archived original of a receipt."""
    return receipt_folder(settings, receipt) / receipt.stored_name


def list_receipts(settings: Settings) -> list[Receipt]:
    """All receipts of the archive in the order of receipt, each as its file was last identified."""
    again = {
        decision.subject: decision
        for decision in list_decisions(settings, ("file_read_again",))
        if decision.identified is not None
    }
    receipts = [
        _as_identified(Receipt.model_validate_json(path.read_text(encoding="utf-8")), path, again.get(path.parent.name))
        for path in settings.archive.glob(f"*/*/*/{RECEIPT}")
        if not path.relative_to(settings.archive).parts[0].startswith(TEMPORARY)
    ]
    return sorted(receipts, key=lambda receipt: (receipt.received_at, receipt.submission_id))


def _as_identified(receipt: Receipt, path: Path, decision: Decision | None) -> Receipt:
    if decision is None:
        return receipt
    kept_in = f"{path.parent.parent.parent.name}/{path.parent.parent.name}"
    return Receipt.model_validate(receipt.model_dump() | (decision.identified or {}) | {"kept_in": kept_in})


def stored_name(original: Path) -> str:
    """``original`` with the suffix it came with, made safe for any file system."""
    suffix = plain(original.suffix).lower()
    return f"original{suffix}" if suffix[1:].isascii() and suffix[1:].isalnum() else "original"
