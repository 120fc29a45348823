"""The examples of the rules, brought to life: clean rows, what an example changes in them, and the query run.

An example becomes the relations a rule may look at (``<form>``, ``previous_<form>``, ``latest_<form>``,
``ever_<form>``, ``answered_<form>``, ``rounding_<form>``, ``this_period`` and the seeds) in a DuckDB connection;
nothing of it stays there. How a real period's relations come about is no matter of this module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.relations import (
    ANSWER_COLUMNS,
    ANSWERED,
    EVER,
    LATEST,
    PREVIOUS,
    ROUNDING,
    accepted_columns,
    form_of,
    landing_columns,
    unversioned_columns,
)
from expectations.rounding import rounding_query
from expectations.rule_ground import prepare_ground, set_period
from expectations.rule_model import Example, Rule

SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds"
_SUBMITTER = "350426202"
_ID_NUMBER = re.compile(r"\d{17}[\dX](\d{2}|\d{4})?")

ExampleRow = Mapping[str, Any]


def open_bench(seeds: Path = SEEDS) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection in memory with the seeds loaded, for any number of examples."""
    connection = duckdb.connect()
    prepare_ground(connection, seeds)
    return connection


def failing_cells(connection: duckdb.DuckDBPyConnection, rule: Rule, example: Example) -> list[tuple[str, str]]:
    """Record and column of every cell of the example that breaks the rule.

    Args:
        connection: from ``open_bench``; left as it was found.
        rule: its query is run; it sees its own form and the relations that it names.
        example: what differs from the clean rows.
    """
    with _relations(connection, rule, example):
        if rule.not_evaluated_when is not None:
            unknown = connection.execute(rule.not_evaluated_when).fetchone()
            if unknown is not None and unknown[0]:
                return []
        stays = "" if rule.generated else " where coalesce(row_action, '') <> 'delete'"
        found = connection.execute(rule.query.format(batch=f"(select * from {rule.form}{stays}) as subselect"))
        places = [name for name, *_ in found.description]
        return sorted((row[0], row[1] if "column_name" in places else rule.columns[0]) for row in found.fetchall())


# --- relations -----------------------------------------------------------------------------------------


@contextmanager
def _relations(connection: duckdb.DuckDBPyConnection, rule: Rule, example: Example) -> Iterator[None]:
    """The relations of one example, undone afterwards."""
    contracts = load_contracts()
    wanted = {rule.form, *rule.needs}
    connection.execute("begin transaction")
    try:
        set_period(connection, example.period)
        for form in sorted({form_of(name) for name in wanted} & set(contracts)):
            _create_form(connection, contracts[form], example, wanted)
        for name, rows in example.rows.items():
            if form_of(name) not in contracts:
                _replace_seed(connection, name, rows)
        yield
    finally:
        connection.execute("rollback")


def _create_form(connection: duckdb.DuckDBPyConnection, contract: Contract, example: Example, wanted: set[str]) -> None:
    form, accepted = contract.form, accepted_columns(contract)
    clean = contract.clean_rows
    changed = example.rows.get(form, ({},) * len(clean))
    rows = [_complete(contract, changes, number, example.period) for number, changes in enumerate(changed)]
    before, once = (
        [
            _complete(contract, {"period": _earlier(example.period), **changes}, number, example.period)
            for number, changes in enumerate(example.rows.get(f"{prefix}{form}", ()))
        ]
        for prefix in (PREVIOUS, EVER)
    )
    returned = {row["submitter_code"] for row in rows}
    latest = [*rows, *(row for row in before if row["submitter_code"] not in returned)]
    keys = ("submitter_code", *contract.key)
    ever = {tuple(row.get(key) for key in keys): row for row in (*once, *before, *latest)}
    # Whoever has a row has answered; who says that there is nothing is told by the example.
    usual = contract.clean_rows[0].get("submitter_code", _SUBMITTER)
    nil = [
        {"submitter_code": usual, "period": example.period, **row} for row in example.rows.get(f"{ANSWERED}{form}", ())
    ]
    answers = {row["submitter_code"]: row for row in sorted((*ever.values(), *nil), key=lambda row: str(row["period"]))}
    unversioned = unversioned_columns(contract)
    is_rounded = f"{ROUNDING}{form}" in wanted
    for relation, columns, content in (
        (form, landing_columns(contract), rows),
        (f"{PREVIOUS}{form}", accepted, before),
        (f"{LATEST}{form}", unversioned, latest),
        (f"{EVER}{form}", unversioned, list(ever.values())),
        (f"{ANSWERED}{form}", ANSWER_COLUMNS, list(answers.values())),
    ):
        if relation in wanted or (relation == form and is_rounded):
            _create(connection, relation, columns, content)
    if is_rounded:
        connection.execute(f"create view {ROUNDING}{form} as {rounding_query(contract, form)}")


def _earlier(period: str) -> str:
    return f"{int(period[:4]) - 1}-12"


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Sequence[ExampleRow]
) -> None:
    typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    connection.execute(f"create table {name} ({typed})")
    if rows:
        places = ", ".join("?" for _ in columns)
        connection.executemany(
            f"insert into {name} values ({places})", [[row.get(column) for column in columns] for row in rows]
        )


def _replace_seed(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[ExampleRow]) -> None:
    connection.execute(f'delete from "{name}"')
    for row in rows:
        columns = ", ".join(f'"{column}"' for column in row)
        places = ", ".join("?" for _ in row)
        connection.execute(f'insert into "{name}" ({columns}) values ({places})', list(row.values()))


# --- rows ----------------------------------------------------------------------------------------------


def _complete(contract: Contract, changes: ExampleRow, number: int, period: str) -> dict[str, Any]:
    """A whole row as landing and accepting would know it, from what the example says of it."""
    known = {column.name for column in contract.columns} | set(landing_columns(contract))
    unknown = sorted(set(changes) - known)
    if unknown:
        raise KeyError(f"example of form {contract.form}: no columns {unknown}")
    clean = contract.clean_rows
    row: dict[str, Any] = {
        "submitter_code": _SUBMITTER,
        "period": period,
        "received_at": datetime(2017, 7, 1),
        "mode": "full",
        "sheet": contract.title,
        "row_number": number + 3,
        "known_from": datetime(2017, 7, 1),
        "is_carried": False,
        **clean[min(number, len(clean) - 1)],
        **changes,
    }
    row["submission_id"] = f"{row['submitter_code']}-{row['period']}"
    row["record_id"] = f"{row['submission_id']}/{row['sheet']}/{row['row_number']}"
    for column in contract.columns:
        text = None if row.get(column.name) is None else str(row[column.name])
        row.setdefault(f"{column.name}__text", text)
        row.setdefault(f"{column.name}__kind", "text")
        row[f"{column.name}_given"] = row[f"{column.name}__text"] is not None
        if column.token_base is not None:
            row |= _from_id_number(column.token_base, row.get(column.name), row["period"])
    return row


def _from_id_number(base: str, number: str | None, period: str) -> dict[str, Any]:
    """What landing derives from an ID number; nothing if it has not the shape of one."""
    if number is None or _ID_NUMBER.fullmatch(number) is None:
        return {}
    birth = _birth_date(number)
    return {
        # Any one-to-one token does for an example; real ones are keyed.
        f"{base}_token": hashlib.sha256(number[:18].encode()).hexdigest()[:32],
        f"{base}_birth_date": birth,
        f"{base}_age_years": None if birth is None else _age(birth, period),
        f"{base}_id_sex": "1" if int(number[16]) % 2 else "2",
        f"{base}_id_county_code": number[:6],
    }


def _birth_date(number: str) -> date | None:
    try:
        return datetime.strptime(number[6:14], "%Y%m%d").date()
    except ValueError:
        return None


def _age(birth: date, period: str) -> int:
    """Completed years on the last day of the period."""
    year, month = int(period[:4]), int(period[5:7])
    return year - birth.year - (birth.month > month)
