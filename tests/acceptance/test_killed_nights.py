"""A night killed anywhere leaves the published warehouse whole, and the next night makes it good.

The night runs in a forked child of this process, so that the eight seconds of imports are paid once; the
child ends by ``os._exit`` at the failpoint, as a power cut would end it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.failpoints import FAILPOINTS
from orchestration.night import run_night
from orchestration.release.verify import verify
from orchestration.settings import Settings
from tests.acceptance.test_repeatable import contents
from tests.nights import TINY_PERIODS, home_settings, lend_project, send, share_key
from twin.city import City

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


@pytest.fixture(scope="module")
def first_home(
    tiny_city: City, tiny_home: Path, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home that has published the first period and has the other waiting in its inbox."""
    home = tmp_path_factory.mktemp("first")
    share_key(tiny_home, home)
    lend_project(parsed_project, home)
    send(tiny_city, home, only_period=TINY_PERIODS[0])
    run_night(home_settings(home))
    send(tiny_city, home, only_period=TINY_PERIODS[1])
    return home


def test_nights_killed_at_every_point_in_turn_leave_current_whole_and_the_next_one_completes(
    first_home: Path, tiny_home: Path
) -> None:
    """One home, since what an earlier killed night left behind is in the way of the later ones, too."""
    settings = home_settings(first_home)
    before = contents(first_home)
    for failpoint in FAILPOINTS:
        assert night_in_child(replace(settings, failpoint=failpoint)) == KILLED, failpoint
        assert contents(first_home) == before, failpoint
        assert verify(settings).ok, failpoint
    assert night_in_child(settings) == 0
    assert verify(settings).ok
    after, undisturbed = contents(first_home), contents(tiny_home)
    for name in undisturbed:
        assert after[name] == undisturbed[name], name
