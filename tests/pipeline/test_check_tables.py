"""The tables of a check are those that `check.tables` declares, with its columns and keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from expectations.check_tables import check_tables
from expectations.contract import load_contracts
from orchestration.check import run, tables
from orchestration.check.environment import work_on
from orchestration.check.tables import FormTable, Table
from orchestration.core.settings import CHECKOUT, Settings
from tests.landed import REPEATED_CAUSE, WRONG_COUNT, Return, household, land, member
from tests.rule_examples import SEEDS

DECLARED = [table for table in vars(tables).values() if isinstance(table, (Table, FormTable))]
DECEMBER = {"period": "2016-12", "received_at": datetime(2017, 1, 5, 8, 0)}
FIRST, SECOND = datetime(2017, 7, 3, 8, 0), datetime(2017, 7, 3, 9, 0)
SILENT, MAGNIFYING = "350426203", "350426204"
# What reading fills: no file was found to be anything, none was read a second time.
_EMPTY = {"file_findings", "read_again"}


def whole(changes: dict[int, dict[str, Any]], *serials: int, **told: Any) -> Return:
    rows = [household(n, **changes.get(n, {})) for n in serials]
    return Return(forms={"households": rows, "members": [member(n) for n in serials]}, **told)


def cooperatives(factor: float, **told: Any) -> Return:
    clean = load_contracts()["cooperatives"].clean_rows[0]
    rows = [
        {**clean, "cooperative_code": f"{MAGNIFYING}2030{n}", "registered_capital_yuan": capital * factor}
        for n, capital in enumerate((354000, 101000, 236000, 77000), start=1)
    ]
    return Return(forms={"cooperatives": rows}, submitter=MAGNIFYING, **told)


SENT = [
    whole({}, *range(1, 9), **DECEMBER),
    Return(forms={"dividends": []}, mode="nothing", submitter=SILENT, **DECEMBER),
    cooperatives(1, **DECEMBER),
    # A second 全量 of one day changes the first, and has a held household and an unread cell.
    whole({5: {"housing_area_m2": 70}}, *range(1, 9), received_at=FIRST),
    whole(
        {
            1: REPEATED_CAUSE,
            2: WRONG_COUNT,
            3: {"identified_on": None, "identified_on__text": "2016.3"},
            4: {"identified_on": date(2016, 1, 1)},
        },
        *range(1, 9),
        received_at=SECOND,
    ),
    # 无数据 after rows, without a word.
    whole({}, 11, 12, 13, submitter=SILENT, received_at=FIRST),
    Return(forms={"households": []}, mode="nothing", submitter=SILENT, received_at=SECOND),
    cooperatives(0.0001),
    Return(forms={"guarantee_loans": [*load_contracts()["guarantee_loans"].clean_rows]}, submitter="350400-PSBC"),
]


class Checked:
    """The tables of the last pass of a check, kept."""

    def __init__(self, rows: duckdb.DuckDBPyConnection) -> None:
        self.rows = rows
        self.columns: dict[str, dict[str, str]] = {}

    def keep(self, database: str) -> None:
        with work_on(database) as connection:
            for name, column, kind in connection.execute(
                "select table_name, column_name, data_type from information_schema.columns order by ordinal_position"
            ).fetchall():
                self.columns.setdefault(name, {})[column] = kind
            for name in self.columns:
                found = connection.execute(f'select * from "{name}"').to_arrow_table()
                self.rows.register("found", found)
                self.rows.execute(f'create table "{name}" as select * from found')

    def made(self, table: Table | FormTable) -> list[Table]:
        every = [table] if isinstance(table, Table) else [table.of(form) for form in load_contracts().values()]
        return [one for one in every if one.name in self.columns]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    land(settings, *SENT)
    write = run.write_period
    with pytest.MonkeyPatch.context() as patch, duckdb.connect() as rows:
        kept = Checked(rows)

        def write_and_keep(database: str, settings: Settings, period: str, results: list[Any]) -> None:
            write(database, settings, period, results)
            if period == "2017-06":
                kept.keep(database)

        patch.setattr(run, "write_period", write_and_keep)
        run.check_periods(settings, ("2016-12",))
        yield kept


def test_every_table_of_a_check_is_declared_or_a_seed(checked: Checked) -> None:
    declared = {one.name for table in DECLARED for one in checked.made(table)}
    assert checked.columns.keys() - declared == {path.stem for path in SEEDS.glob("*.csv")}


@pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)
def test_a_declared_table_is_made_with_its_columns_and_its_key_is_unique(
    checked: Checked, table: Table | FormTable
) -> None:
    made = checked.made(table)
    assert made
    for one in made:
        assert checked.columns[one.name] == {name: kind.replace(", ", ",") for name, kind in one.columns.items()}
        if one.key:
            keys = ", ".join(one.key.split())
            doubled = f'select {keys} from "{one.name}" group by {keys} having count(*) > 1'
            assert checked.rows.execute(doubled).fetchall() == []


def test_the_check_that_is_looked_at_fills_them(checked: Checked) -> None:
    """A key is unique in no rows."""

    def has_rows(one: Table) -> bool:
        return checked.rows.execute(f'select 1 from "{one.name}" limit 1').fetchone() is not None

    assert {table.name for table in DECLARED if not any(map(has_rows, checked.made(table)))} == _EMPTY


def test_every_table_is_made_and_read_somewhere() -> None:
    text = check_tables(CHECKOUT)
    assert "| `hits` | a cell that breaks a rule |  | evaluate | findings, quarantine, unit_slips |" in text
    for line in text.splitlines()[2:]:
        *_, made_by, read_by, _ = line.split("|")
        assert made_by.strip(), line
        assert read_by.strip(), line
