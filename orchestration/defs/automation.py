"""When things run by themselves: the night at two, and the checks whenever something new lies in the inbox."""

from dataclasses import replace

import dagster as dg

from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.defs.run_context import RunContext
from orchestration.receive.inbox_key import inbox_state
from orchestration.release.embargo import embargo_has_ended, show_waiting

ASSETS_JOB = "night"
CHECKS_JOB = "checks"
# A run that Dagster starts waits for the one before it; only a person at a terminal is told at once.
_PATIENCE_SECONDS = 3600.0

night_assets = dg.define_asset_job(
    ASSETS_JOB,
    selection=dg.AssetSelection.all(),
    description="The whole way from the inbox to the release, over a range of periods.",
)
check_assets = dg.define_asset_job(
    CHECKS_JOB,
    selection=dg.AssetSelection.groups("receive", "landing", "accepted", "held", "findings"),
    description="Receive, read and check; nothing is released.",
)


def _run(context: dg.OpExecutionContext, *, release: bool) -> None:
    # A night knows its periods only after reading, so it starts its own run of the assets.
    from orchestration.runs.night import run_night

    run: RunContext = context.resources.run_context
    settings: Settings = run.settings
    patient = replace(settings, lock_wait_seconds=max(settings.lock_wait_seconds, _PATIENCE_SECONDS))
    report = run_night(patient, instance=context.instance, release=release)
    if report.run_id is not None:
        context.add_output_metadata(
            {"run": dg.MetadataValue.dagster_run(report.run_id), "periods": ", ".join(report.periods)}
        )
    for told in (*report.derived.notes, *report.derived.failures):
        context.log.warning(told)
    if not report.success:
        raise dg.Failure(f"{report.failed_step}: {report.error}")


@dg.op(required_resource_keys={"run_context"}, out=dg.Out(dg.Nothing))
def run_the_night(context: dg.OpExecutionContext) -> None:
    """Run the night over what is pending."""
    _run(context, release=True)


@dg.op(required_resource_keys={"run_context"}, out=dg.Out(dg.Nothing))
def run_the_checks(context: dg.OpExecutionContext) -> None:
    """Receive, read and check what lies in the inbox."""
    _run(context, release=False)


@dg.job(description="Finds out which periods are touched and runs the assets over them; what the schedule starts.")
def nightly() -> None:
    """The night as the schedule starts it."""
    run_the_night()


@dg.job(description="Receives and checks what is new; what the inbox sensor starts. Nothing is released.")
def inbox() -> None:
    """The checks as the sensor starts them."""
    run_the_checks()


@dg.op(required_resource_keys={"run_context"}, out=dg.Out(dg.Nothing))
def show_what_waited(context: dg.OpExecutionContext) -> None:
    """Show readers the release whose embargo has ended, after the night that may be at work."""
    run: RunContext = context.resources.run_context
    with home_lock(replace(run.settings, lock_wait_seconds=_PATIENCE_SECONDS), "the end of an embargo"):
        shown = show_waiting(run.settings)
    context.add_output_metadata({"release": shown.release_id if shown else "none"})


@dg.job(description="Shows readers the release that waited for the end of an embargo; what the embargo sensor starts.")
def admit() -> None:
    """The end of an embargo as the sensor starts it."""
    show_what_waited()


nightly_schedule = dg.ScheduleDefinition(
    name="nightly_at_two",
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 02:00 of Sanming.",
)


@dg.sensor(
    name="inbox_sensor",
    job=inbox,
    required_resource_keys={"run_context"},
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts the checks when files lie in the inbox; the run key is their names and content.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run per state of the inbox: the same files, unchanged, never start a second one."""
    run: RunContext = context.resources.run_context
    state = inbox_state(run.settings)
    return dg.SkipReason(state.reason) if state.key is None else dg.RunRequest(run_key=state.key)


@dg.sensor(
    name="embargo_sensor",
    job=admit,
    required_resource_keys={"run_context"},
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Shows readers the release that waits at the minute at which its embargo ends.",
)
def embargo_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run per release that may be shown now."""
    run: RunContext = context.resources.run_context
    ended = embargo_has_ended(run.settings)
    return dg.SkipReason("No embargo has ended.") if ended is None else dg.RunRequest(run_key=ended)
