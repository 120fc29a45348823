"""What the models make of villages: decisions beside proposals, projects that townships share, rates and both maps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt.accepted import TOWNSHIP, VILLAGE, AcceptedArea, build
from tests.dbt.conftest import NEIGHBOUR, NEIGHBOUR_VILLAGE

pytestmark = pytest.mark.timeout(900)

COUNTY = TOWNSHIP[:6]
OTHER = "350426202201"
SHARED = f"CZ-{TOWNSHIP}-001"
MODELS = (
    "--select", "+int_article_villages", "+int_indicator_villages", "+int_indicator_village_projects",
    "+village_status_difference", "+dim_project", "+int_status_decision_village",
    "--indirect-selection", "cautious",
)  # fmt: skip
MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
RECORDED, REMOVED = date(2015, 6, 1), date(2017, 3, 1)


def returns(warehouse: Path, *, decisions: bool = True, projects: bool = True) -> AcceptedArea:
    """Two shell villages of one township and one of its neighbour; one is removed, one stays, one is not poor."""
    area = AcceptedArea(warehouse)
    for period in ("2016-12", "2017-06"):
        removed = period == "2017-06"
        area.add("village_income", period, recorded_shell=not removed, operating_income_yuan=Decimal(48_000))
        area.add("village_income", period, village_code=OTHER)
        area.add("village_income", period, NEIGHBOUR, village_code=NEIGHBOUR_VILLAGE, registered_poor_village=False)
        area.add("village_profiles", period)
        area.add("village_profiles", period, NEIGHBOUR, village_code=NEIGHBOUR_VILLAGE)
        if decisions:
            for village in (VILLAGE, OTHER, NEIGHBOUR_VILLAGE):
                area.add("village_decisions", period, COUNTY, village_code=village, decided_on=RECORDED)
            if removed:
                area.add("village_decisions", period, COUNTY, decision_number="2", decided_on=REMOVED,
                         decision_kind="shell_removed")  # fmt: skip
    if projects:
        area.add("village_projects", allocated_yuan=Decimal(200_000))
        area.add("village_projects", submitter=NEIGHBOUR, village_code=NEIGHBOUR_VILLAGE,
                 allocated_yuan=Decimal(100_000), income_added_yuan=Decimal(7_000))  # fmt: skip
        area.add("village_projects", project_code=f"CZ-{TOWNSHIP}-002", village_code=OTHER,
                 income_added_yuan=Decimal("500.25"))  # fmt: skip
    area.add_household(1, persons=10)
    area.add_household(1, persons=4, village=OTHER)
    return area


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with build(returns(tmp_path_factory.mktemp("villages")), *MODELS) as connection:
        yield connection


def article(connection: duckdb.DuckDBPyConnection) -> dict[str, Decimal | None]:
    return dict(connection.execute("select fact, computed from intermediate.int_article_villages").fetchall())


def indicator(connection: duckdb.DuckDBPyConnection, name: str, division: str, map_edition: str = "2017") -> Any:
    return connection.execute(
        "select numerator, denominator from (select * from intermediate.int_indicator_villages union all "
        "select * from intermediate.int_indicator_village_projects) "
        "where indicator = ? and division_code = ? and map_edition = ? and period = '2017-06'",
        [name, division, map_edition],
    ).fetchone()


def test_the_article_follows_decisions_and_the_villages_registered_as_poor(
    villages: duckdb.DuckDBPyConnection,
) -> None:
    assert article(villages) == {
        "shell_villages_baseline": 2,
        "shell_villages_remaining": 1,
        "shell_villages_removed_rate": Decimal("0.5"),
        "shell_village_projects": 2,
        "shell_village_income_added": Decimal("20500.25"),
    }


@pytest.mark.parametrize(
    ("decisions", "projects", "known"),
    [(False, True, set()),
     (True, False, {"shell_villages_baseline", "shell_villages_remaining", "shell_villages_removed_rate"})],
)  # fmt: skip
def test_what_was_not_returned_gives_no_figure(
    tmp_path: Path, decisions: bool, projects: bool, known: set[str]
) -> None:
    area = returns(tmp_path, decisions=decisions, projects=projects)
    with build(area, "--select", "+int_article_villages", *MODELS_ONLY) as connection:
        computed = article(connection)
    assert len(computed) == 5
    assert {fact for fact, value in computed.items() if value is not None} == known


def test_a_project_of_two_townships_is_one_and_its_parts_add_up(villages: duckdb.DuckDBPyConnection) -> None:
    rows = villages.execute(
        "select lead_township_code, total_invested_yuan, allocated_yuan, village_count from marts.dim_project "
        "where project_code = ?",
        [SHARED],
    ).fetchall()
    assert rows == [(TOWNSHIP, 300_000, 300_000, 2)]
    assert indicator(villages, "village_projects", COUNTY) == (2, None)
    assert indicator(villages, "village_projects", NEIGHBOUR) == (1, None)
    assert indicator(villages, "shell_village_projects", NEIGHBOUR) == (0, None)
    assert indicator(villages, "income_added_per_shell", COUNTY) == (Decimal("20500.25"), 2)


@pytest.mark.parametrize("name", ["village_project_allocated", "village_project_income_added", "shell_villages"])
def test_villages_add_up_to_the_same_on_both_maps(villages: duckdb.DuckDBPyConnection, name: str) -> None:
    for map_edition in ("2017", "2023"):
        parts = villages.execute(
            "select division_level, sum(numerator) from (select * from intermediate.int_indicator_villages union all "
            "select * from intermediate.int_indicator_village_projects) "
            "where indicator = ? and map_edition = ? and period = '2017-06' group by 1",
            [name, map_edition],
        ).fetchall()
        assert {level for level, _ in parts} == {"township", "county", "city"}
        assert len({total for _, total in parts}) == 1, map_edition


def test_the_incidence_of_poverty_counts_the_villages_whose_inhabitants_are_known(
    villages: duckdb.DuckDBPyConnection,
) -> None:
    assert indicator(villages, "poverty_rate", VILLAGE) == (10, 1000)
    # Nobody there returned households: that there are no poor is not known.
    assert indicator(villages, "poverty_rate", NEIGHBOUR_VILLAGE) is None
    assert indicator(villages, "poverty_rate", OTHER) is None
    assert indicator(villages, "poverty_rate", "350400") == (10, 1000)


def test_targets_of_operating_income_are_reached_within_the_year(villages: duckdb.DuckDBPyConnection) -> None:
    assert indicator(villages, "operating_income_50k", TOWNSHIP) == (1, 2)
    assert indicator(villages, "operating_income_100k", TOWNSHIP) == (0, 2)


def test_a_proposal_that_contradicts_the_decision_is_listed(villages: duckdb.DuckDBPyConnection) -> None:
    rows = villages.execute(
        "select compared, village_code, stated, recorded from quality.village_status_difference "
        "where period = '2017-06' and compared like 'shell%' order by all"
    ).fetchall()
    assert rows == []
    poor = villages.execute(
        "select distinct village_code from quality.village_status_difference where compared like 'poor%' order by 1"
    ).fetchall()
    assert poor == [(OTHER,), (VILLAGE,)]


def test_decisions_on_villages_stand_under_the_columns_of_all_decisions(
    villages: duckdb.DuckDBPyConnection,
) -> None:
    rows = villages.execute(
        "select subject_code, decision_kind, decided_on, period from intermediate.int_status_decision_village "
        "where decision_number = '2'"
    ).fetchall()
    assert rows == [(VILLAGE, "shell_removed", REMOVED, "2017-06")]
