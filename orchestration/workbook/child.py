"""What a child process does that looks into files: calls asked for over a connection, each within limits.

A file may kill its reader (a library that aborts, a sheet that asks for hundreds of gigabytes); then a child dies and
not the night. Who starts children and what becomes of a file that killed one is ``children``'s to know.
"""

from __future__ import annotations

import faulthandler
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from orchestration.core.machine_faults import is_of_the_machine
from orchestration.workbook.words import load_words

_Result = TypeVar("_Result")
_STATM = Path("/proc/self/statm")
_OURS = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Failure:
    """A call that came to nothing.

    Attributes:
        reason: what and where, without a value of the file.
        trace: for the engineer alone: tracebacks quote cells.
        is_exhausted: the process died or ran out of memory: alone in a new one the call may fare better.
    """

    reason: str
    trace: str
    is_exhausted: bool = False


class _Limits:
    """CPU seconds and bytes beyond which a child ends; none in a process that is no child."""

    bytes_before: int | None = None

    def start(self) -> None:
        """From here on this process may use so much more memory than it does now."""
        page = resource.getpagesize()
        self.bytes_before = int(_STATM.read_text().split()[0]) * page if _STATM.is_file() else 0
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        most = self.bytes_before + load_words().limits.reader_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))

    def renew(self) -> None:
        """Give the next file its CPU seconds; the limit counts all that a process ever used."""
        if self.bytes_before is None:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + load_words().limits.reader_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


_limits = _Limits()


def attempt(work: Callable[..., _Result], *arguments: Any) -> _Result | Failure:
    """Do something with one file; what nobody foresaw is a failure of that file.

    Raises:
        OSError, ImportError: a fault of the machine, which no other file would escape.
        MemoryError: another call may have used up what this one lacked.
    """
    _limits.renew()
    try:
        return work(*arguments)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # also what a library in another language panics with
        if is_of_the_machine(error):
            raise
        return failure_of(error)


def failure_of(error: BaseException) -> Failure:
    """The failure an error means: its kind and the line of ours it passed last, and the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS)] or frames
    place = f" in {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return Failure(f"{type(error).__name__}{place}", "".join(traceback.format_exception(error)))


def main(descriptor: int, modules: Sequence[str]) -> None:
    """Answer calls until the other end is closed.

    Args:
        descriptor: of the connection.
        modules: what the calls are of, loaded before the limits begin.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the night is stopped, not its readers one by one
    faulthandler.enable()
    faulthandler.register(signal.SIGXCPU, chain=True)
    for name in modules:
        import_module(name)
    _limits.start()
    with Connection(descriptor) as connection:
        connection.send(None)  # ready
        while True:
            try:
                function, arguments = connection.recv()
            except EOFError:
                return
            _answer(connection, function, arguments)


def _answer(connection: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Send the result, a failure, or the machine's fault; after too little memory the process has to go."""
    try:
        connection.send(attempt(function, *arguments))
    except MemoryError as error:
        failure = failure_of(error)
        connection.send(Failure(failure.reason, failure.trace, is_exhausted=True))
        sys.exit(0)
    except (OSError, ImportError) as error:
        connection.send(error)
