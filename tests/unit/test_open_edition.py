"""The edition of a release for every reader: which tables and rows are in it, and who may read the rest."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations.reader_roles import tables_of
from orchestration.core.settings import Settings
from orchestration.release.data_package import PACKAGE_NAME
from orchestration.release.draft import draft_release
from orchestration.release.open_edition import OPEN_NAME
from orchestration.release.publish import publish
from orchestration.release.verify import verify

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)
# What only a person, a household, a loan or a village has.
SUBJECTS = ("_token", "_key", "person_code", "household_code", "contract_number", "village_code", "subject_code")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


def build(path: Path) -> Path:
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "reports", "quality"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table marts.fct_person_status as select 't' as person_key, '1' as health")
        connection.execute("create table marts.fct_new_and_named_nowhere as select 1 as x")
        connection.execute(
            "create table reports.indicator as select 'x' as indicator, '2017' as map_edition, '2017-06' as period, *"
            " from (values ('city', '350400', 7), ('township', '350426202', 7), ('village', '350426202203', 2))"
            " as t(division_level, division_code, value)"
        )
        connection.execute("comment on column reports.indicator.value is 'it''s a figure'")
        connection.execute("create table reports.article_2017 (fact varchar, is_public boolean)")
        connection.execute("insert into reports.article_2017 values ('told', true), ('case', false)")
    return path


@pytest.fixture
def release(settings: Settings, tmp_path: Path) -> Path:
    return publish(settings, draft_release(settings, build(tmp_path / "built.duckdb"), KNOWN_ON)).path


def test_villages_persons_and_what_nobody_opened_are_not_in_it(release: Path) -> None:
    with duckdb.connect(str(release / OPEN_NAME), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        levels = connection.execute("select division_level from reports.indicator order by 1").fetchall()
        facts = connection.execute("select fact from reports.article_2017").fetchall()
        told = connection.execute("select comment from duckdb_columns() where column_name = 'value'").fetchall()
    assert {table for (table,) in tables} == {"reports.indicator", "reports.article_2017", "quality.release_info"}
    assert levels == [("city",), ("township",)]
    assert facts == [("told",)]
    assert told == [("it's a figure",)]


def test_the_rest_is_closed_to_others(release: Path) -> None:
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in release.rglob("*")} | {
        "": stat.S_IMODE(release.stat().st_mode)
    }
    open_to_all = {name for name, mode in rights.items() if mode & 0o007}
    assert open_to_all == {"", OPEN_NAME, PACKAGE_NAME, "manifest.json"}


def test_an_edition_that_was_changed_or_has_a_table_too_many_is_noticed(settings: Settings, release: Path) -> None:
    assert verify(settings).ok
    opened = release / OPEN_NAME
    opened.chmod(0o644)
    with duckdb.connect(str(opened)) as connection:
        connection.execute("update reports.indicator set value = 8 where division_level = 'city'")
        connection.execute("create schema if not exists marts")
        connection.execute("create table marts.fct_person_status as select 1 as x")
    problems = verify(settings).problems
    assert [problem.split(", ")[1].split(":")[0] for problem in problems] == [
        "marts.fct_person_status", "reports.indicator",
    ]  # fmt: skip


def test_no_open_table_has_a_column_that_only_persons_households_or_villages_have() -> None:
    columns = {
        f"{layer}.{model['name']}": [column["name"] for column in model["columns"]]
        for layer in ("marts", "reports", "quality")
        for path in (MODELS / layer).rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    }
    opened = set(tables_of("open")) - {"quality.release_info"}
    assert opened <= set(columns), opened - set(columns)
    found = {f"{table}.{name}" for table in opened for name in columns[table] if name.endswith(SUBJECTS)}
    assert not found
