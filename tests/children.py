"""Work in a forked child, to see how a process ends that is killed at a failpoint.

Forked, so that seconds of imports are paid once; whatever happens in the child, it never goes on with the tests.
"""

from __future__ import annotations

import os
from collections.abc import Callable

KILLED = 137


def exit_code_of(act: Callable[..., object], *arguments: object) -> int:
    """Call a function in a child: 0 where it returned, 1 where it raised, ``KILLED`` where a failpoint ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act(*arguments)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
