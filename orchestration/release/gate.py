"""Whether readers may see a release: its checklist must not block, and where the settings ask, two persons sign.

What may not be seen yet is sealed and waits, and readers stay where they are. A release that readers see has been
admitted once and for all.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.log import append_decisions, list_decisions
from orchestration.release.checklist import read_checklist
from orchestration.release.history import write_views
from orchestration.release.manifest import (
    Hold,
    Release,
    ReleaseError,
    Waiting,
    current_id,
    overtaken_file,
    read_hold,
    read_release,
    read_waiting,
)
from orchestration.release.pointers import point_current_at, write_hold, write_overtaken, write_waiting


@dataclass(frozen=True)
class Blockers:
    """What keeps a release from its readers.

    Attributes:
        blocking: names of items of the checklist.
        signed_by: who signed.
        missing: how many more have to.
    """

    blocking: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()
    missing: int = 0

    def __bool__(self) -> bool:
        return bool(self.blocking or self.missing)


def find_blockers(settings: Settings, release_id: str) -> Blockers:
    """What keeps a release on disk from its readers, by the settings of now."""
    checklist = read_checklist(settings.releases / release_id)
    if checklist is None:
        return Blockers()
    decisions = list_decisions(settings, ("release_signed",))
    signed = tuple(dict.fromkeys(decision.by for decision in decisions if decision.subject == release_id))
    # A release sealed before signing was asked for needs none, nor does one after it is asked for no longer.
    needed = max(min(checklist.signatures, settings.signatures), checklist.least_signatures)
    return Blockers(checklist.blocking(settings.checklist_blocks), signed, max(0, needed - len(signed)))


def is_blocked(settings: Settings) -> bool:
    """Whether a release waits because of its checklist, so that somebody has to do something about it."""
    waiting = read_waiting(settings)
    return waiting is not None and bool(find_blockers(settings, waiting.release_id).blocking)


def admit(settings: Settings, release_id: str) -> bool:
    """Show a sealed release to readers, or let it wait; whether ``current`` moved.

    Where readers are held at another release, they will see it when they are held no longer.

    Raises:
        ReleaseError: readers are held at a release that is gone.
    """
    before, hold = read_waiting(settings), read_hold(settings)
    seen = {current_id(settings), hold.latest if hold else None}
    was_seen = release_id in seen
    # A process killed on the last line below left what was seen among what waits.
    if before is not None and before.release_id not in {release_id, *seen}:
        write_overtaken(settings, before.release_id)
    found = find_blockers(settings, release_id)
    if found and not was_seen:
        write_waiting(settings, Waiting(release_id=release_id, since=clock.now()))
        return False
    if hold is not None:
        read_release(settings, hold.release_id)
        if hold.latest != release_id and _was_made_while_held(settings, hold):
            write_overtaken(settings, hold.latest)
        write_hold(settings, hold.model_copy(update={"latest": release_id}))
    wanted = release_id if hold is None else hold.release_id
    moved = current_id(settings) != wanted
    if moved:
        point_current_at(settings, wanted)
    overtaken_file(settings, release_id).unlink(missing_ok=True)  # a later night made it again
    # Last: were the process killed before, the next night would find it waiting and come here again.
    settings.waiting_file.unlink(missing_ok=True)
    return moved


def _was_made_while_held(settings: Settings, hold: Hold) -> bool:
    """Whether readers never saw what they would see next."""
    if not (settings.releases / hold.latest).is_dir():
        return False
    sealed_at = read_release(settings, hold.latest).manifest.sealed_at
    return sealed_at is not None and sealed_at > hold.since


def admit_waiting(settings: Settings) -> Release | None:
    """Try again with the release that waits, if one does: settings may have changed, or a signing was killed."""
    waiting = read_waiting(settings)
    if waiting is None:
        return None
    admit(settings, waiting.release_id)
    return read_release(settings, waiting.release_id)


def sign(settings: Settings, release_id: str, by: str, reason: str) -> Blockers:
    """Record that a person stands for a release that waits; with the last signature asked for, readers see it.

    Raises:
        HomeBusyError: a night is at work.
        ReleaseError: there is no such release, it does not wait, its checklist blocks, or the person has signed.
    """
    name = by.strip()
    if not name or not reason.strip():
        raise ReleaseError(f"{release_id}: a signature needs a name and a reason; say them with --by and --reason.")
    with home_lock(settings, "a signature"):
        read_release(settings, release_id)
        _refuse_signature(settings, release_id, name)
        append_decisions(
            settings, Decision(kind="release_signed", subject=release_id, at=clock.now(), by=name, reason=reason)
        )
        failpoint(settings, "sign.before_current")
        admit(settings, release_id)
        write_views(settings)
        return find_blockers(settings, release_id)


def _refuse_signature(settings: Settings, release_id: str, name: str) -> None:
    waiting = read_waiting(settings)
    if waiting is None or waiting.release_id != release_id:
        told = f"{waiting.release_id} does" if waiting else "none does"
        raise ReleaseError(f"{release_id}: does not wait for a signature; {told}. Run `sanming release list`.")
    found = find_blockers(settings, release_id)
    if found.blocking:
        raise ReleaseError(
            f"{release_id}: blocked by {', '.join(found.blocking)}; nobody can sign it."
            f" See `sanming release checklist {release_id}`."
        )
    if name in found.signed_by:
        raise ReleaseError(f"{release_id}: {name} has signed already; a second person is expected.")
