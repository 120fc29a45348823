"""A closed period's figures are published as final, by the night after the closing and not before."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.release.checklist import read_checklist
from orchestration.release.manifest import Release, list_releases
from tests.nights import home_settings, table


def statuses(release: Release) -> dict[str, set[str]]:
    """Period → how far its figures are confirmed."""
    with duckdb.connect(str(release.database), read_only=True) as connection:
        rows = connection.execute(
            "select period, list(distinct status) from reports.indicator where status not like 'not %' group by period"
        ).fetchall()
    return {period: set(found) for period, found in rows}


def test_the_night_after_a_closing_publishes_final_figures(tiny_home: Path) -> None:
    before, after = (statuses(release) for release in list_releases(home_settings(tiny_home)))
    assert before["2016-12"] != {"final"}
    assert after["2016-12"] == {"final"}
    assert "final" not in after["2017-06"]
    assert table(tiny_home, "marts.dim_period", "period, is_closed") == [("2016-12", True), ("2017-06", False)]


def test_a_published_release_has_its_checklist_with_nothing_personal_in_it(tiny_home: Path) -> None:
    first, second = list_releases(home_settings(tiny_home))
    checklist = read_checklist(second.path)
    assert checklist is not None
    assert (checklist.compared_with, checklist.signatures) == (first.release_id, 0)
    assert next(item.found for item in checklist.items if item.name == "privacy") == 0
