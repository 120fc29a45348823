"""The tables of checking are those that `check.tables` declares, with its columns and keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import duckdb
import pytest

from expectations.check_tables import check_tables
from expectations.contract import load_contracts
from expectations.examples import SEEDS
from orchestration.check import run, tables
from orchestration.check.environment import work_on
from orchestration.check.tables import FormTable, Table
from orchestration.core.settings import CHECKOUT, Settings
from tests.landed import REPEATED_CAUSE, WITHDRAWN, WRONG_COUNT, Return, household, land, member

DECLARED = [table for table in vars(tables).values() if isinstance(table, (Table, FormTable))]
LATER, LATEST = datetime(2017, 7, 9, 8, 0), datetime(2017, 7, 12, 8, 0)


def whole(*serials: int, changes: dict[int, dict] | None = None, **told) -> Return:
    rows = [household(n, **(changes or {}).get(n, {})) for n in serials]
    return Return(forms={"households": rows, "members": [member(n) for n in serials]}, **told)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a period in which rows were carried, corrected, held, refused and could not be read."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    unread = {"identified_on": None, "identified_on__text": "2016年"}
    land(
        settings,
        whole(*range(1, 9), period="2016-12", received_at=datetime(2017, 1, 5, 8, 0)),
        Return(forms={"members": []}, mode="nothing", period="2016-12", received_at=datetime(2017, 1, 3, 8, 0)),
        whole(*range(1, 9), changes={1: REPEATED_CAUSE, 2: WRONG_COUNT, 3: unread}),
        Return(forms={"households": [household(4, **WITHDRAWN)]}, mode="correction", received_at=LATER),
        whole(1, 2, received_at=LATEST),
        Return(forms={"members": []}, mode="nothing", submitter="350426203"),
    )
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as copy:
        write = run.write_period

        def look(database: str, settings: Settings, period: str, results: list) -> None:
            write(database, settings, period, results)
            if period == "2017-06":
                with work_on(database) as connection:
                    _copy(connection, copy)

        patch.setattr(run, "write_period", look)
        run.check_periods(settings, ("2016-12", "2017-06"))
        yield copy


def _copy(source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection) -> None:
    """All tables and views as tables, in a database that outlives the check."""
    for (name,) in source.execute("select table_name from information_schema.tables").fetchall():
        rows = source.execute(f'select * from "{name}"').to_arrow_table()  # noqa: F841 - named in the SQL
        target.execute(f'create table "{name}" as select * from rows')


def instances(table: Table | FormTable) -> list[Table]:
    return [table] if isinstance(table, Table) else [table.of(contract) for contract in load_contracts().values()]


def columns(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    found = connection.execute(
        "select column_name, data_type from information_schema.columns where table_name = ?", [name]
    ).fetchall()
    return dict(found)


def test_every_table_of_a_check_is_declared(checked: duckdb.DuckDBPyConnection) -> None:
    found = {name for (name,) in checked.execute("select table_name from information_schema.tables").fetchall()}
    seeds = {path.stem for path in SEEDS.glob("*.csv")}
    assert found - seeds <= {one.name for table in DECLARED for one in instances(table)}
    assert seeds <= found


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_a_declared_table_exists_with_its_columns_and_a_key_that_is_unique(
    checked: duckdb.DuckDBPyConnection, table: Table | FormTable
) -> None:
    made = [one for one in instances(table) if columns(checked, one.name)]
    assert made
    for one in made:
        assert columns(checked, one.name) == {name: kind.replace(", ", ",") for name, kind in one.columns.items()}
        if one.key:
            keys = ", ".join(one.key.split())
            doubled = f'select {keys} from "{one.name}" group by {keys} having count(*) > 1'
            assert checked.execute(doubled).fetchall() == []


def test_the_check_that_is_looked_at_leaves_few_tables_empty(checked: duckdb.DuckDBPyConnection) -> None:
    """Keys of no rows are always unique: what the scripted returns do not reach is named here."""
    filled = {
        table.name
        for table in DECLARED
        for one in instances(table)
        if columns(checked, one.name) and checked.execute(f'select 1 from "{one.name}" limit 1').fetchone()
    }
    assert {table.name for table in DECLARED} - filled == set()


def test_every_table_is_made_and_read_somewhere() -> None:
    for line in check_tables(CHECKOUT).splitlines()[2:]:
        *_, made_by, read_by, _ = line.split("|")
        assert made_by.strip(), line
        assert read_by.strip(), line
    assert "| `hits` | a cell that breaks a rule |  | evaluate | findings, quarantine, unit_slips |" in check_tables(
        CHECKOUT
    )
