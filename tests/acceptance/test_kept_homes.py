"""A home that an earlier commit made goes on: a night of today ends well over it, and no published figure moves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.core.logic_version import READING_VERSION
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.explain.lineage.explain import explain
from orchestration.explain.lineage.explanation import Figure
from orchestration.explain.lineage.row_status import Address
from orchestration.explain.lineage.trace import trace
from orchestration.explain.revisions.report import Wanted, report
from orchestration.home.batches import list_batches
from orchestration.home.token_key import fingerprint, read_key
from orchestration.release.checklist import read_checklist
from orchestration.release.diff import compare
from orchestration.release.gate import sign
from orchestration.release.manifest import Release, current_id, latest_id, read_release
from orchestration.release.renamed_columns import RENAMED, attach_release
from orchestration.release.triangle import read_steps
from orchestration.release.verify import verify
from tests.kept_home import HOMES, unpack

KEPT = 3
CITY, PERIOD = "350400", "2017-06"
# What became of figures → the reason → the indicators. A difference without a reason fails, and so does the reverse.
Differences = dict[str, dict[str, frozenset[str]]]
_COUNTED = "the range of a rate of surveys rests on the forms whose persons and inhabitants it counts (seed span_form)"


# Low and high alone.
_RANGES: Differences = {"moved": {_COUNTED: frozenset({"comprehensive_poverty_rate"})}}
DIFFERENCES: dict[str, Differences] = {
    "2026-11-29_8ab353f": _RANGES,
    "2026-11-29_edbaa70": _RANGES,
}
_KEY = "indicator, map_edition, division_level, division_code, period"
_COMPARED_COLUMNS = ("value", "numerator", "denominator", "low", "high")
_COMPARED = f"""
with before_figure as (select * from before.reports.indicator where value is not null),
after_figure as (select * from after.reports.indicator where value is not null)
select
    case when before_figure.value is null then 'new' when after_figure.value is null then 'gone' else 'moved' end,
    indicator
from before_figure full join after_figure using ({_KEY})
where {{differs}}
group by all
"""


def homes() -> list[str]:
    return sorted(path.name.removesuffix(".tar.xz") for path in HOMES.glob("*.tar.xz"))


def night(home: Path) -> subprocess.CompletedProcess[str]:
    """A night as the timer starts it, with the settings a home has by default."""
    command = [sys.executable, "-c", "from orchestration.cli.main import main; main()", "night"]
    environment = {**os.environ, "SANMING_HOME": str(home), "SANMING_SETTLE_SECONDS": "0"}
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)


def differences(before: Path, after: Path) -> dict[str, set[str]]:
    """What became of published figures (new, gone, moved) → their indicators."""
    found: dict[str, set[str]] = {}
    differs = " or ".join(f"before_figure.{name} is distinct from after_figure.{name}" for name in _COMPARED_COLUMNS)
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            attach_release(connection, path, name)
        for became, indicator in connection.execute(_COMPARED.format(differs=differs)).fetchall():
            found.setdefault(became, set()).add(indicator)
    return found


def expected(name: str) -> dict[str, set[str]]:
    return {became: set().union(*reasons.values()) for became, reasons in DIFFERENCES.get(name, {}).items()}


def test_the_newest_homes_are_kept_and_no_more() -> None:
    assert 1 <= len(homes()) <= KEPT
    assert set(DIFFERENCES) <= set(homes())


def releases_of_both_days_answer(home: Settings, before: Release, after: Release) -> None:
    """Whatever reads several releases asks the kept one by the names of today."""
    with duckdb.connect(str(home.views), read_only=True) as connection:
        named = "select distinct release_id from {} where map_edition = '2017'"
        for table in ("reports.indicator", "reports.coverage", "marts.dim_division"):
            found = connection.execute(named.format(table)).fetchall()
            assert {before.release_id, after.release_id} <= {release_id for (release_id,) in found}, table
        shown = {name for (name,) in connection.execute("select column_name from duckdb_columns()").fetchall()}
    assert shown.isdisjoint(one.old for one in RENAMED)
    steps = read_steps(home.views, "poor_persons", CITY, "2017", PERIOD)
    assert steps[0].release_id not in {"", after.release_id}
    compare(before, after)
    if (home.working / before.release_id).is_dir():
        report(home, before, after, Wanted(levels=("city",), limit=1))
        found = explain(home, before, Figure("poor_persons", CITY, PERIOD))
        assert found.rows
        row = found.rows[0]
        (traced,) = trace(home, before, [Address(row.submission_id, row.sheet, row.row_number)])
        assert "poor_persons" in {use.indicator for use in traced.figures}
    checklist = read_checklist(after.path)
    assert checklist is None or after == before or checklist.compared_with == before.release_id


@pytest.mark.verify
@pytest.mark.parametrize("name", homes())
def test_a_night_of_today_over_a_kept_home_moves_no_figure_without_a_reason(name: str, tmp_path: Path) -> None:
    home = Settings(home=unpack(name, tmp_path))
    before = read_release(home)
    ended = night(home.home)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    draft = latest_id(home)
    assert draft is not None
    if draft != current_id(home):  # a final figure moved, and no return came: somebody stands for it
        sign(home, draft, "张三", "程序更新已核对")
    after = read_release(home)
    assert differences(before.database, after.database) == expected(name)
    releases_of_both_days_answer(home, before, after)
    assert verify(home).ok
    assert {batch.reading_version for batch in list_batches(home)} == {READING_VERSION}
    assert {batch.key_fingerprint for batch in list_batches(home)} == {fingerprint(read_key(home))}
    again = night(home.home)
    assert (again.returncode, "no period was touched" in again.stdout) == (0, True)
