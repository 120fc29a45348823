"""A repeated night changes nothing; another order of arrival changes only when things were known.

In `make test` the order in which returns come is shown by checking alone (tests/pipeline/test_orders).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.receive.inbox import receive
from orchestration.release.manifest import list_releases
from orchestration.runs.night import run_night
from tests.nights import TINY_PERIODS, close_first_period, home_settings, lend_project, send, share_key
from twin.city import City

# What may differ when the same files arrive in another order: receipt times, submission ids (which hold
# the receipt time, as do the record, finding and release ids made of them) and validity dates.
ARRIVAL = {
    "release_id", "content_hash",
    "received_at", "submission_id", "record_id", "finding_id", "known_from", "known_to", "known_on",
    "first_reported_at", "valid_from", "valid_to", "last_received_at", "first_known_at", "first_received_at",
}  # fmt: skip
# Whether a county confirmed a figure before or after the last return of it is a matter of arrival, too.
CONFIRMED = {("indicator", "status"), ("indicator_additive", "status")}

RECORDS_RETURNS = (
    "marts.fct_submission",
    "marts.fct_finding",
    "quality.",
    "reports.correction",
    "reports.reconciliation",
)


def manifest(home: Path) -> dict:
    return json.loads((home / "warehouse" / "current" / "manifest.json").read_text(encoding="utf-8"))


def contents(home: Path) -> dict[str, tuple[int, int]]:
    """Every table of the release without the columns of arrival: its rows, and a number that no other rows have.

    Told by the database, since to look at every value here took longer than a tenth of a night.
    """
    found = {}
    with duckdb.connect(str(home / "warehouse" / "current" / "sanming.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall()
        for schema, name in tables:
            columns = [
                column
                for (column,) in connection.execute(
                    "select column_name from information_schema.columns where table_schema = ? and table_name = ?",
                    [schema, name],
                ).fetchall()
                if column not in ARRIVAL and (name, column) not in CONFIRMED
            ]
            listed = ", ".join(f'"{column}"' for column in columns)
            ((rows, told),) = connection.execute(
                f'select count(*), coalesce(sum(hash({listed})::hugeint), 0) from "{schema}"."{name}"'
            ).fetchall()
            found[f"{schema}.{name}"] = (rows, told)
    return found


def test_the_same_night_again_publishes_nothing_and_changes_no_table(
    tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    home = copy_of(tiny_home)
    before, tables, releases = manifest(home), contents(home), list_releases(home_settings(home))
    run_night(home_settings(home))
    assert manifest(home) == before
    assert contents(home) == tables
    assert list_releases(home_settings(home)) == releases


@pytest.mark.verify
def test_another_order_of_arrival_gives_the_same_city(
    tiny_city: City, tiny_home: Path, parsed_project: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    share_key(tiny_home, home)
    lend_project(parsed_project, home)
    first, second = TINY_PERIODS
    send(tiny_city, home, only_period=second)
    assert run_night(home_settings(home), release=False).periods == (second,)
    send(tiny_city, home, only_period=first)
    receive(home_settings(home))
    close_first_period(home)
    assert run_night(home_settings(home)).success
    arrived, at_once = contents(home), contents(tiny_home)
    assert arrived.keys() == at_once.keys()
    for name in at_once:
        assert arrived[name] == at_once[name], name
