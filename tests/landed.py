"""Builds landing Parquet directly, for tests of checking that need no workbook.

Rows name only the columns that matter; the rest comes from a clean household, so that a test shows what
it is about. Reading real workbooks into landing is tested with ``orchestration.read``.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from expectations.contract import load_contracts
from expectations.id_number import check_digit
from expectations.relations import FILE_FINDING_COLUMNS, LAYOUT_COLUMNS, SUBMISSION_FORM_COLUMNS, landing_columns
from expectations.sql_text import empty_select
from orchestration.core.logic_version import READING_VERSION
from orchestration.core.settings import Settings
from orchestration.core.written_files import note_files
from orchestration.home.batches import Batch, batch_paths, manifest_path

TOWNSHIP = "350426202"
VILLAGE = "350426202203"
# A cause named twice among the others holds the household (HH-11).
REPEATED_CAUSE = {"other_causes": "09,09"}
# A head count that contradicts the members is asked about (HH-08), and stands.
WRONG_COUNT = {"person_count": 3}
WITHDRAWN = {"row_action": "delete", "deletion_reason": "重复登记"}


def id_number(serial: int, *, born: str = "19700101", female: bool = False, address: str = "350490") -> str:
    """A valid number with a never-assigned address code."""
    body = f"{address}{born}{(serial % 499) * 2 + (0 if female else 1):03d}"
    return body + check_digit(body)


def household(serial: int, **changes: Any) -> dict[str, Any]:
    """A clean one-person household of 莘田村, still in poverty."""
    return {
        "village_code": VILLAGE,
        "household_code": f"{VILLAGE}{serial:04d}",
        "head_name": "甲",
        "head_id_number": id_number(serial),
        "head_token": f"token-{serial}",
        "person_count": 1,
        "poverty_status": "0",
        "identified_on": date(2014, 1, 1),
        "household_attribute": "01",
        "identification_standard": "01",
        "main_cause": "07",
        "dangerous_housing": False,
        "safe_water": True,
        "housing_area_m2": 80,
        "farmland_area_mu": 3,
        "forest_area_mu": 5,
        "helper_name": "乙",
        **changes,
    }


def member(serial: int, number: int = 1, **changes: Any) -> dict[str, Any]:
    """The head of ``household(serial)``."""
    return {
        "village_code": VILLAGE,
        "household_code": f"{VILLAGE}{serial:04d}",
        "person_code": f"{VILLAGE}{serial:04d}{number:03d}",
        "name": "甲",
        "id_number": id_number(serial),
        "person_token": f"token-{serial}",
        "person_birth_date": date(1970, 1, 1),
        "person_age_years": 47,
        "person_id_sex": "1",
        "person_id_county_code": "350490",
        "relation": "01",
        "sex": "1",
        "ethnicity": "01",
        "education": "3",
        "school_status": "00",
        "health": "1",
        "labour_ability": "1",
        "critical_illness_insurance": True,
        **changes,
    }


@dataclass(frozen=True)
class Return:
    """One submission: rows by form, with the mode each form is sent in. Of a duplicate no row is read."""

    forms: dict[str, list[dict[str, Any]]]
    submitter: str = TOWNSHIP
    period: str = "2017-06"
    received_at: datetime = datetime(2017, 7, 3, 8, 0)
    mode: str = "full"
    explanation: str | None = None
    submission_id: str = field(default="")
    is_duplicate: bool = False

    @property
    def id(self) -> str:
        """The submission's id, told from when and by whom unless given."""
        return self.submission_id or f"{self.received_at:%Y%m%dT%H%M%S}_{self.submitter}"


def land(settings: Settings, *returns: Return) -> None:
    """Write the returns as one complete landing batch."""
    batch = hashlib.sha256("".join(sorted(r.id for r in returns)).encode()).hexdigest()[:12]
    for period in sorted({r.period for r in returns}):
        mine = [r for r in returns if r.period == period]
        with duckdb.connect() as connection:
            for contract in load_contracts().values():
                rows = [row for r in mine for row in _landing_rows(r, contract.form)]
                _write(connection, settings, contract.form, period, batch, landing_columns(contract), rows)
            notices = [row for r in mine for row in _notices(r)]
            _write(connection, settings, "submission_forms", period, batch, SUBMISSION_FORM_COLUMNS, notices)
            layout = [row for r in mine for row in _layout(r)]
            _write(connection, settings, "layout", period, batch, LAYOUT_COLUMNS, layout)
            _write(connection, settings, "file_findings", period, batch, FILE_FINDING_COLUMNS, [])
    manifest = manifest_path(settings, batch)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    noted = Batch(
        batch_id=batch,
        submission_ids=tuple(sorted(r.id for r in returns)),
        periods=tuple(sorted({r.period for r in returns})),
        files=note_files(settings.landing, batch_paths(settings, batch)),
        reading_version=READING_VERSION,
    )
    manifest.write_text(noted.model_dump_json(), encoding="utf-8")


def _landing_rows(sent: Return, form: str) -> Iterable[dict[str, Any]]:
    for number, row in enumerate(() if sent.is_duplicate else sent.forms.get(form, ()), start=4):
        texts = {f"{name}__text": str(value) for name, value in row.items() if value is not None}
        kinds = {f"{name}__kind": "text" for name in row}
        yield {
            **kinds,
            **texts,
            **row,
            "record_id": f"{sent.id}/{form}/{number}",
            "submission_id": sent.id,
            "submitter_code": sent.submitter,
            "period": sent.period,
            "received_at": sent.received_at,
            "mode": sent.mode,
            "sheet": form,
            "row_number": number,
        }


def _notices(sent: Return) -> Iterable[dict[str, Any]]:
    for form, rows in sent.forms.items():
        yield {
            "submission_id": sent.id,
            "submitter_code": sent.submitter,
            "period": sent.period,
            "received_at": sent.received_at,
            "original_name": "a.xlsx",
            "form": form,
            "mode": sent.mode,
            "status": "duplicate" if sent.is_duplicate else "nothing" if sent.mode == "nothing" else "read",
            "explanation": sent.explanation,
            "rows_read": len(rows),
        }


def _layout(sent: Return) -> Iterable[dict[str, Any]]:
    for form in sent.forms:
        for place, column in enumerate(load_contracts()[form].columns):
            yield {
                "submission_id": sent.id,
                "form": form,
                "sheet": form,
                "column_name": column.name,
                "excel_column": chr(ord("A") + place) if place < 26 else "A" + chr(ord("A") + place - 26),
                "header_row": 3,
                "header_text": column.header,
                "unit_factor": 1,
                "unit_word": column.header_unit,
                "unit_told": f"按模板的“{column.header_unit}”读取",
            }


def _write(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    relation: str,
    period: str,
    batch: str,
    columns: dict[str, str],
    rows: list[dict[str, Any]],
) -> None:
    target: Path = settings.landing / relation / f"period={period}" / f"batch-{batch}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    if not rows:
        target.write_bytes(_empty_file(empty_select(columns)))
        return
    connection.execute(f"create or replace table target as {empty_select(columns)}")
    marks = ", ".join("?" for _ in columns)
    connection.executemany(f"insert into target values ({marks})", [[row.get(n) for n in columns] for row in rows])
    connection.execute(f"copy target to '{target}' (format parquet)")


@cache
def _empty_file(select: str) -> bytes:
    """Most forms of a return are empty: the file of one is written once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        duckdb.execute(f"copy ({select}) to '{path}' (format parquet)")
        return path.read_bytes()
