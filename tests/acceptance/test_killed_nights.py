"""A night killed anywhere leaves the published warehouse whole, and the next night makes it good.

`make test` kills one night, `make verify` one at every point in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.core.failpoints import NIGHT_FAILPOINTS
from orchestration.release.verify import verify
from orchestration.runs.night import run_night
from tests.acceptance.test_repeatable import contents
from tests.children import KILLED, exit_code_of
from tests.nights import home_settings

# At the last one a real publication is killed by itself (tests/unit/test_release); a night more costs a build.
IN_TURN = NIGHT_FAILPOINTS[:-1]


@pytest.mark.parametrize(
    "failpoints",
    [
        pytest.param(("checking.before_swap",), id="one"),
        pytest.param(IN_TURN, id="every one", marks=pytest.mark.verify),
    ],
)
def test_nights_killed_at_points_in_turn_leave_current_whole_and_the_next_one_completes(
    failpoints: tuple[str, ...], tiny_first_home: Path, tiny_home: Path, copy_of: Callable[[Path], Path]
) -> None:
    """One home, since what an earlier killed night left behind is in the way of the later ones, too."""
    home = copy_of(tiny_first_home)
    settings = home_settings(home)
    before = contents(home)
    for failpoint in failpoints:
        assert exit_code_of(run_night, replace(settings, failpoint=failpoint)) == KILLED, failpoint
        assert contents(home) == before, failpoint
        assert verify(settings).ok, failpoint
    assert exit_code_of(run_night, settings) == 0
    assert verify(settings).ok
    after, undisturbed = contents(home), contents(tiny_home)
    for name in undisturbed:
        assert after[name] == undisturbed[name], name
