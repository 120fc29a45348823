"""Nothing that lies open names a person: every value of a release, of Dagster's storage, the logs and the docs.

The search is first shown to find what is planted, in each kind of place.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from orchestration.core.settings import Settings
from tests.leaks import Secrets, leaks_in, secrets_of
from tests.nights import home_settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def settings(small_home: Path) -> Settings:
    return home_settings(small_home)


@pytest.fixture(scope="module")
def secrets(settings: Settings) -> Secrets:
    return secrets_of(settings.landing)


def files_under(*folders: Path) -> list[Path]:
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    assert found, folders
    return found


def test_there_is_something_to_look_for(secrets: Secrets) -> None:
    assert len(secrets.names) > 300
    assert sum(len(number) == 18 for number in secrets.numbers) > 300
    assert sum(len(number) == 11 for number in secrets.numbers) > 100


def test_a_release_names_nobody(settings: Settings, secrets: Secrets) -> None:
    assert leaks_in(files_under(settings.current.resolve()), secrets) == {}


def test_accepted_rows_name_nobody(settings: Settings, secrets: Secrets) -> None:
    assert leaks_in(files_under(settings.accepted), secrets) == {}


def test_dagsters_storage_and_the_logs_name_nobody(settings: Settings, secrets: Secrets) -> None:
    assert leaks_in(files_under(settings.dagster_home, settings.warehouse / "dbt"), secrets) == {}


def test_docs_and_seeds_name_nobody(secrets: Secrets) -> None:
    texts = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "dbt_project").rglob("*.csv"), ROOT / "README.md"]
    assert leaks_in([path for path in texts if path.is_file()], secrets) == {}


@pytest.mark.parametrize("kind", ["name", "name inside a sentence", "ID number", "phone"])
def test_what_is_planted_into_a_mart_is_found(kind: str, settings: Settings, secrets: Secrets, tmp_path: Path) -> None:
    planted = {
        "name": min(secrets.names),
        "name inside a sentence": f"户主{max(secrets.names)}已脱贫",
        "ID number": next(number for number in sorted(secrets.numbers) if len(number) == 18),
        "phone": next(number for number in sorted(secrets.numbers) if len(number) == 11),
    }[kind]
    database = tmp_path / "sanming.duckdb"
    shutil.copyfile(settings.current / "sanming.duckdb", database)
    with duckdb.connect(str(database)) as connection:
        connection.execute("alter table marts.dim_person add column note varchar")
        connection.execute(
            "update marts.dim_person set note = ? where person_key = (select min(person_key) from marts.dim_person)",
            [planted],
        )
        connection.execute(f"copy marts.dim_person to '{tmp_path / 'dim_person.parquet'}' (format parquet)")
    found = leaks_in([database, tmp_path / "dim_person.parquet"], secrets)
    assert [place.rsplit(".", 1)[1] for place in found] == ["note", "note"]


def test_what_is_planted_into_dagsters_storage_or_a_log_is_found(
    small_home: Path, secrets: Secrets, copy_of: Callable[[Path], Path]
) -> None:
    copied = home_settings(copy_of(small_home))
    database = copied.dagster_home / "history" / "runs.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("create table planted (event text)")
        connection.execute("insert into planted values (?)", [f'{{"note": "{min(secrets.names)}"}}'])
    log = copied.dagster_home / "planted.log"
    log.write_text(f"row of {min(secrets.numbers)} held\n", encoding="utf-8")
    found = leaks_in(files_under(copied.dagster_home), secrets)
    places = {place.rsplit("/", 1)[1] for place in found}
    assert places >= {"planted.log", "runs.db: planted"}
    assert all("planted" in place or place.endswith("-wal") for place in places)


def test_restricted_areas_are_closed_to_others(settings: Settings) -> None:
    for folder in (settings.archive, settings.landing, settings.held, settings.findings):
        assert folder.stat().st_mode & 0o777 == 0o700, folder
    assert settings.key_file.stat().st_mode & 0o777 == 0o600
