"""Writes small accepted and findings areas as the checks leave them, and builds them with the real dbt.

Rows name only what matters; the rest comes from a clean row of the form. Nothing of dbt's or of the
checks' behaviour is imitated here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from expectations.contract import load_contracts
from expectations.dbt_sources import QUALITY_RELATIONS
from expectations.relations import accepted_columns
from orchestration.transform.build_report import BUILD_NAME, RELEASE_NAME
from tests.nights import PROJECT_STORE, shared_project

PROJECT = Path(__file__).parents[2] / "dbt_project"
TOWNSHIP = "350426202"
VILLAGE = "350426202203"

_RECEIVED = {"2015-12": datetime(2016, 1, 5), "2016-12": datetime(2017, 1, 5), "2017-06": datetime(2017, 7, 5)}
_CLEAN: dict[str, dict[str, Any]] = {
    "households": {
        "person_count": 1,
        "poverty_status": "0",
        "identified_on": date(2014, 1, 1),
        "household_attribute": "01",
        "identification_standard": "01",
        "main_cause": "01",
        "dangerous_housing": False,
        "safe_water": True,
        "helper_name_given": True,
        "head_token": "t0",
    },
    "members": {
        "relation": "01",
        "sex": "1",
        "school_status": "00",
        "health": "1",
        "labour_ability": "1",
        "person_age_years": 40,
        "person_id_sex": "1",
        "person_id_county_code": "350490",
    },
    "household_income": {
        "income_year": 2016,
        "person_count": 1,
        "wage_income_yuan": Decimal("2000"),
        "business_income_yuan": Decimal("1500"),
        "property_income_yuan": Decimal("0"),
        "transfer_income_yuan": Decimal("500"),
        "dibao_yuan": Decimal("500"),
        "total_income_yuan": Decimal("4000"),
        "business_expense_yuan": Decimal("600"),
        "net_income_yuan": Decimal("3400"),
        "net_income_per_head_yuan": Decimal("3400"),
    },
    "assistance_measures": {
        "measure_type": "pairing",
        "started_on": date(2015, 1, 1),
        "helper_name_given": True,
        "funds_yuan": Decimal("1000"),
    },
    "guarantee_funds": {
        "fund_name": "乡村扶贫担保基金",
        "fund_level": "township",
        "founded_on": date(2014, 5, 1),
        "fund_amount_yuan": Decimal("1000000"),
        "guaranteed_outstanding_yuan": Decimal("2000000"),
        "cumulative_guaranteed_yuan": Decimal("3000000"),
        "bank": "rcc",
    },
    "guarantee_loans": {
        "borrower_token": "t0",
        "relation": "01",
        "loan_product": "poverty_guarantee",
        "guarantor_kind": "fund",
        "bank": "rcc",
        "principal_yuan": Decimal("30000"),
        "term_months": 24,
        "released_on": date(2015, 9, 10),
        "due_on": date(2017, 9, 10),
        "repaid_yuan": Decimal("10000"),
        "balance_yuan": Decimal("20000"),
        "overdue_yuan": Decimal("0"),
        "purpose": "planting",
        "planted_area_mu": Decimal("8"),
    },
    "village_income": {
        "registered_poor_village": True,
        "operating_income_yuan": Decimal("4000"),
        "contract_income_yuan": Decimal("3000"),
        "investment_income_yuan": Decimal("0"),
        "subsidy_income_yuan": Decimal("20000"),
        "other_income_yuan": Decimal("1000"),
        "total_income_yuan": Decimal("28000"),
        "recorded_shell": True,
    },
    "village_profiles": {
        "household_count": 300,
        "population": 1200,
        "rural_registered_population": 1000,
        "labour_count": 700,
        "farmland_area_mu": Decimal("1500"),
    },
    "village_projects": {
        "project_code": f"CZ-{TOWNSHIP}-001",
        "project_name": "光伏电站",
        "project_kind": "photovoltaic",
        "project_stage": "running",
        "started_on": date(2016, 3, 1),
        "total_invested_yuan": Decimal("300000"),
        "allocated_yuan": Decimal("300000"),
        "fund_source": "special",
        "income_item": "operating",
        "income_added_yuan": Decimal("20000"),
    },
    "village_decisions": {
        "decision_number": "1",
        "decision_kind": "shell_recorded",
        "decided_on": date(2015, 6, 1),
        "deciding_office": "county_leading_group",
    },
}


def _clean(form: str) -> dict[str, Any]:
    """What a row says unless told otherwise: the clean row above, or the contract's own as acceptance leaves it."""
    if form in _CLEAN:
        return _CLEAN[form]
    contract = load_contracts()[form]
    known = set(accepted_columns(contract))
    clean = contract.clean_rows[0]
    tokens = {f"{c.token_base}_token": "t0" for c in contract.columns if c.token_base}
    given = {f"{c.name}_given": c.name in clean for c in contract.columns if c.privacy == "presence"}
    return {name: value for name, value in clean.items() if name in known} | tokens | given


class AcceptedArea:
    """Collects accepted rows and verdicts; ``write`` puts them where dbt looks for them."""

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse
        self.rows: dict[str, list[dict[str, Any]]] = {form: [] for form in load_contracts()}
        self.quality: dict[str, list[dict[str, Any]]] = {name: [] for name in QUALITY_RELATIONS}

    def add(self, form: str, period: str = "2017-06", submitter: str = TOWNSHIP, **values: Any) -> None:
        """Add one accepted row of ``form``; ``values`` override the clean row."""
        received = values.pop("received_at", _RECEIVED[period])
        number = len(self.rows[form]) + 4
        address = {
            "record_id": f"{submitter}-{period}/{form}/{number}",
            "submission_id": f"{submitter}-{period}",
            "submitter_code": submitter,
            "period": period,
            "received_at": received,
            "mode": "full",
            "sheet": form,
            "row_number": number,
            "known_from": received,
            "is_carried": False,
            "village_code": VILLAGE,
        }
        self.rows[form].append(address | _clean(form) | values)

    def add_household(self, number: int, persons: int = 1, village: str = VILLAGE, **values: Any) -> str:
        """Add a household and its members; returns the household code."""
        code = f"{village}{number:04d}"
        place = {name: values.pop(name) for name in ("period", "submitter") if name in values}
        self.add("households", household_code=code, village_code=village, person_count=persons, **place, **values)
        for member in range(1, persons + 1):
            person = f"{code}{member:03d}"
            self.add("members", household_code=code, village_code=village, person_code=person,
                     person_token=f"token-{person}", **place)  # fmt: skip
        return code

    def submit(self, form: str, period: str = "2017-06", submitter: str = TOWNSHIP, **values: Any) -> None:
        """Add the verdict on one form of a submission; counts default to the rows added before."""
        read = sum(1 for row in self.rows[form] if (row["period"], row["submitter_code"]) == (period, submitter))
        verdict = {
            "submission_id": f"{submitter}-{period}",
            "submitter_code": submitter,
            "period": period,
            "form": form,
            "mode": "full",
            "status": "read",
            "verdict": "accepted",
            "received_at": _RECEIVED[period],
            "original_name": "restricted.xlsx",
            "control_rows": read,
            "rows_read": read,
            "rows_accepted": read,
            "rows_held": 0,
            "rows_carried": 0,
            "rows_standing": read,
            "persons_held": 0,
            # Unless a test says otherwise, none of what is held was accepted before.
            "rows_held_new": values.get("rows_held", 0),
            "persons_held_new": values.get("persons_held", 0),
            "rows_carried_for_held": 0,
            "persons_carried_for_held": 0,
            "rows_changed": 0,
            "rows_added": 0,
            "rows_withdrawn": 0,
            "is_explained": False,
            # Unless a test says otherwise, nothing took its place.
            "rows_in_force": values.get("rows_read", read),
            "rows_held_in_force": values.get("rows_held", 0),
        }
        self.quality["submissions"].append(verdict | values)

    def write(self) -> None:
        """Write every relation by period; a relation without rows gets one empty file.

        Rows whose submission has no verdict yet came with a submission that was accepted.
        """
        judged = {(verdict["submission_id"], verdict["form"]) for verdict in self.quality["submissions"]}
        for form, rows in self.rows.items():
            for submission, submitter, period, received in sorted(
                {(row["submission_id"], row["submitter_code"], row["period"], row["received_at"]) for row in rows}
            ):
                if (submission, form) not in judged:
                    self.submit(form, period, submitter, submission_id=submission, received_at=received)
        for form, contract in load_contracts().items():
            _write(self.warehouse / "accepted" / form, accepted_columns(contract), self.rows[form])
        for name, (_, columns) in QUALITY_RELATIONS.items():
            _write(self.warehouse / "findings" / name, columns, self.quality[name])


def _write(folder: Path, columns: Mapping[str, str], rows: list[dict[str, Any]]) -> None:
    periods = sorted({row["period"] or "unknown" for row in rows}) or ["2017-06"]
    types = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    with duckdb.connect() as connection:
        connection.execute(f"create table written ({types})")
        for period in periods:
            connection.execute("delete from written")
            values = [[row.get(c) for c in columns] for row in rows if (row["period"] or "unknown") == period]
            if values:
                marks = ", ".join("?" * len(columns))
                connection.executemany(f"insert into written values ({marks})", values)
            path = folder / f"period={period}" / "rows.parquet"
            path.parent.mkdir(parents=True)
            connection.table("written").write_parquet(str(path))


def _parsed() -> Path:
    """The parsed project and its loaded seeds: neither depends on where a warehouse is."""
    return shared_project(Path(os.environ[PROJECT_STORE]))


def _enter(warehouse: Path) -> None:
    os.environ["SANMING_WAREHOUSE"] = str(warehouse)
    os.environ["SANMING_BUILD_DB"] = str(warehouse / BUILD_NAME)
    os.environ["SANMING_WORKERS"] = "1"
    os.environ["SANMING_RELEASE_DB"] = str(warehouse / RELEASE_NAME)


def _options(warehouse: Path) -> list[str]:
    project = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--log-level", "none"]
    return [*project, "--target-path", str(warehouse / "dbt"), "--log-path", str(warehouse / "logs")]


def run_dbt(warehouse: Path, *arguments: str, variables: str = "{}") -> list[str]:
    """Run dbt in process on a warehouse folder, as a night does; returns what failed, with dbt's message."""
    parsed = _parsed()
    manifest = Manifest.from_msgpack((parsed / "partial_parse.msgpack").read_bytes())
    _enter(warehouse)
    if not (warehouse / BUILD_NAME).exists():
        shutil.copyfile(parsed / BUILD_NAME, warehouse / BUILD_NAME)
    command = [*arguments, "--exclude-resource-type", "seed", *_options(warehouse), "--vars", variables]
    try:
        outcome = dbtRunner(manifest=manifest).invoke(command)
    finally:
        # The adapter keeps the file open for the process; the build is finished when it lets go.
        DuckDBConnectionManager.close_all_connections()
    assert outcome.exception is None, outcome.exception
    assert isinstance(outcome.result, RunExecutionResult)
    results = outcome.result.results
    return [f"{node.node.name}: {node.message}" for node in results if node.status not in ("pass", "success")]


def build(area: AcceptedArea, *arguments: str, variables: str = "{}") -> duckdb.DuckDBPyConnection:
    """Write the area, build everything and open the result read-only."""
    area.write()
    failed = run_dbt(area.warehouse, "build", *arguments, variables=variables)
    assert failed == [], "\n".join(failed)
    return open_build(area.warehouse)


def open_build(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """A finished build, read-only: the layers before the release and the released file as one."""
    connection = duckdb.connect(str(warehouse / BUILD_NAME), read_only=True)
    connection.execute(f"attach '{warehouse / RELEASE_NAME}' as release (read_only)")
    schemas = connection.execute(
        "select schema_name from duckdb_schemas() where database_name = 'release' and not internal"
    ).fetchall()
    path = ["build.main", *(f"release.{schema}" for (schema,) in schemas)]
    connection.execute(f"set search_path = '{','.join(path)}'")
    return connection
