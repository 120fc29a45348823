"""What a night does, step by step, told to whoever listens and kept for its report. No work is done here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from orchestration.check.run import CheckReport
from orchestration.core.settings import Settings
from orchestration.decisions.period_state import latest_known
from orchestration.release.draft import Draft
from orchestration.release.manifest import Release
from orchestration.transform.dbt_runner import BuildReport

StepListener = Callable[[str, float | None], None]


def _nobody(_step: str, _seconds: float | None) -> None:
    """Listens to nothing."""


@dataclass
class Journal:
    """The settings of a run and what its steps came to.

    Attributes:
        at_work: the step that was begun last.
        on_step: called with a step's name when it begins (``None`` seconds) and when it ends.
        seconds: how long each step took, in order.
        beside: where work may be done while a step tells its outcome; none where steps stand alone.
        drafting: the release being made ready there.
    """

    settings: Settings
    on_step: StepListener = _nobody
    at_work: str = "start"
    seconds: dict[str, float] = field(default_factory=dict)
    checked: CheckReport | None = None
    built: BuildReport | None = None
    release: Release | None = None
    beside: Executor | None = None
    drafting: Future[Draft] | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step and tell the listener of its beginning and end."""
        self.at_work = name
        self.on_step(name, None)
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - started
            self.on_step(name, self.seconds[name])

    def known_on(self) -> datetime:
        """The moment a build is asked for: the latest that anything is known, so that a repeated night is equal."""
        return latest_known(self.settings)
