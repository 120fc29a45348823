"""From the inbox to the landing area: receive and read."""

from collections.abc import Iterator

import dagster as dg

from expectations.contract import load_contracts
from orchestration.check.state import landed_periods
from orchestration.core.lock import home_lock
from orchestration.defs.periods import ONE_RUN, PERIODS, keep_partitions, periods_of
from orchestration.defs.run_context import RunContext
from orchestration.defs.tables import TableRow, metadata_table
from orchestration.read.landing import land
from orchestration.receive.archive import list_receipts
from orchestration.receive.inbox import receive

OWNERS = ["team:data-engineering"]


@dg.asset(
    key="archive",
    partitions_def=PERIODS,
    backfill_policy=ONE_RUN,
    group_name="receive",
    kinds={"file", "excel"},
    owners=OWNERS,
    required_resource_keys={"run_context"},
    description="Every file as it arrived, with its receipt; never edited again. Restricted: names and ID numbers.",
)
def archive(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Receive what waits in the inbox and tell what the archive holds for the periods."""
    run: RunContext = context.resources.run_context
    with home_lock(run.settings, "the asset archive"):
        report = receive(run.settings)
    counts = {period: [0, 0] for period in periods_of(context)}
    for receipt in list_receipts(run.settings):
        if receipt.period in counts:
            counts[receipt.period][0] += 1
            counts[receipt.period][1] += receipt.is_refused
    rows: list[TableRow] = [
        {"period": p, "submissions": n, "refused": refused} for p, (n, refused) in counts.items() if n
    ]
    return dg.MaterializeResult(
        metadata={
            "received_now": len(report.received),
            "waiting": len(report.waiting),
            "by_period": metadata_table(rows),
            "path": dg.MetadataValue.path(run.settings.archive),
        }
    )


@dg.multi_asset(
    name="landing",
    specs=[
        dg.AssetSpec(
            ["landing", contract.form],
            deps=["archive"],
            group_name="landing",
            kinds={"python", "parquet"},
            owners=OWNERS,
            description=f"{contract.title}: every row read, as text with its address and typed. Restricted.",
        )
        for contract in load_contracts().values()
    ],
    partitions_def=PERIODS,
    backfill_policy=ONE_RUN,
    required_resource_keys={"run_context"},
)
def landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Read what was received and not yet read."""
    run: RunContext = context.resources.run_context
    with home_lock(run.settings, "the assets landing"):
        report = land(run.settings)
    keep_partitions(context.instance, landed_periods(run.settings))
    for form in load_contracts():
        folder = run.settings.landing / form
        files = [path for period in periods_of(context) for path in folder.glob(f"period={period}/*.parquet")]
        yield dg.MaterializeResult(
            asset_key=["landing", form],
            metadata={
                "rows_read_now": report.rows_by_form.get(form, 0),
                "files": len(files),
                "path": dg.MetadataValue.path(folder),
            },
        )
