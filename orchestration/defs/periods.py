"""The period partitions of the form assets, and how a run says which it covers."""

from __future__ import annotations

import dagster as dg

from orchestration import clock

FIRST_PERIOD = "2015-12"
PERIODS = dg.MonthlyPartitionsDefinition(
    start_date=FIRST_PERIOD,
    fmt="%Y-%m",
    end_offset=1,
    timezone=clock.SANMING.key,  # else the month is that of UTC
)
# A night is one run over a range: dbt and the release would otherwise run once for every period.
ONE_RUN = dg.BackfillPolicy.single_run()

_RANGE_START = "dagster/asset_partition_range_start"
_RANGE_END = "dagster/asset_partition_range_end"


def range_tags(periods: tuple[str, ...]) -> dict[str, str]:
    """Run tags that cover the periods from first to last."""
    return {_RANGE_START: min(periods), _RANGE_END: max(periods)}


def periods_of(context: dg.AssetExecutionContext) -> tuple[str, ...]:
    """The periods the run is about, ascending."""
    return tuple(sorted(context.partition_keys))


def outside_partitions(periods: tuple[str, ...]) -> tuple[str, ...]:
    """Periods that no partition stands for: before the city's first return or in the future."""
    return tuple(period for period in periods if not PERIODS.has_partition_key(period))
