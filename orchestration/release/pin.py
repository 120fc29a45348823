"""Roll readers back to an earlier release and keep them there, until they are told to follow the nights again.

While a home is held, nights go on: they seal what they made, and `current` stays. A rollback that the next night
undid would be none.
"""

from __future__ import annotations

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision
from orchestration.decisions.log import append_decisions
from orchestration.release.gate import find_blockers
from orchestration.release.history import write_views
from orchestration.release.manifest import Hold, Release, ReleaseError, current_id, read_hold, read_release
from orchestration.release.pointers import point_current_at, write_hold
from orchestration.release.verify import verify


def roll_back(settings: Settings, release_id: str, reason: str, by: str) -> Release:
    """Show readers an earlier release, from their next connection on, and hold them there; an act tells it.

    Raises:
        HomeBusyError: a night is at work.
        ReleaseError: there is no such release, it is not whole, or no name or reason is given.
    """
    if not reason.strip() or not by.strip():
        raise ReleaseError(
            f"{release_id}: a rollback needs a name and a reason; say them with --by and --reason, they are kept in the"
            " record."
        )
    with home_lock(settings, "a rollback"):
        found = verify(settings, release_id)
        if not found.ok:
            raise ReleaseError(
                f"{found.release.path}: not whole ({found.problems[0]}); `current` stays."
                " Choose another of `sanming release list`, or rebuild this one."
            )
        _refuse_unseen(settings, release_id)
        latest = _admitted(settings) or release_id
        now = clock.now()
        # Before it takes effect: were the process killed between the two, nothing would have happened unrecorded.
        append_decisions(
            settings, Decision(kind="readers_rolled_back", subject=release_id, at=now, by=by.strip(), reason=reason)
        )
        write_hold(settings, Hold(release_id=release_id, latest=latest, reason=reason, since=now))
        failpoint(settings, "rollback.before_current")
        point_current_at(settings, release_id)
        write_views(settings)
        return read_release(settings, release_id)


def resume(settings: Settings, by: str, reason: str) -> Release:
    """Let readers follow the nights again, beginning with the latest release; an act tells it.

    Raises:
        HomeBusyError: a night is at work.
        ReleaseError: readers are not held, or no name or reason is given.
    """
    if not reason.strip() or not by.strip():
        raise ReleaseError("The end of a rollback needs a name and a reason; say them with --by and --reason.")
    with home_lock(settings, "the end of a rollback"):
        hold = read_hold(settings)
        if hold is None:
            raise ReleaseError(f"{settings.hold_file}: readers are not held; `current` is what the last night made.")
        decision = Decision(kind="readers_resumed", subject=hold.latest, at=clock.now(), by=by.strip(), reason=reason)
        append_decisions(settings, decision)
        # Were the process killed between the two, the next night would find nothing held and publish.
        settings.hold_file.unlink()
        failpoint(settings, "resume.before_current")
        point_current_at(settings, hold.latest)
        write_views(settings)
        return read_release(settings)


def _admitted(settings: Settings) -> str | None:
    """The latest release that readers may see."""
    hold = read_hold(settings)
    return hold.latest if hold is not None and (settings.releases / hold.latest).is_dir() else current_id(settings)


def _refuse_unseen(settings: Settings, release_id: str) -> None:
    found = find_blockers(settings, release_id)
    if found and release_id not in {current_id(settings), _admitted(settings)}:
        reasons = [*found.blocking, *(["missing signatures"] if found.missing else [])]
        raise ReleaseError(
            f"{release_id}: readers may not see it ({', '.join(reasons)}); `current` stays."
            f" See `sanming release checklist {release_id}`."
        )
