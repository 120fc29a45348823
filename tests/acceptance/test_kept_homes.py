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
from orchestration.home.batches import list_batches
from orchestration.home.token_key import fingerprint, read_key
from orchestration.release.gate import sign
from orchestration.release.manifest import current_id, latest_id, read_release
from orchestration.release.verify import verify
from tests.kept_home import HOMES, unpack
from twin.places import seed

KEPT = 3
# What became of figures → the reason → the indicators. A difference without a reason fails, and so does the reverse.
Differences = dict[str, dict[str, frozenset[str]]]
_HELD_STANDS = (
    "a held row keeps its last accepted version, and what is unaccounted for widens low and high (decision 0021)"
)
_NO_BASELINE = "a figure measured against a month that was never returned is not zero (decision 0023)"
_ANSWERED = "who answered and had none counts as 0, and a ratio's sides rest on the same returns (decision 0023)"
_ASKED = "what was held for a suspicion stands in the figure, questioned (decision 0025)"
_DEFINED = "the indicator, or what it needs, is defined since"


def families(*beginnings: str) -> frozenset[str]:
    """The indicators whose names begin so."""
    return frozenset(name for name in seed("indicator_definition")["indicator"] if name.startswith(beginnings))


_FIRST: Differences = {
    "moved": {
        _HELD_STANDS: frozenset(
            "exit_rate exited_persons exits_households exits_persons"
            " household_loan_rate insurance_city_share pairing_rate poor_households poor_persons"
            " poor_persons_national poverty_rate recorded_share registered_households"
            " registered_persons return_rate returns_households returns_persons rural_registered_population".split()
        ),
        "a name of one of the 56 peoples is no longer held": frozenset(
            ("rows_accepted", "rows_held", "rows_held_share")
        ),
        _ASKED: frozenset(
            "income_mean_business income_mean_dibao income_mean_ecological_compensation income_mean_other_transfer"
            " income_mean_pension income_mean_property income_mean_transfer income_mean_wage income_share_business"
            " income_share_dibao income_share_ecological_compensation income_share_family_planning"
            " income_share_other_transfer income_share_pension income_share_property income_share_transfer"
            " income_share_wage income_share_wubao net_income_per_head operating_income_100k operating_income_50k"
            " operating_income_share village_income_mean compensation_rate_outstanding control_difference_share"
            " control_differences guarantee_amount_per_household guarantee_loan_amount guaranteed_households"
            " households_without_answer income_gain_per_household income_gain_per_household_orders"
            " income_gain_per_household_venture insurance_claim_ratio insurance_claims_paid loan_balance"
            " need_answered_share overdue_rate poor_households_cause_07 poor_households_cause_09"
            " programme_subjects_guarantee returns_accepted returns_partly_accepted"
            " applications shell_village_projects subsidy_paid_rate village_project_allocated village_projects"
            " cooperatives dividend_paid_rate dividends_due dividends_paid fostering_area fostering_expected_gain"
            " fostering_gain fostering_gain_per_household fund_amount fund_outstanding funds income_added_per_shell"
            " insurance_policies insurance_premium leverage leverage_cumulative shell_village_income_added"
            " village_project_income_added".split()
        )
        | families(
            "assistance_coverage",
            "poor_households_cause_share_",
            "poor_households_other_cause_share_",
            "poor_persons_age_",
            "poor_persons_attribute_",
            "poor_persons_education_",
            "poor_persons_health_",
            "poor_persons_labour_",
            "poor_persons_status_",
        ),
        "the survey's rates are extrapolated to their populations": frozenset(("comprehensive_poverty_rate",)),
        "a subsidy that was paid before its quarter ended is paid": frozenset(("interest_subsidy_paid",)),
    },
    "gone": {
        _NO_BASELINE: frozenset(
            "new_shell_villages returns_households returns_persons shell_village_income_added"
            " shell_village_projects".split()
        ),
    },
    "new": {
        _ANSWERED: frozenset(
            "applications dividends_due dividends_paid insurance_claims_paid insurance_policies insurance_premium"
            " missed_rate"
            " poor_households_cause_03 poor_households_cause_04 poor_households_cause_05 poor_households_cause_06"
            " poor_households_cause_10 poor_households_cause_99 poverty_rate programme_subjects_demonstration"
            " programme_subjects_employment programme_subjects_envoys programme_subjects_schooling"
            " programme_subjects_shell_villages programme_subjects_strong_towns programme_subjects_training"
            " rejected_group_notice rejected_group_selection rejected_township_notice rejected_village_notice"
            " rejected_village_selection rural_registered_population satisfaction_rate shell_village_income_added"
            " shell_village_projects surveyed_persons village_project_allocated village_project_income_added"
            " village_projects wrong_exit_rate".split()
        ),
        _ASKED: frozenset(
            "comprehensive_poverty_rate"
            " income_gain_per_household_orders income_gain_per_household_venture income_mean_dibao income_mean_property"
            " income_mean_wage poor_households_cause_07 poor_households_cause_09".split()
        ),
        "the households of a group have a pool of nothing before the first distribution": frozenset(
            ("pool_per_household",)
        ),
        _DEFINED: frozenset(
            "cohort_exit_rate designated_ethnic_township designated_municipal_key_township"
            " designated_registered_poor_village exit_guaranteed_all exit_guaranteed_clothing exit_guaranteed_education"
            " exit_guaranteed_food exit_guaranteed_housing exit_guaranteed_medical fostering_area fostering_enterprises"
            " fostering_expected_gain fostering_gain fostering_households insured_share_accident"
            " insured_share_agricultural insured_share_critical_illness insured_share_student_safety poor_villages"
            " poor_villages_exited unsafe_housing_households unsafe_water_households".split()
        ),
    },
}
DIFFERENCES: dict[str, Differences] = {"2026-11-28_d16f6ed": _FIRST}
# Since then low and high are told by one mechanism (decision 0010): of this home all of them differ.
_BEFORE_SPANS = frozenset(DIFFERENCES)
_KEY = "indicator, map, division_level, division_code, period"
_VALUES = ("value", "numerator", "denominator")
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


def differences(before: Path, after: Path, compared: tuple[str, ...]) -> dict[str, set[str]]:
    """What became of published figures (new, gone, moved) → their indicators, by some columns."""
    found: dict[str, set[str]] = {}
    differs = " or ".join(f"before_figure.{name} is distinct from after_figure.{name}" for name in compared)
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for became, indicator in connection.execute(_COMPARED.format(differs=differs)).fetchall():
            found.setdefault(became, set()).add(indicator)
    return found


def expected(name: str) -> dict[str, set[str]]:
    return {became: set().union(*reasons.values()) for became, reasons in DIFFERENCES.get(name, {}).items()}


def test_the_newest_homes_are_kept_and_no_more() -> None:
    assert 1 <= len(homes()) <= KEPT
    assert set(DIFFERENCES) <= set(homes())


@pytest.mark.verify
@pytest.mark.parametrize("name", homes())
def test_a_night_of_today_over_a_kept_home_moves_no_figure_without_a_reason(name: str, tmp_path: Path) -> None:
    home = Settings(home=unpack(name, tmp_path))
    before = read_release(home).database
    ended = night(home.home)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    draft = latest_id(home)
    assert draft is not None
    if draft != current_id(home):  # a final figure moved, and no return came: somebody stands for it
        sign(home, draft, "张三", "程序更新已核对")
    compared = _VALUES if name in _BEFORE_SPANS else (*_VALUES, "low", "high")
    assert differences(before, read_release(home).database, compared) == expected(name)
    assert verify(home).ok
    assert {batch.reading_version for batch in list_batches(home)} == {READING_VERSION}
    assert {batch.key_fingerprint for batch in list_batches(home)} == {fingerprint(read_key(home))}
    again = night(home.home)
    assert (again.returncode, "no period was touched" in again.stdout) == (0, True)
