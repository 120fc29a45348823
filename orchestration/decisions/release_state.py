"""What readers may see of releases, told from recorded decisions alone.

Which release may be published and who may decide so is for ``release`` to know; so is what of it is on disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.decisions.decision import Decision


@dataclass(frozen=True)
class ReleaseState:
    """What follows for readers from all decisions so far.

    Attributes:
        published: the latest release that readers may see; they see it unless they are pinned to another.
        pin: the rollback that stands, if one does; its subject is the release that readers are pinned to.
        waiting: the deferral of the release made last, where that waits for a signature or a cause to be mended.
        never_seen: releases that no reader ever saw: what waits, and what was superseded while it waited or while
            readers were pinned.
    """

    published: str | None = None
    pin: Decision | None = None
    waiting: Decision | None = None
    never_seen: frozenset[str] = frozenset()

    @property
    def shown(self) -> str | None:
        """The release that readers are to see."""
        return self.published if self.pin is None else self.pin.subject


def release_state(decisions: Iterable[Decision]) -> ReleaseState:
    """What follows for readers from decisions in the order in which they were recorded."""
    published, pin, waiting = None, None, None
    made: set[str] = set()
    seen: set[str] = set()
    for decision in decisions:
        release_id = decision.subject
        match decision.kind:
            case "release_deferred":
                waiting = decision
                made.add(release_id)
            case "release_published":
                published, waiting = release_id, None
                (seen if pin is None else made).add(release_id)
            case "readers_rolled_back":
                published, pin = published or release_id, decision
                seen.add(release_id)
            case "readers_resumed":
                published, pin = release_id, None
                seen.add(release_id)
    return ReleaseState(published, pin, waiting, frozenset(made - seen))
