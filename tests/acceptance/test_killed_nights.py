"""A night killed anywhere leaves the published warehouse whole, and the next night makes it good.

The night runs in a forked child of this process, so that the eight seconds of imports are paid once; the
child ends by ``os._exit`` at the failpoint, as a power cut would end it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.failpoints import FAILPOINTS
from orchestration.night import run_night
from orchestration.release.verify import verify
from orchestration.settings import Settings
from tests.acceptance.test_repeatable import contents
from tests.nights import home_settings, lend_project, send, share_key
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
    small_city: City, small_home: Path, parsed_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home that has published 2015-12 and has the later periods waiting in its inbox."""
    home = tmp_path_factory.mktemp("first")
    share_key(small_home, home)
    lend_project(parsed_project, home)
    send(small_city, home, only_period="2015-12")
    run_night(home_settings(home))
    for period in ("2016-12", "2017-06"):
        send(small_city, home, only_period=period)
    return home


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_a_night_killed_at(failpoint: str, first_home: Path, small_home: Path, copy_of: Callable[[Path], Path]) -> None:
    home = copy_of(first_home)
    settings = home_settings(home)
    before = contents(home)
    assert night_in_child(replace(settings, failpoint=failpoint)) == KILLED
    assert contents(home) == before
    assert verify(settings).ok
    assert night_in_child(settings) == 0
    assert verify(settings).ok
    after, undisturbed = contents(home), contents(small_home)
    for name in undisturbed:
        assert after[name] == undisturbed[name], name
