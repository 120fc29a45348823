"""A night killed anywhere leaves the published warehouse whole, and the next night makes it good.

The night runs in a forked child of this process, so that the eight seconds of imports are paid once; the
child ends by ``os._exit`` at the failpoint, as a power cut would end it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from orchestration.failpoints import NIGHT_FAILPOINTS
from orchestration.night import run_night
from orchestration.release.verify import verify
from orchestration.settings import Settings
from tests.acceptance.test_repeatable import contents
from tests.nights import home_settings

KILLED = 137


def night_in_child(settings: Settings) -> int:
    """Run a night in a forked child and give its exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run_night(settings)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_nights_killed_at_every_point_in_turn_leave_current_whole_and_the_next_one_completes(
    tiny_first_home: Path, tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    """One home, since what an earlier killed night left behind is in the way of the later ones, too."""
    home = copy_of(tiny_first_home)
    settings = home_settings(home)
    before = contents(home)
    for failpoint in NIGHT_FAILPOINTS:
        assert night_in_child(replace(settings, failpoint=failpoint)) == KILLED, failpoint
        assert contents(home) == before, failpoint
        assert verify(settings).ok, failpoint
    assert night_in_child(settings) == 0
    assert verify(settings).ok
    after, undisturbed = contents(home), contents(tiny_home)
    for name in undisturbed:
        assert after[name] == undisturbed[name], name
