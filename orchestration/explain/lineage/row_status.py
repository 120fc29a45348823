"""What became of a row of a return: accepted, replaced, held, withdrawn, refused or sent twice, and by what.

Into which figures an accepted row went is `trace`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from expectations.contract import load_contracts
from expectations.sql_text import literal
from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.receive.unreadable import create_read_again
from orchestration.release.manifest import Release, ReleaseError

RowStatusKind = Literal["accepted", "replaced", "held", "withdrawal", "refused", "unread", "duplicate", "later"]


class TraceError(ReleaseError):
    """A row that was never sent: says which, what was expected and what to do."""


@dataclass(frozen=True, order=True)
class Address:
    """Where a row stands: the submission, its sheet, and the row as Excel shows it."""

    submission_id: str
    sheet: str
    row_number: int

    @property
    def record_id(self) -> str:
        return f"{self.submission_id}/{self.sheet}/{self.row_number}"


@dataclass(frozen=True)
class RowStatus:
    """What became of a row.

    Attributes:
        form: the form that its sheet was read as; empty where the file was not read.
        by: the rule that held it, or the submission that took its place or said the same before.
        cause: the record whose finding held it, where that is another one.
        messages: what the clerk was told about it.
        stands: of a held row, the period whose accepted version of its key stands instead; empty where none does.
    """

    address: Address
    form: str
    kind: RowStatusKind
    by: str = ""
    cause: str = ""
    messages: tuple[str, ...] = ()
    stands: str = ""


class RowStatuses:
    """Finds what became of rows, as known in a release."""

    def __init__(self, settings: Settings, release: Release, accepted: Path) -> None:
        """Take the home, the release, and the accepted rows that it was made from."""
        self._landing, self._held, self._findings = settings.landing, settings.held, settings.findings
        self._accepted = accepted
        self._known_on = release.manifest.known_on.astimezone(UTC).replace(tzinfo=None)
        self._connection = duckdb.connect()
        create_read_again(self._connection, settings)

    def of(self, address: Address) -> RowStatus:
        """What became of a row.

        Raises:
            TraceError: no such submission, sheet or row was ever received.
        """
        forms = self._ask(self._landing / "submission_forms", "form, status, received_at, content_sha256", address)
        if not forms:
            raise TraceError(
                f"{address.submission_id}: no such submission was read; `marts.fct_submission` lists them."
            )
        if (later := self._later(address, forms[0][2])) is not None:
            return RowStatus(address, "", "later", messages=(later,))
        sheets = self._ask(self._landing / "layout", "distinct sheet, form", address)
        form = dict(sheets).get(address.sheet, "")
        status = {name: state for name, state, *_ in forms}
        if status.get(form) == "duplicate":
            return RowStatus(address, form, "duplicate", by=self._first_of(next(f[3] for f in forms if f[0] == form)))
        if not form or status.get(form) != "read":
            self._refuse_unknown_sheet(address, sheets, status)
            return RowStatus(address, form, "refused", messages=self._messages(address, "record_id is null"))
        return self._of_read_row(address, form)

    def _later(self, address: Address, received_at: datetime) -> str | None:
        """When the return became known, where that was after the release; none where it was known."""
        again = self._connection.execute(
            "select known_at from read_again where submission_id = ?", [address.submission_id]
        ).fetchone()
        known_at = again[0] if again else received_at
        if max(received_at, known_at) <= self._known_on:
            return None
        verb, moment = ("received", received_at) if received_at > self._known_on else ("could be read from", known_at)
        return f"{verb} {clock.minute_of(moment.replace(tzinfo=UTC))}"

    def _of_read_row(self, address: Address, form: str) -> RowStatus:
        left_out = self._left_out(address, form)
        if left_out:
            return RowStatus(address, form, "unread", messages=left_out)
        versions = self._ask(self._accepted / form, "known_to, known_from", address, "record_id = ?", address.record_id)
        if any(known_to is None for known_to, _ in versions):
            return RowStatus(address, form, "accepted")
        if versions:
            return RowStatus(address, form, "replaced", by=self._successor(address, form, *max(versions)))
        held = self._ask(
            self._held / form, "held_by_rule, cause_record_id", address, "record_id = ?", address.record_id
        )
        if held:
            rule, cause = held[0]
            messages = self._messages(address, "record_id = ?", cause)
            stands = self._version_of(address, form)
            return RowStatus(address, form, "held", rule, "" if cause == address.record_id else cause, messages, stands)
        refused = self._messages(address, "record_id is null and form = ?", form)
        return RowStatus(address, form, "refused" if refused else "withdrawal", messages=refused)

    def _version_of(self, address: Address, form: str) -> str:
        """The period of the accepted version that stands for a held row."""
        if not any((self._accepted / form).glob("*/*.parquet")):
            return ""
        keys = ", ".join(["submitter_code", "period", *load_contracts()[form].key])
        held, accepted = (literal(str(area / form / "*" / "*.parquet")) for area in (self._held, self._accepted))
        row = self._connection.execute(
            f"select max(coalesce(a.carried_from, a.period))"
            f" from read_parquet({accepted}, hive_partitioning = false, union_by_name = true) as a"
            f" semi join (select * from read_parquet({held}, hive_partitioning = false) where record_id = ?) as h"
            f" using ({keys}) where a.known_to is null and a.is_carried",
            [address.record_id],
        ).fetchone()
        return str(row[0]) if row and row[0] else ""

    def later_return(self, row_status: RowStatus) -> str:
        """The submitter's last return of the form for a later period, which of a list sent whole each time counts."""
        files = literal(str(self._findings / "submissions" / "*" / "*.parquet"))
        row = self._connection.execute(
            f"select max_by(l.submission_id, (l.period, l.received_at)) from read_parquet({files}) as l"
            f" inner join read_parquet({files}) as e on l.submitter_code = e.submitter_code and l.form = e.form"
            " where e.submission_id = ? and e.form = ? and l.period > e.period and l.received_at <= ?"
            " and l.verdict in ('accepted', 'partly accepted', 'nothing')",
            [row_status.address.submission_id, row_status.form, self._known_on],
        ).fetchone()
        return str(row[0]) if row and row[0] else ""

    def _ask(
        self, area: Path, what: str, address: Address, condition: str = "true", *values: object
    ) -> list[tuple[Any, ...]]:
        if not any(area.glob("*/*.parquet")):
            return []
        files = literal(str(area / "*" / "*.parquet"))
        query = f"select {what} from read_parquet({files}, hive_partitioning = false, union_by_name = true)"
        return self._connection.execute(
            f"{query} where submission_id = ? and {condition} order by all", [address.submission_id, *values]
        ).fetchall()

    def _messages(self, address: Address, condition: str, *values: object) -> tuple[str, ...]:
        found = self._ask(self._findings / "findings", "distinct rule_code, message", address, condition, *values)
        return tuple(f"{code} {message}" for code, message in found)

    def _first_of(self, content: object) -> str:
        files = literal(str(self._landing / "submission_forms" / "*" / "*.parquet"))
        row = self._connection.execute(
            f"select min(submission_id) from read_parquet({files}) where status = 'read' and content_sha256 = ?",
            [content],
        ).fetchone()
        return str(row[0]) if row else ""

    def _successor(self, address: Address, form: str, known_to: object, known_from: object) -> str:
        """The later submission of the same submitter from which on a row was no longer the known one.

        What could be read only later, this row or the other, came in its turn and was known from then on: where that
        fits several, it is the first that sent the form.
        """
        files = literal(str(self._landing / "submission_forms" / "*" / "*.parquet"))
        row = self._connection.execute(
            f"""
            with sent as (
                select s.*, coalesce(a.known_at, s.received_at) as known_at
                from read_parquet({files}, union_by_name = true) as s
                left join read_again as a using (submission_id)
            )
            select l.submission_id
            from sent as l
            inner join sent as e on l.submitter_code = e.submitter_code and l.submission_id <> e.submission_id
            where e.submission_id = ? and l.status in ('read', 'nothing') and greatest(l.known_at, ?) = ?
                and (l.period <> e.period or (l.received_at, l.submission_id) > (e.received_at, e.submission_id))
            order by l.form is distinct from ?, l.received_at, l.submission_id
            limit 1
            """,
            [address.submission_id, known_from, known_to, form],
        ).fetchone()
        return str(row[0]) if row else ""

    def _refuse_unknown_sheet(self, address: Address, sheets: list[tuple[Any, ...]], status: dict[str, str]) -> None:
        if sheets and address.sheet not in dict(sheets) and "read" in status.values():
            known = "、".join(str(sheet) for sheet, _ in sheets)
            raise TraceError(
                f"{address.submission_id}: no form was read from {address.sheet!r}; expected one of {known}."
            )

    def _left_out(self, address: Address, form: str) -> tuple[str, ...]:
        """What was told of rows that the reader left out from this row on or before; none where it was read.

        Raises:
            TraceError: nothing is known of such a row.
        """
        rows = self._ask(self._landing / form, "row_number", address, "sheet = ?", address.sheet)
        numbers = [int(str(row)) for (row,) in rows]
        if address.row_number in numbers:
            return ()
        left_out = self._messages(
            address, "record_id is null and sheet = ? and row_number <= ?", address.sheet, address.row_number
        )
        if not left_out:
            others = f"rows {min(numbers)} to {max(numbers)}" if numbers else "no row at all"
            raise TraceError(
                f"{address.submission_id} {address.sheet}: row {address.row_number} holds no record; {others} did."
            )
        return left_out
