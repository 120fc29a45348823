"""The partitions of the landed periods, in a Dagster instance of its own."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.periods import ONE_RUN, PERIODS, keep_partitions, periods_of, range_tags

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2015-12", fmt="%Y-%m", end_date="2018-01")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as opened:
        yield opened


def run(instance: dg.DagsterInstance, partitions: dg.PartitionsDefinition, periods: tuple[str, ...]) -> list[str]:
    """Materialize one asset over a range as a night does; the periods it was told."""
    told: list[str] = []

    @dg.asset(partitions_def=partitions, backfill_policy=ONE_RUN)
    def form(context: dg.AssetExecutionContext) -> None:
        told.extend(periods_of(context))

    assert dg.materialize([form], instance=instance, tags=range_tags(periods)).success
    return told


def recorded(instance: dg.DagsterInstance) -> list[str]:
    return sorted(instance.get_materialized_partitions(dg.AssetKey("form")))


def test_a_run_over_a_range_records_the_periods_that_were_landed_and_no_month_between(
    instance: dg.DagsterInstance,
) -> None:
    landed = ("2015-12", "2016-12", "2017-06")
    keep_partitions(instance, landed)
    assert run(instance, PERIODS, landed) == list(landed)
    assert recorded(instance) == list(landed)


def test_a_period_that_comes_late_stands_before_the_later_ones_and_nothing_recorded_is_lost(
    instance: dg.DagsterInstance,
) -> None:
    keep_partitions(instance, ("2015-12", "2017-06"))
    run(instance, PERIODS, ("2015-12", "2017-06"))
    keep_partitions(instance, ("2015-12", "2016-12", "2017-06"))
    assert instance.get_dynamic_partitions("period") == ["2015-12", "2016-12", "2017-06"]
    assert recorded(instance) == ["2015-12", "2017-06"]
    assert run(instance, PERIODS, ("2016-12", "2017-06")) == ["2016-12", "2017-06"]


def test_a_period_no_longer_landed_has_no_partition(instance: dg.DagsterInstance) -> None:
    keep_partitions(instance, ("2015-12", "2016-12", "2017-06"))
    keep_partitions(instance, ("2015-12", "2017-06"))
    assert instance.get_dynamic_partitions("period") == ["2015-12", "2017-06"]


def test_what_a_home_recorded_by_months_counts_for_the_periods_of_the_same_name(instance: dg.DagsterInstance) -> None:
    run(instance, MONTHS, ("2016-11", "2017-06"))
    keep_partitions(instance, ("2016-12", "2017-06"))
    assert run(instance, PERIODS, ("2017-06",)) == ["2017-06"]
    assert {"2016-12", "2017-06"} <= set(recorded(instance))
