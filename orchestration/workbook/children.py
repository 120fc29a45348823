"""The child processes that look into files: started when needed, kept from file to file, replaced when dead.

What they do is ``child``'s; what becomes of a file that killed one is decided by who asked.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import IO, Any

from orchestration.workbook.child import Failure

# Where the functions are that children are asked for: told by name, since receiving and reading are layers above.
_CALLED = ("orchestration.receive.envelope", "orchestration.read.reader")
# The module search path is handed over: a child must run the very code that its parent does.
_CODE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = sys.argv[2:];"
    f" from orchestration.workbook.child import main; main(int(sys.argv[1]), {_CALLED})"
)
_LAST_WORDS = 4_000


class ChildrenError(RuntimeError):
    """No child process can be started here: a fault of the installation, never of a file."""


@dataclass
class _Child:
    process: subprocess.Popen[bytes]
    connection: Connection
    words: IO[bytes]
    is_ready: bool = False
    call: int | None = None

    def end(self) -> str:
        """Close it and give what it said last."""
        self.connection.close()
        self.process.wait()
        self.words.seek(max(0, self.words.seek(0, os.SEEK_END) - _LAST_WORDS))
        said = self.words.read().decode(errors="replace")
        self.words.close()
        return said


def _start() -> _Child:
    ours, theirs = Pipe()
    paths = [path or str(Path.cwd()) for path in sys.path]
    words = tempfile.TemporaryFile()  # noqa: SIM115, closed with the child
    process = subprocess.Popen(  # noqa: S603, our own interpreter and our own code
        [sys.executable, "-c", _CODE, str(theirs.fileno()), *paths],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=words,
        pass_fds=(theirs.fileno(),),
    )
    theirs.close()
    return _Child(process, ours, words)


class Children:
    """Some child processes; calls are answered in any order."""

    def __init__(self) -> None:
        self._kept: list[_Child] = []
        self._lock = threading.Lock()

    def run(
        self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], most: int = 1
    ) -> Iterator[tuple[int, Any]]:
        """Call a function once with each of some arguments, in the children.

        Args:
            function: a function of a module, not one made inside another.
            calls: the arguments of each call.
            most: how many children may work side by side.

        Returns:
            The number of a call with its result, or with its ``Failure``, as they come.

        Raises:
            ChildrenError: no child can be started.
            OSError: a fault of the machine.
        """
        with self._lock:
            try:
                yield from self._run(function, calls, most)
            finally:
                self._let_go([child for child in self._kept if child.call is not None])

    def _run(
        self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], most: int
    ) -> Iterator[tuple[int, Any]]:
        waiting = deque(range(len(calls)))
        while waiting or any(child.call is not None for child in self._kept):
            while len(self._kept) < min(most, len(waiting)):
                self._kept.append(_start())
            free = [child for child in self._kept if child.is_ready and child.call is None][:most]
            for child in free[: len(waiting)]:
                self._ask(child, function, calls, waiting)
            busy = [child for child in self._kept if child.call is not None or not child.is_ready]
            for connection in wait([child.connection for child in busy]):
                child = next(child for child in busy if child.connection is connection)
                number = child.call
                answer = self._answer(child)
                if number is not None:
                    yield number, answer

    def _ask(
        self, child: _Child, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], waiting: deque[int]
    ) -> None:
        try:
            child.connection.send((function, calls[waiting[0]]))
        except BrokenPipeError:  # it died while it had nothing to do: another will answer
            self._let_go([child])
        else:
            child.call = waiting.popleft()

    def _answer(self, child: _Child) -> Any:
        """What a child says; a dead one is let go, and its call failed."""
        try:
            answer = child.connection.recv()
        except (EOFError, ConnectionResetError):
            self._kept.remove(child)
            said = child.end()
            if child.call is None and not child.is_ready:
                raise ChildrenError(
                    f"no process that reads files can be started; its last words: {said.strip()[-300:] or 'none'}."
                    " Install the product again and run the night again."
                ) from None
            return Failure(_how_it_ended(child.process.returncode), said, is_exhausted=True)
        if not child.is_ready:
            child.is_ready = True
            return None
        child.call = None
        if isinstance(answer, OSError | ImportError):
            raise answer
        if isinstance(answer, Failure) and answer.is_exhausted:
            self._kept.remove(child)
            child.end()
        return answer

    def close(self) -> None:
        """End the children; the next call would start new ones."""
        self._let_go(list(self._kept))

    def _let_go(self, children: list[_Child]) -> None:
        for child in children:
            self._kept.remove(child)
            child.process.kill()
            child.end()


def _how_it_ended(code: int) -> str:
    try:
        return f"the process that read it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"the process that read it ended with code {code}"


@cache
def _children_of(_process: int) -> Children:
    return Children()


def children() -> Children:
    """The children of this process; one that was forked has none yet."""
    return _children_of(os.getpid())


def run_each(
    function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], most: int = 1
) -> Iterator[tuple[int, Any]]:
    """Like ``Children.run``; a call that exhausted its child is tried once more, alone in a new one."""
    again = []
    for number, answer in children().run(function, calls, most):
        if isinstance(answer, Failure) and answer.is_exhausted:
            again.append(number)
        else:
            yield number, answer
    for number in again:
        yield from ((number, answer) for _, answer in _alone(function, calls[number]))


def _alone(function: Callable[..., Any], call: tuple[Any, ...]) -> Iterator[tuple[int, Any]]:
    children().close()
    yield from children().run(function, [call])
