"""dbt without its log: an event that nothing writes is not put together either.

Not here: what became of a node, which the results tell (`orchestration.transform.dbt_runner`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager

_UNREAD = {EventLevel.DEBUG, EventLevel.INFO}


class QuietEvents(EventManager):
    """Passes on what may become an error; the rest, two dozen messages for each node, took a tenth of a build."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        if force_warn_or_error_handling or (level or e.level_tag()) not in _UNREAD:
            super().fire_event(e, level, node, force_warn_or_error_handling)


@contextmanager
def no_log() -> Iterator[None]:
    """Within, nobody listens to dbt."""
    before = get_event_manager()
    ctx_set_event_manager(QuietEvents())
    try:
        yield
    finally:
        ctx_set_event_manager(before)
