"""The steps of a run, timed and told to whoever listens. No work is done here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

StepListener = Callable[[str, float | None], None]


def _nobody(_step: str, _seconds: float | None) -> None:
    """Listens to nothing."""


@dataclass
class Steps:
    """The steps of a run.

    Attributes:
        at_work: the step that was begun last.
        on_step: called with a step's name when it begins (``None`` seconds) and when it ends.
        seconds: how long each step took, in order.
    """

    on_step: StepListener = _nobody
    at_work: str = "start"
    seconds: dict[str, float] = field(default_factory=dict)

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
