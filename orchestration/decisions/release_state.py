"""What readers may see of releases, told from recorded decisions alone.

Which release may be published and who may decide so is for ``release`` to know; so is what of it is on disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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
        not_admitted: releases that were kept from readers and are so still, also those superseded while they waited.
        withdrawn: release → the decision that took it from its readers.
        embargoes: period → the decision that keeps releases with it from readers until a moment.
    """

    published: str | None = None
    pin: Decision | None = None
    waiting: Decision | None = None
    never_seen: frozenset[str] = frozenset()
    not_admitted: frozenset[str] = frozenset()
    withdrawn: dict[str, Decision] = field(default_factory=dict)
    embargoes: dict[str, Decision] = field(default_factory=dict)

    @property
    def hidden(self) -> frozenset[str]:
        """Releases that no reader may open."""
        return self.not_admitted | self.withdrawn.keys()

    @property
    def shown(self) -> str | None:
        """The release that readers are to see."""
        return self.published if self.pin is None else self.pin.subject


def release_state(decisions: Iterable[Decision]) -> ReleaseState:
    """What follows for readers from decisions in the order in which they were recorded."""
    published, pin, waiting = None, None, None
    made: set[str] = set()
    seen: set[str] = set()
    not_admitted: set[str] = set()
    withdrawn: dict[str, Decision] = {}
    embargoes: dict[str, Decision] = {}
    for decision in decisions:
        release_id = decision.subject
        match decision.kind:
            case "release_deferred":
                waiting = decision
                made.add(release_id)
                not_admitted.add(release_id)
            case "release_published":
                published, waiting = release_id, None
                not_admitted.discard(release_id)
                (seen if pin is None else made).add(release_id)
            case "readers_rolled_back":
                published, pin = published or release_id, decision
                not_admitted.discard(release_id)
                seen.add(release_id)
            case "readers_resumed":
                published, pin = release_id, None
                seen.add(release_id)
            case "release_withdrawn":
                withdrawn[release_id] = decision
                published = None if published == release_id else published
                pin = None if pin is not None and pin.subject == release_id else pin
            case "withdrawal_reversed":
                withdrawn.pop(release_id, None)
            case "embargo_set":
                embargoes[decision.subject] = decision
            case "embargo_lifted":
                embargoes.pop(decision.subject, None)
    never_seen, closed = frozenset(made - seen), frozenset(not_admitted)
    return ReleaseState(published, pin, waiting, never_seen, closed, withdrawn, embargoes)
