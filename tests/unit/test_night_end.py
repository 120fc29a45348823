"""A night that is stopped says one sentence: by whom or by what, during which step, and what to do."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest

from orchestration.core.machine_faults import is_of_the_machine, machine_fault, refuse_full_disk
from orchestration.core.settings import Settings, SettingsError
from orchestration.core.stopping import NightStoppedError, asked_to_stop, stop_if_asked, stoppable
from orchestration.defs.run_context import RunContext
from orchestration.runs.night_end import one_sentence, work_beside


@pytest.fixture
def run(tmp_path: Path) -> RunContext:
    return RunContext(Settings(home=tmp_path))


def full(place: Path) -> OSError:
    return OSError(errno.ENOSPC, "No space left on device", str(place))


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_night_with_its_step_and_exit_code(run: RunContext, asked: signal.Signals, code: int) -> None:
    with (
        pytest.raises(NightStoppedError, match="«read»") as stopped,
        stoppable(),
        one_sentence(run),
        run.steps.step("read"),
    ):
        os.kill(os.getpid(), asked)
        time.sleep(10)
    assert stopped.value.exit_code == code
    assert asked.name in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_a_signal_that_somebody_else_swallowed_ends_the_night_at_the_next_step(run: RunContext) -> None:
    """As an import callback does, and as Dagster does while a run lasts."""
    with pytest.raises(NightStoppedError) as stopped, stoppable(), one_sentence(run):
        signal.signal(signal.SIGINT, lambda *_: None)
        os.kill(os.getpid(), signal.SIGINT)
        stop_if_asked()
    assert stopped.value.exit_code == 130


def test_signals_are_handled_as_before_when_the_night_is_over() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with stoppable():
        assert asked_to_stop() is None
        stop_if_asked()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_a_stopped_night_does_not_wait_for_what_loads_beside_it() -> None:
    released = threading.Event()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), work_beside() as beside:
        beside.submit(released.wait, 30)
        raise KeyboardInterrupt
    assert time.monotonic() - started < 20
    released.set()


def test_a_full_disk_is_told_with_step_place_and_remedy(run: RunContext) -> None:
    with pytest.raises(NightStoppedError) as stopped, one_sentence(run), run.steps.step("transform"):
        try:
            raise full(run.settings.landing)
        except OSError as error:
            raise RuntimeError("a library says something else") from error
    told = str(stopped.value)
    assert stopped.value.exit_code == 1
    for part in ("«transform»", str(run.settings.landing), "No space left", "MB are free", "run the night again"):
        assert part in told


def test_a_fault_is_said_in_the_machine_s_words_and_with_its_place_apart(tmp_path: Path) -> None:
    assert machine_fault(full(tmp_path)) == ("No space left on device", tmp_path)


def test_an_archive_that_cannot_be_written_is_told_with_what_to_do(run: RunContext) -> None:
    error = OSError(errno.EROFS, "Read-only file system", str(run.settings.archive))
    with pytest.raises(NightStoppedError, match="make it writable"), one_sentence(run):
        raise error


def test_what_is_refused_in_words_of_its_own_is_told_in_them(run: RunContext) -> None:
    with pytest.raises(SettingsError, match="key is missing"), one_sentence(run):
        try:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", "token.key")
        except FileNotFoundError as error:
            raise SettingsError("the key is missing") from error


def test_a_fault_of_the_program_stays_what_it_is(run: RunContext) -> None:
    with pytest.raises(LookupError), one_sentence(run):
        raise LookupError("ours")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError("Invalid data stream"), False),
        (OSError(errno.EINVAL, "Invalid argument"), False),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (PermissionError(errno.EACCES, "Permission denied"), True),
        (ValueError("No space left on device"), False),
        (ModuleNotFoundError("No module named 'x'"), True),
    ],
)
def test_what_a_library_makes_of_bad_content_is_no_fault_of_the_machine(error: Exception, expected: bool) -> None:
    assert is_of_the_machine(error) is expected


def test_a_full_disk_is_known_from_what_a_database_says_as_well() -> None:
    assert machine_fault(sqlite3.OperationalError("database or disk is full")) == ("database or disk is full", None)
    assert machine_fault(LookupError("nothing of the kind")) is None


def test_a_night_asks_for_room_before_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**9, 10**9 - 340_000, 340_000))
    with pytest.raises(OSError, match="No space left"):
        refuse_full_disk(tmp_path)
