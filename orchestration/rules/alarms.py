"""What came of each rule's alarms: corrected, explained, waived or open; and so how often it was false.

An alarm is one rule broken in one cell of one key, submitter and period, however often it was sent so. It is told from
findings, verdicts, what was read and recorded waivers; nothing is decided here. An alarm that ended without its own row
being sent again (the mistake stood in another row) leaves no finding and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import (
    FINAL_FINDING_COLUMNS,
    SUBMISSION_COLUMNS,
    SUBMISSION_FORM_COLUMNS,
    chosen,
    landing_columns,
    typed,
)
from expectations.sql_text import empty_select, parquet_select
from orchestration.check.environment import insert_rows
from orchestration.core.settings import Settings
from orchestration.decisions.waivers import latest_words

_SENT_COLUMNS = typed("form record_id submission_id submitter_code period subject received_at:TIMESTAMP")
_FOUND_COLUMNS = chosen(
    FINAL_FINDING_COLUMNS,
    "finding_id rule_code submission_id submitter_code period form record_id sheet cell column_name",
)
_EXPLAINED_COLUMNS = chosen(SUBMISSION_FORM_COLUMNS, "submission_id form explanation")


@dataclass(frozen=True)
class Alarm:
    """One alarm, with the address of the cell where it was raised last.

    Attributes:
        finding_id: its latest finding; a waiver of any of its findings counts.
        outcome: ``waived``, ``corrected``, ``explained`` (sent again as it was, with an explanation) or ``open``.
        is_reversed: whether a waiver was reversed and none stands.
    """

    rule_code: str
    finding_id: str
    submitter_code: str | None
    period: str | None
    form: str | None
    sheet: str | None
    cell: str | None
    outcome: str
    is_reversed: bool


@dataclass(frozen=True)
class Tally:
    """How many alarms a rule raised, and what came of them."""

    hits: int = 0
    corrected: int = 0
    explained: int = 0
    waived: int = 0
    reversed: int = 0
    open: int = 0

    @property
    def false_alarm_rate(self) -> float | None:
        """Waived of those that were answered one way or the other; none where none was."""
        answered = self.corrected + self.waived
        return self.waived / answered if answered else None


def tally(alarms: Iterable[Alarm]) -> dict[str, Tally]:
    """The counts by rule code."""
    counts: dict[str, dict[str, int]] = {}
    for alarm in alarms:
        mine = counts.setdefault(alarm.rule_code, dict.fromkeys(Tally.__dataclass_fields__, 0))
        mine["hits"] += 1
        mine[alarm.outcome] += 1
        mine["reversed"] += alarm.is_reversed
    return {code: Tally(**mine) for code, mine in counts.items()}


def list_alarms(settings: Settings, code: str | None = None) -> tuple[Alarm, ...]:
    """The alarms of one rule, or of all, by rule, period, submitter and place."""
    with duckdb.connect() as connection:
        _load(connection, settings, code)
        _load_words(connection, settings)
        return tuple(Alarm(*row) for row in connection.execute(_ALARMS).fetchall())


def _load(connection: duckdb.DuckDBPyConnection, settings: Settings, code: str | None) -> None:
    found = _select(settings.findings / "findings", _FOUND_COLUMNS)
    connection.execute(
        f"create table finding as select * from ({found}) where rule_code = coalesce(?, rule_code)", [code]
    )
    connection.execute(f"create table submission as {_select(settings.findings / 'submissions', SUBMISSION_COLUMNS)}")
    explained = _select(settings.landing / "submission_forms", _EXPLAINED_COLUMNS)
    connection.execute(f"create table explained as select * from ({explained}) where explanation is not null")
    forms = {form for (form,) in connection.execute("select distinct form from finding").fetchall()}
    sent = [empty_select(_SENT_COLUMNS)]
    sent += [_sent(settings, contract) for form, contract in load_contracts().items() if form in forms]
    connection.execute(f"create table sent as {' union all '.join(sent)}")


def _select(folder: Path, columns: dict[str, str]) -> str:
    """These columns of every period's files; no rows where there is no file."""
    return parquet_select(sorted(folder.glob("period=*/*.parquet")), columns)


def _sent(settings: Settings, contract: Contract) -> str:
    """Every row that was ever sent of a form, with what it is about; a row without a whole key is about itself."""
    keys = " || '|' || ".join(f"cast({name} as varchar)" for name in contract.key)
    columns = ["record_id", "submission_id", "submitter_code", "period", "received_at", *contract.key]
    rows = _select(settings.landing / contract.form, chosen(landing_columns(contract), " ".join(columns)))
    return (
        f"select '{contract.form}' as form, record_id, submission_id, submitter_code, period,"
        f" coalesce({keys}, record_id) as subject, received_at from ({rows})"
    )


def _load_words(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    connection.execute("create table word (finding_id varchar, stands boolean)")
    words = latest_words(settings).values()
    insert_rows(connection, "word", [{"finding_id": w.subject, "stands": w.kind == "finding_waived"} for w in words])


_ALARMS = """
with taken as (
    -- What a refused return says takes nothing back.
    select submission_id, submitter_code, period, form, mode, received_at
    from submission
    where status in ('read', 'nothing') and verdict <> 'rejected'
),
hit as (
    select f.*, s.subject, r.received_at, e.explanation, w.stands,
        coalesce(s.subject, f.sheet, '') as about
    from finding as f
    left join sent as s on f.record_id = s.record_id
    left join (select distinct submission_id, received_at from submission) as r on f.submission_id = r.submission_id
    left join explained as e on f.submission_id = e.submission_id and f.form = e.form
    left join word as w on f.finding_id = w.finding_id
),
alarm as (
    select rule_code, submitter_code, period, form, about, column_name,
        arg_max({'finding_id': finding_id, 'sheet': sheet, 'cell': cell}, received_at) as place,
        any_value(subject) as subject,
        max(received_at) as last_hit,
        count(distinct submission_id) as times,
        arg_max(coalesce(explanation, ''), received_at) as explanation,
        coalesce(bool_or(stands), false) as is_waived,
        coalesce(bool_or(not stands), false) as was_reversed
    from hit
    group by rule_code, submitter_code, period, form, about, column_name
),
row_sent as (
    -- Rows of refused returns are sent, but mend nothing.
    select s.form, s.submitter_code, s.period, s.subject, max(s.received_at) as last_sent
    from sent as s
    semi join taken as t on s.submission_id = t.submission_id and s.form = t.form
    group by s.form, s.submitter_code, s.period, s.subject
),
form_sent as (
    select form, submitter_code, period,
        max(received_at) filter (where mode in ('full', 'nothing')) as last_whole,
        max(received_at) as last_return
    from taken
    group by form, submitter_code, period
),
file_sent as (
    select submitter_code, period, max(received_at) as last_file from taken group by submitter_code, period
),
answered as (
    select a.*,
        case
            when a.subject is not null then greatest(r.last_sent, w.last_whole)
            when a.form is not null then w.last_return
            else l.last_file
        end > a.last_hit as is_corrected
    from alarm as a
    left join row_sent as r
        on a.form = r.form and a.submitter_code = r.submitter_code and a.period = r.period and a.subject = r.subject
    left join form_sent as w on a.form = w.form and a.submitter_code = w.submitter_code and a.period = w.period
    left join file_sent as l on a.submitter_code = l.submitter_code and a.period = l.period
)
select rule_code, place.finding_id, submitter_code, period, form, place.sheet, place.cell,
    case
        when is_waived then 'waived'
        when is_corrected then 'corrected'
        when times > 1 and explanation <> '' then 'explained'
        else 'open'
    end as outcome,
    was_reversed and not is_waived as is_reversed
from answered
order by rule_code, period, submitter_code, form, place.sheet, place.cell, place.finding_id
"""
