"""Whether readers may see a release: nothing keeps it from them, and where the settings ask, two persons sign.

What keeps it: its checklist, an embargo on one of its periods, that it was withdrawn.

What may not be seen yet is sealed and waits, and readers stay where they are. A release that readers see has been
admitted once and for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import SYSTEM, Decision
from orchestration.decisions.log import decide, list_decisions
from orchestration.decisions.release_state import ReleaseState
from orchestration.release.checklist import read_checklist
from orchestration.release.manifest import (
    Release,
    ReleaseError,
    current_id,
    published_id,
    read_manifest,
    read_release,
    read_state,
    waiting_id,
)
from orchestration.release.pointers import show_decided
from orchestration.release.views import write_views


@dataclass(frozen=True)
class Blockers:
    """What keeps a release from its readers.

    Attributes:
        blocking: names of items of the checklist.
        signed_by: who signed.
        missing: how many more have to.
        embargo: the one that ends last of those that stand, if any does.
        withdrawal: the decision that took it from its readers.
    """

    blocking: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()
    missing: int = 0
    embargo: Decision | None = None
    withdrawal: Decision | None = None

    def __bool__(self) -> bool:
        return bool(self.blocking or self.missing or self.embargo or self.withdrawal)

    @property
    def summary(self) -> str:
        """The same in words."""
        parts = [f"withdrawn by {self.withdrawal.by}"] if self.withdrawal else []
        parts += [f"blocked by {', '.join(self.blocking)}"] if self.blocking else []
        parts += [f"{self.missing} signatures missing"] if self.missing else []
        if self.embargo and self.embargo.until_moment:
            parts.append(f"{self.embargo.subject} under embargo until {clock.minute_of(self.embargo.until_moment)}")
        return "; ".join(parts)


def find_blockers(settings: Settings, release_id: str) -> Blockers:
    """What keeps a release on disk from its readers, by the settings of now."""
    state, folder = read_state(settings), settings.releases / release_id
    withdrawal = state.withdrawn.get(release_id)
    embargo = standing_embargo(state, read_manifest(folder).latest_period)
    checklist = read_checklist(folder)
    if checklist is None:
        return Blockers(embargo=embargo, withdrawal=withdrawal)
    decisions = list_decisions(settings, ("release_signed",))
    signed = tuple(dict.fromkeys(decision.by for decision in decisions if decision.subject == release_id))
    # A release sealed before signing was asked for needs none, nor does one after it is asked for no longer.
    needed = max(min(checklist.signatures, settings.signatures), checklist.least_signatures)
    blocking = checklist.blocking(settings.checklist_blocks)
    return Blockers(blocking, signed, max(0, needed - len(signed)), embargo, withdrawal)


def standing_embargo(state: ReleaseState, latest_period: str) -> Decision | None:
    """Of the embargoes on periods that a release holds, the one that ends last, where it has not ended."""
    found = [
        (one.until_moment, one.subject, one)
        for one in state.embargoes.values()
        if one.subject <= latest_period and one.until_moment is not None and one.until_moment > clock.now()
    ]
    return max(found)[-1] if found else None


def refuse_unseen(settings: Settings, release_id: str) -> None:
    """Refuse to show readers a release on disk that they have never been admitted to.

    Raises:
        ReleaseError: says what keeps it from them.
    """
    found = find_blockers(settings, release_id)
    if found and release_id not in {current_id(settings), published_id(settings)}:
        raise ReleaseError(
            f"{release_id}: readers may not see it ({found.summary}); they keep what they have."
            f" See `sanming release checklist {release_id}`."
        )


def refuse_unsigned(subject: str, what: str, by: str, reason: str) -> None:
    """Refuse a decision about a subject that nobody stands for, or without a reason.

    Raises:
        ReleaseError: one of them is empty.
    """
    if not by.strip() or not reason.strip():
        raise ReleaseError(f"{subject}: {what} needs a name and a reason; say them with --by and --reason.")


def is_blocked(settings: Settings) -> bool:
    """Whether a release waits because of its checklist, so that somebody has to do something about it."""
    waiting = waiting_id(settings)
    return waiting is not None and bool(find_blockers(settings, waiting).blocking)


def admit(settings: Settings, release_id: str) -> bool:
    """Show a sealed release to readers, or let it wait; whether ``current`` moved.

    Where readers are pinned to another release, they will see it when they are pinned no longer.

    Raises:
        ReleaseError: readers are pinned to a release that is gone.
    """
    state = read_state(settings)
    was_seen = release_id in {current_id(settings), state.published}
    found = Blockers() if was_seen else find_blockers(settings, release_id)
    if found:
        if state.waiting is None or state.waiting.subject != release_id:
            decide(settings, "release_deferred", release_id, SYSTEM, found.summary)
        show_decided(settings)  # `current` stays, and what waits is closed to readers
        return False
    if state.pin is not None and not (settings.releases / state.pin.subject).is_dir():
        raise ReleaseError(
            f"{settings.releases / state.pin.subject}: readers are held at this release, and it is gone."
            " `sanming rebuild` of its day brings it back, `sanming release resume` lets readers follow the nights."
        )
    if state.published != release_id or state.waiting is not None:
        decide(settings, "release_published", release_id, SYSTEM, "nothing keeps it from readers")
    # Were the process killed before, the next night would show what was decided.
    failpoint(settings, "admit.before_current")
    return show_decided(settings)


def admit_waiting(settings: Settings) -> Release | None:
    """Try again with the release that waits, if one does: settings may have changed, or a process was killed.

    What was published before readers saw it is shown to them, too.
    """
    waiting = waiting_id(settings)
    if waiting is not None:
        admit(settings, waiting)
        return read_release(settings, waiting)
    return read_release(settings) if show_decided(settings) else None


def sign(settings: Settings, release_id: str, by: str, reason: str) -> Blockers:
    """Record that a person stands for a release that waits; with the last signature asked for, readers see it.

    Raises:
        HomeBusyError: a night is at work.
        ReleaseError: there is no such release, it does not wait, its checklist blocks, or the person has signed.
    """
    refuse_unsigned(release_id, "a signature", by, reason)
    name = by.strip()
    with home_lock(settings, "a signature"):
        read_release(settings, release_id)
        _refuse_signature(settings, release_id, name)
        decide(settings, "release_signed", release_id, name, reason)
        failpoint(settings, "sign.before_current")
        admit(settings, release_id)
        write_views(settings)
        return find_blockers(settings, release_id)


def _refuse_signature(settings: Settings, release_id: str, name: str) -> None:
    waiting = waiting_id(settings)
    if waiting != release_id:
        others = f"{waiting} does" if waiting else "none does"
        raise ReleaseError(f"{release_id}: does not wait for a signature; {others}. Run `sanming release list`.")
    found = find_blockers(settings, release_id)
    if found.blocking or found.withdrawal:
        raise ReleaseError(
            f"{release_id}: {replace(found, missing=0, embargo=None).summary}; nobody can sign it."
            f" See `sanming release checklist {release_id}`."
        )
    if name in found.signed_by:
        raise ReleaseError(f"{release_id}: {name} has signed already; a second person is expected.")
