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
_BOUNDED = (
    "peers are divisions where nobody is silent, where few are everything ever observed; a return is as long as its"
    " whole with its corrections, and a question of an office may be about any of its parts (decision 0010)"
)


# Low and high alone.
_RANGES: Differences = {
    "moved": {
        _BOUNDED: frozenset(
            "compensation_rate_outstanding compensation_rate_released comprehensive_poverty_rate"
            " designated_ethnic_township designated_municipal_key_township designated_registered_poor_village"
            " dividend_paid_rate dividends_due dividends_paid exited_persons fostering_area"
            " fostering_expected_gain fostering_gain fostering_gain_per_household fund_amount fund_outstanding"
            " guarantee_amount_per_household guarantee_loan_amount guaranteed_households households_without_answer"
            " income_added_per_shell income_gain_per_household income_gain_per_household_assets"
            " income_gain_per_household_equity income_gain_per_household_fostering"
            " income_gain_per_household_mutual_fund income_gain_per_household_orders"
            " income_gain_per_household_pairing income_gain_per_household_relocation"
            " income_gain_per_household_venture income_mean_business income_mean_dibao"
            " income_mean_ecological_compensation income_mean_family_planning income_mean_other_transfer"
            " income_mean_pension income_mean_property income_mean_transfer income_mean_wage income_mean_wubao"
            " insurance_city_share insurance_claim_ratio insurance_claims_paid insurance_policies"
            " insurance_premium insured_share_accident insured_share_agricultural insured_share_critical_illness"
            " insured_share_student_safety interest_subsidy_paid leverage leverage_cumulative loan_balance"
            " missed_rate net_income_per_head operating_income_share overdue_rate pool_per_household"
            " poor_household_equity poor_households poor_households_cause_01 poor_households_cause_02"
            " poor_households_cause_03 poor_households_cause_04 poor_households_cause_05 poor_households_cause_06"
            " poor_households_cause_07 poor_households_cause_08 poor_households_cause_09 poor_households_cause_10"
            " poor_households_cause_11 poor_households_cause_99 poor_persons poor_persons_national"
            " poor_persons_provincial poverty_rate programme_subjects_demonstration programme_subjects_employment"
            " programme_subjects_envoys programme_subjects_guarantee programme_subjects_schooling"
            " programme_subjects_shell_villages programme_subjects_strong_towns programme_subjects_training"
            " registered_households registered_persons rural_registered_population satisfaction_rate"
            " shell_village_income_added shell_village_projects subsidy_paid_rate surveyed_persons"
            " unsafe_housing_households unsafe_water_households village_equity village_income_mean"
            " village_project_allocated village_project_income_added wrong_exit_rate".split()
        ),
    },
}
DIFFERENCES: dict[str, Differences] = {
    "2026-11-29_2bc26d0": _RANGES,
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
