"""The nightly job, run in this process: what `sanming night`, the schedule and the UI all run.

Receiving and reading come first, because only they tell which periods a night is about; then one Dagster
run covers those periods, and dbt and the release run once. The work itself is in the functions the assets call.
"""

from __future__ import annotations

import time
import warnings
from concurrent.futures import Future
from dataclasses import dataclass, replace

import dagster as dg

from orchestration.check import evaluate
from orchestration.check.run import CheckReport, check_periods
from orchestration.check.state import landed_periods
from orchestration.core.lock import home_lock
from orchestration.core.machine_faults import fault_in, refuse_full_disk, sentence
from orchestration.core.rights import keep_rights
from orchestration.core.settings import Settings
from orchestration.core.steps import StepListener, Steps
from orchestration.core.stopping import stop_if_asked
from orchestration.defs.automation import ASSETS_JOB, CHECKS_JOB
from orchestration.defs.instance import end_killed_runs, open_instance
from orchestration.defs.periods import keep_partitions, range_tags
from orchestration.defs.run_context import RunContext
from orchestration.read.landing import LandReport, land
from orchestration.receive.inbox import ReceiveReport, receive
from orchestration.release.departure import remove_departed
from orchestration.release.gate import admit_waiting
from orchestration.release.manifest import Release
from orchestration.release.views import ensure_views
from orchestration.runs.derived import NOTHING_DERIVED, DerivedReport, make_derived
from orchestration.runs.night_end import one_sentence, work_beside
from orchestration.runs.staleness import pending_periods, with_later
from orchestration.transform import dbt_runner
from orchestration.workbook.children import children

# A process that runs several nights defines a job once for each state of the project; the home comes with the run.
_JOBS: dict[tuple[str, str], dg.JobDefinition] = {}
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class NightError(RuntimeError):
    """A night that cannot be run as asked: says what, what was expected and what to do."""


@dataclass(frozen=True)
class NightReport:
    """What a night did.

    Attributes:
        periods: the periods worked on; none when nothing was touched.
        failed_step: the Dagster step that is red, with ``error`` saying why; none when all held.
        seconds: time by step, in order.
        unreadable: submissions that the system could not read, told for the first time.
        derived: what was made of the release once readers had it.
    """

    received: ReceiveReport
    landed: LandReport
    periods: tuple[str, ...]
    checked: CheckReport | None
    release: Release | None
    run_id: str | None
    failed_step: str | None
    error: str | None
    seconds: dict[str, float]
    unreadable: tuple[str, ...] = ()
    derived: DerivedReport = NOTHING_DERIVED

    @property
    def success(self) -> bool:
        return self.failed_step is None


def run_night(
    settings: Settings,
    periods: tuple[str, ...] | None = None,
    on_step: StepListener | None = None,
    instance: dg.DagsterInstance | None = None,
    *,
    release: bool = True,
    derive: bool = True,
) -> NightReport:
    """Receive, read, check, transform and release what is pending.

    Args:
        settings: the home and its parameters.
        periods: periods to work on even if nothing of them changed; later ones follow by themselves.
        on_step: told when a step begins and ends.
        instance: the Dagster instance that records the run; the home's own unless given.
        release: stop after the checks when false, as the inbox sensor does.
        derive: make what is made of a release, too; of several nights the last alone does.

    Raises:
        HomeBusyError: another night is at work in the home.
        NightError: a period was asked for that has no submission.
        NightStoppedError: the operator or the machine stopped it.
    """
    context = RunContext(settings) if on_step is None else RunContext(settings, Steps(on_step))
    with one_sentence(context):
        report = _run(context, periods, instance, ASSETS_JOB if release else CHECKS_JOB, derive=derive and release)
        if not report.success:
            stop_if_asked()  # Dagster takes the operator's word for a step that failed
    return report


def _run(
    context: RunContext,
    periods: tuple[str, ...] | None,
    instance: dg.DagsterInstance | None,
    job_name: str,
    *,
    derive: bool,
) -> NightReport:
    settings = context.settings
    with home_lock(settings, "a night"), work_beside() as beside:
        context.executor = beside
        refuse_full_disk(settings.home)
        keep_rights(settings)
        with context.steps.step("receive"):
            received = _receive_settled(settings)
        loading = beside.submit(_load, context, job_name) if received.received else None
        stop_if_asked()
        with context.steps.step("read"):
            landed = land(settings)
        children().close()  # what they hold in memory is needed by the steps to come
        stop_if_asked()
        unreadable = (*received.unreadable, *landed.unreadable)
        touched = _touched(settings, periods)
        if not touched:
            check_periods(settings, ())  # a file of no period still gets its verdict
            waited = admit_waiting(settings)
            remove_departed(settings)
            ensure_views(settings)  # they may be missing, or the home may have been moved
            derived = make_derived(settings, context.steps, waited) if derive else NOTHING_DERIVED
            seconds = context.steps.seconds
            return NightReport(received, landed, (), None, waited, None, None, None, seconds, unreadable, derived)
        run = _run_assets(context, touched, instance, loading or beside.submit(_load, context, job_name))
        derived = make_derived(settings, context.steps, context.release) if derive and run.success else NOTHING_DERIVED
    failed_step, error = _failure(run, settings)
    return NightReport(
        received=received,
        landed=landed,
        periods=touched,
        checked=context.checked,
        release=context.release,
        run_id=run.run_id,
        failed_step=failed_step,
        error=error,
        seconds=context.steps.seconds,
        unreadable=unreadable,
        derived=derived,
    )


def _receive_settled(settings: Settings) -> ReceiveReport:
    """Receive; a file that was young at the first look gets the time to settle, once."""
    first = receive(settings)
    if not first.waiting:
        return first
    time.sleep(settings.settle_seconds)
    second = receive(settings, first.waiting)
    return replace(second, received=first.received + second.received, unreadable=first.unreadable + second.unreadable)


def _touched(settings: Settings, periods: tuple[str, ...] | None) -> tuple[str, ...]:
    landed = landed_periods(settings)
    if periods is None:
        return pending_periods(settings)
    unknown = sorted(set(periods) - set(landed))
    if unknown:
        raise NightError(
            f"{settings.archive}: no submission for {unknown}; there are submissions for {list(landed)}."
            " Put the files into raw/inbox, or name one of these periods."
        )
    return with_later((*periods, *pending_periods(settings)), landed)


def _run_assets(
    context: RunContext,
    periods: tuple[str, ...],
    instance: dg.DagsterInstance | None,
    loading: Future[dg.JobDefinition],
) -> dg.ExecuteInProcessResult:
    recorder = instance or open_instance(context.settings)
    try:
        with context.steps.step("definitions"):
            job = loading.result()
        end_killed_runs(recorder, job.name)
        keep_partitions(recorder, landed_periods(context.settings))
        return job.execute_in_process(
            run_config=_QUIET,
            instance=recorder,
            tags=range_tags(periods),
            resources={"run_context": context},
            raise_on_error=False,
        )
    finally:
        if instance is None:
            recorder.dispose()


def _load(context: RunContext, job_name: str) -> dg.JobDefinition:
    """The job with all that it will import: some ten seconds of one core, spent while the night waits for readers."""
    evaluate.load_gx()
    dbt_runner.load_dbt()
    context.parsed = dbt_runner.prepare_manifest(context.settings)
    project = (job_name, context.parsed.name)
    if project not in _JOBS:
        _JOBS[project] = _define(context.settings, job_name)
    return _JOBS[project]


def _define(settings: Settings, job_name: str) -> dg.JobDefinition:
    from orchestration.definitions import build_defs

    with warnings.catch_warnings():
        # Dagster warns of a parameter that it passes to every sensor itself.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return build_defs(settings).resolve_job_def(job_name)


def _failure(run: dg.ExecuteInProcessResult, settings: Settings) -> tuple[str | None, str | None]:
    if run.success:
        return None, None
    for event in run.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause if error is not None and error.cause is not None else error
            description = event.step_failure_data.user_failure_data
            message = description.description if description is not None else (cause.message if cause else None)
            fault = fault_in(message or "")
            fault_sentence = sentence(event.step_key or "run", fault, settings.home) if fault else None
            return event.step_key, fault_sentence or (message or "no message").strip()
    return "run", "the run failed outside of any step; look at it in the UI"
