"""Small releases that tests push: a dimension, a fact that refers to it, and what each reader may see of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import duckdb

from expectations.sql_text import literal
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish
from orchestration.release.push.push import Pushed, push

# Two counties and the city; a household's income is closed, coverage and causes are everybody's.
TABLES = {
    "marts.dim_household": "select unnest(['H1', 'H2']) as household_code, unnest(['350423', '350426']) as county_code",
    "marts.fct_household_income": """
        select * from (values
            ('H1', '350423', 10.50::decimal(18, 2)), ('H2', '350426', 20.25), ('H2', '350426', null)
        ) as t(household_code, county_code, amount_yuan)""",
    "marts.dim_cause": "select '01' as cause_code, '因病' as cause_name",
    "marts.dim_enterprise": "select 'E1' as enterprise_code",
    "marts.fct_finding": "select unnest(['350423', null]) as county_code, unnest([1, 2])::bigint as row_number",
    "reports.coverage": """
        select * from (values
            ('city', null, '350400'), ('county', '350423', '350423'), ('village', '350423', '350423101202'),
            ('county', '350426', '350426')
        ) as t(division_level, county_code, division_code)""",
}
COMMENTS = {
    "table marts.dim_household": "贫困户：One household.",
    "column marts.dim_household.household_code": "户编号【主键】：its code",
    "table marts.fct_household_income": "家庭收入：One income; it's of a year.",
    "column marts.fct_household_income.household_code": "户编号【见 marts.dim_household.household_code】：whose",
}
_FIRST = datetime(2017, 7, 1, 2, 0, tzinfo=UTC)


def release_of(
    settings: Settings, tables: Mapping[str, str] = TABLES, comments: Mapping[str, str] = COMMENTS, *, day: int = 0
) -> Release:
    """Publish a release of tables as their queries give them, known that many days after the first."""
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        for name, query in tables.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create table {name} as {query}")
        for subject, comment in comments.items():
            connection.execute(f"comment on {subject} is {literal(comment)}")
    return publish(settings, draft_release(settings, built, _FIRST + timedelta(days=day)))


def pushed(settings: Settings, url: str, release: Release | None = None, wait_seconds: float = 120.0) -> Pushed:
    """Push a release, the current one unless named."""
    return push(settings, url, release and release.release_id, Steps(), wait_seconds)
