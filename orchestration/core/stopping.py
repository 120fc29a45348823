"""How the operator stops a night: SIGINT and SIGTERM, noted wherever they arrive.

A KeyboardInterrupt alone can be lost: raised while a module is loaded in another thread it is printed and forgotten,
and Dagster has handlers of its own while a run lasts. So every signal is noted besides. How a night ends then is told
by ``night_end``.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ASKING = (signal.SIGINT, signal.SIGTERM)


class NightStoppedError(RuntimeError):
    """A night that the operator or the machine stopped: one sentence with the step and what to do.

    Attributes:
        exit_code: of the process: 130 or 143 after SIGINT or SIGTERM, as a shell tells it, else 1.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class _Noted:
    """Where the interpreter writes the number of each signal, whoever handles it."""

    reading: int | None = None
    signal: signal.Signals | None = None


_noted = _Noted()


@contextmanager
def stoppable() -> Iterator[None]:
    """Let both signals end what is done inside by a KeyboardInterrupt, and be told by ``asked_to_stop``."""
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    before = {asking: signal.getsignal(asking) for asking in _ASKING}
    previous = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    _noted.reading, _noted.signal = reading, None
    for asking in _ASKING:
        signal.signal(asking, _interrupt)
    try:
        yield
    finally:
        for asking, handler in before.items():
            signal.signal(asking, handler)
        signal.set_wakeup_fd(previous)
        asked_to_stop()
        _noted.reading = None
        os.close(reading)
        os.close(writing)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def asked_to_stop() -> signal.Signals | None:
    """The signal by which the operator asked, or none."""
    if _noted.reading is not None:
        try:
            numbers = os.read(_noted.reading, 4096)
        except BlockingIOError:
            numbers = b""
        for number in numbers:
            if number in _ASKING:
                _noted.signal = signal.Signals(number)
    return _noted.signal


def stop_if_asked() -> None:
    """End here what the operator asked to end.

    Raises:
        KeyboardInterrupt: it was asked for, and the interrupt itself was lost.
    """
    if asked_to_stop() is not None:
        raise KeyboardInterrupt
