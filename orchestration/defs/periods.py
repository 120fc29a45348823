"""The period partitions of the form assets, and how a run says which it covers.

There is a partition for every period something was landed for, and for no other: a month without a return would have
its events in every run over a range.
"""

from __future__ import annotations

from itertools import takewhile

import dagster as dg

_NAME = "period"
PERIODS = dg.DynamicPartitionsDefinition(name=_NAME)
# A night is one run over a range: dbt and the release would otherwise run once for every period.
ONE_RUN = dg.BackfillPolicy.single_run()

_RANGE_START = "dagster/asset_partition_range_start"
_RANGE_END = "dagster/asset_partition_range_end"


def keep_partitions(instance: dg.DagsterInstance, landed: tuple[str, ...]) -> None:
    """Give every landed period its partition, in order of time.

    Dagster's ranges follow the order in which partitions were added, so those after a late earlier period are added
    anew behind it. What was recorded of a partition stays: it is kept by its name.
    """
    known = instance.get_dynamic_partitions(_NAME)
    in_order = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(known, landed, strict=False)))
    for period in known[in_order:]:
        instance.delete_dynamic_partition(_NAME, period)
    if landed[in_order:]:
        instance.add_dynamic_partitions(_NAME, landed[in_order:])


def range_tags(periods: tuple[str, ...]) -> dict[str, str]:
    """Run tags that cover the periods from first to last."""
    return {_RANGE_START: min(periods), _RANGE_END: max(periods)}


def periods_of(context: dg.AssetExecutionContext) -> tuple[str, ...]:
    """The periods the run is about, ascending."""
    return tuple(sorted(context.partition_keys))
