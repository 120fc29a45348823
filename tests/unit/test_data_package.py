"""What a release says of its tables beside their values: comments in the Parquet files, and ``datapackage.json``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.core.settings import Settings
from orchestration.release.data_package import PACKAGE_NAME
from orchestration.release.draft import draft_release
from orchestration.release.manifest import MANIFEST_NAME, Release
from orchestration.release.publish import publish
from orchestration.release.verify import verify
from tests.unit.data_packages import read_package

KNOWN_ON = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)
COMMENTS = {
    "table marts.dim_fund": "担保基金：One guarantee fund; it's public.",
    "column marts.dim_fund.fund_code": "基金编号【主键】：code of the fund",
    "column marts.dim_fund.merged_into": "并入基金【见 marts.dim_fund.fund_code】：the fund it was merged into",
    "table marts.fct_fund": "担保基金各期情况：One fund at one period.",
    "column marts.fct_fund.period": "报送期【主键；见 marts.dim_period.period】：reported month",
    "column marts.fct_fund.fund_code": "基金编号【主键；见 marts.dim_fund.fund_code】：code of the fund",
    "column marts.fct_fund.amount_yuan": "基金规模：size",
    "column marts.fct_fund.twin_code": "同期基金【见 marts.fct_fund.fund_code】：another fund of the period",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


def built(path: Path, comments: dict[str, str]) -> Path:
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "reports", "quality"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table marts.dim_fund as select '01' as fund_code, null::varchar as merged_into")
        connection.execute(
            "create table marts.fct_fund (period varchar, fund_code varchar, amount_yuan decimal(18, 2),"
            " is_new boolean, founded_on date, received_at timestamp, row_number bigint, twin_code varchar,"
            " places varchar[])"
        )
        connection.execute("insert into marts.fct_fund (period, fund_code, amount_yuan) values ('2017-06', '01', 7)")
        for what, comment in comments.items():
            connection.execute(f"comment on {what} is '{comment.replace(chr(39), chr(39) * 2)}'")
    return path


def release_of(settings: Settings, build: Path) -> Release:
    return publish(settings, draft_release(settings, build, KNOWN_ON))


@pytest.fixture
def release(settings: Settings, tmp_path: Path) -> Release:
    return release_of(settings, built(tmp_path / "built.duckdb", COMMENTS))


def metadata(release: Release, table: str) -> dict[str, str]:
    path = release.path / "parquet" / f"{table.replace('.', '/')}.parquet"
    rows = duckdb.sql(f"select decode(key), decode(value) from parquet_kv_metadata('{path}')").fetchall()
    return dict(rows)


def test_a_parquet_file_carries_the_comments_of_its_table(release: Release) -> None:
    assert metadata(release, "marts.dim_fund") == {
        "comment": "担保基金：One guarantee fund; it's public.",
        "comment:fund_code": "基金编号【主键】：code of the fund",
        "comment:merged_into": "并入基金【见 marts.dim_fund.fund_code】：the fund it was merged into",
    }
    told = metadata(release, "quality.release_info")
    assert told["comment"] == "本次发布：One row: which release this file is."
    assert told["comment:release_id"].startswith("发布编号【主键】：name of the release")


def test_a_table_without_comments_has_none_in_its_parquet_file(settings: Settings, tmp_path: Path) -> None:
    release = release_of(settings, built(tmp_path / "bare.duckdb", {}))
    assert metadata(release, "marts.fct_fund") == {}
    assert {"name": "period", "type": "string"} in read_package(release.path)["resources"][1]["schema"]["fields"]


def test_comments_are_no_part_of_a_releases_content(settings: Settings, tmp_path: Path, release: Release) -> None:
    other = release_of(settings, built(tmp_path / "silent.duckdb", {}))
    assert (other.release_id, other.is_new) == (release.release_id, False)


def test_the_data_package_tells_names_types_keys_and_references(release: Release) -> None:
    package = read_package(release.path)
    assert package["name"] == release.release_id.lower()
    dimension, fact, told = package["resources"]
    assert dimension == {
        "name": "marts.dim_fund",
        "path": "parquet/marts/dim_fund.parquet",
        "title": "担保基金",
        "description": "One guarantee fund; it's public.",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {
            "fields": [
                {"name": "fund_code", "type": "string", "title": "基金编号", "description": "code of the fund"},
                {
                    "name": "merged_into",
                    "type": "string",
                    "title": "并入基金",
                    "description": "the fund it was merged into",
                },
            ],
            "primaryKey": ["fund_code"],
            # A reference to the table itself names no other.
            "foreignKeys": [{"fields": ["merged_into"], "reference": {"resource": "", "fields": ["fund_code"]}}],
        },
    }
    kinds = {field["name"]: field["type"] for field in fact["schema"]["fields"]}
    assert kinds == {
        "period": "string", "fund_code": "string", "amount_yuan": "number", "is_new": "boolean", "founded_on": "date",
        "received_at": "datetime", "row_number": "integer", "twin_code": "string", "places": "any",
    }  # fmt: skip
    assert fact["schema"]["primaryKey"] == ["period", "fund_code"]
    # A reference to a table that is not there is none, nor is one to a part of a key: it would join several rows.
    assert fact["schema"]["foreignKeys"] == [
        {"fields": ["fund_code"], "reference": {"resource": "marts.dim_fund", "fields": ["fund_code"]}},
    ]
    assert told["name"] == "quality.release_info"


def rewrite(path: Path, old: str, new: str) -> None:
    path.chmod(0o644)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("基金规模", "基金规模（元）", "not what the release gives"),
        ('"amount_yuan"', '"amount"', "not what the release gives"),
        ('"resources": [', '"resources": ', "cannot be read"),
    ],
)
def test_a_data_package_that_was_changed_is_noticed(
    settings: Settings, release: Release, old: str, new: str, problem: str
) -> None:
    assert verify(settings).ok
    rewrite(release.path / PACKAGE_NAME, old, new)
    (told,) = verify(settings).problems
    assert told.startswith(f"{release.path / PACKAGE_NAME}: {problem}")


@pytest.mark.parametrize("name", [PACKAGE_NAME, "open.duckdb"])
def test_a_file_beside_the_release_that_is_gone_is_noticed(settings: Settings, release: Release, name: str) -> None:
    release.path.chmod(0o755)
    (release.path / name).unlink()
    assert verify(settings).problems == (f"{release.path / name}: missing",)


def test_an_older_release_without_one_stays_valid(settings: Settings, release: Release) -> None:
    path = release.path / MANIFEST_NAME
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["derived"]
    path.chmod(0o644)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    release.path.chmod(0o755)
    (release.path / PACKAGE_NAME).unlink()
    assert verify(settings).ok
