"""How a night ends that somebody or something stopped: by one sentence, never a traceback.

Stopped by the operator, by a full disk, by an area that cannot be written. What a step that failed by itself says is
told by the night's report.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from orchestration.core.machine_faults import fault_in, machine_fault, sentence
from orchestration.core.stopping import NightStoppedError, asked_to_stop
from orchestration.defs.run_context import RunContext
from orchestration.runs.derived import BULLETIN_STEP, SITE_STEP
from orchestration.workbook.children import ChildrenError, children


@contextmanager
def one_sentence(context: RunContext) -> Iterator[None]:
    """Let what stops a night be told in one sentence; no child outlives the night.

    Raises:
        NightStoppedError: the operator or the machine stopped it.
    """
    try:
        yield
    except BaseException as error:
        asked = asked_to_stop()
        if asked is not None or isinstance(error, KeyboardInterrupt):
            raise _by_operator(context.steps.at_work, asked or signal.SIGINT) from error
        if isinstance(error, ChildrenError):
            raise NightStoppedError(f"the night stopped during «{context.steps.at_work}»: {error}") from error
        if (fault := _fault(error)) is not None:
            what, place = fault
            raise NightStoppedError(sentence(context.steps.at_work, what, place or context.settings.home)) from error
        raise
    finally:
        children().close()


def _fault(error: BaseException) -> tuple[str, Path | None] | None:
    """What the machine said; what our own functions refuse says itself what it is about."""
    if type(error).__module__.partition(".")[0] != __name__.partition(".")[0]:
        return machine_fault(error)
    fault = fault_in(str(error))
    return None if fault is None else (fault, None)


def _by_operator(step: str, asked: signal.Signals) -> NightStoppedError:
    if step in (SITE_STEP, BULLETIN_STEP):
        return NightStoppedError(
            f"stopped by the operator during «{step}» ({asked.name}); the release is published, its pages are not made."
            f" `sanming {step}` makes them.",
            128 + asked,
        )
    return NightStoppedError(
        f"stopped by the operator during «{step}» ({asked.name}); `current` stays as it was, and nothing that was"
        " received is lost. Run the night again: it goes on from there.",
        128 + asked,
    )


@contextmanager
def work_beside() -> Iterator[ThreadPoolExecutor]:
    """A thread beside the night; nobody waits for it when the night is stopped."""
    beside = ThreadPoolExecutor(1)
    try:
        yield beside
    except BaseException:
        beside.shutdown(wait=False, cancel_futures=True)
        raise
    beside.shutdown()
