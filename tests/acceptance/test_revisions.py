"""Two nights of a city: what was known after the first stays so, and what the second revised has its reason."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.core import clock
from orchestration.explain.revisions.pair import choose_pair
from orchestration.explain.revisions.report import Wanted, report
from orchestration.explain.revisions.text import report_lines
from orchestration.release.history import known_releases
from orchestration.release.manifest import list_releases
from tests.nights import home_settings

# The first test waits for the city's nights.
pytestmark = pytest.mark.timeout(900)

# Figures of 2016-12 that returns of 2017-06 revise, since they list payments of before.
REVISED = ("dividends_paid", "insurance_claims_paid")


def test_every_released_table_can_be_asked_for_as_it_was_known(tiny_home: Path) -> None:
    settings = home_settings(tiny_home)
    first, second = list_releases(settings)
    day = clock.day_of(known_releases(settings)[-1].manifest.known_on).isoformat()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.views}' as history (read_only)")
        for release in (first, second):
            for table in release.manifest.tables:
                found = connection.execute(
                    f"select count(*) from history.{table.name} where release_id = ?", [release.release_id]
                ).fetchone()
                assert found == (table.rows,), table.name
        for table in second.manifest.tables:
            told = [
                connection.execute(f"select count(*) from history.{table.name}_known_on('{asked}')").fetchone()
                for asked in ("2010-01-01", day)
            ]
            assert told == [(0,), (table.rows,)], table.name


def test_each_revised_figure_names_the_submissions_that_revised_it(tiny_home: Path) -> None:
    settings = home_settings(tiny_home)
    before, after = choose_pair(settings, None, None)
    found = report(settings, before, after, Wanted(levels=("city",), indicators=REVISED))
    assert {figure.figure.indicator for figure in found.figures} == set(REVISED)
    assert {figure.figure.period for figure in found.figures} == {"2016-12"}
    came = {i.submission_id for i in after.manifest.inputs} - {i.submission_id for i in before.manifest.inputs}
    assert {cause.reason.submission_id for cause in found.causes} <= came
    forms = {
        figure.figure.indicator: {form for number in figure.causes for form in found.causes[number - 1].forms}
        for figure in found.figures
    }
    assert forms["insurance_claims_paid"] == {"insurance_claims"}
    assert "dividends" in forms["dividends_paid"]
    assert set(found.first_published) == {"2017-06"}
    text = "\n".join(report_lines(found))
    assert "unexplained" not in text.lower()
    assert (found.causes[0].reason.submission_id or "-") in text
