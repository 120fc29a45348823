"""Pin readers to an earlier release, until it is decided that they follow the nights again.

While readers are pinned, nights go on: they seal what they made, and `current` stays. A rollback that the next night
undid would be none.
"""

from __future__ import annotations

from orchestration.core.failpoints import failpoint
from orchestration.core.lock import home_lock
from orchestration.core.settings import Settings
from orchestration.decisions.log import decide
from orchestration.release.gate import refuse_unseen
from orchestration.release.manifest import Release, ReleaseError, current_id, read_release, read_state
from orchestration.release.pointers import show_decided
from orchestration.release.verify import verify
from orchestration.release.views import write_views


def roll_back(settings: Settings, release_id: str, reason: str, by: str) -> Release:
    """Show readers an earlier release, from their next connection on, and pin them to it; the log says who and why.

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
        refuse_unseen(settings, release_id)
        # Recorded before it takes effect: killed in between, the next night shows what was decided.
        decide(settings, "readers_rolled_back", release_id, by.strip(), reason, before=current_id(settings))
        failpoint(settings, "rollback.before_current")
        show_decided(settings)
        write_views(settings)
        return read_release(settings, release_id)


def resume(settings: Settings, by: str, reason: str) -> Release:
    """Let readers follow the nights again, beginning with the latest release; the log says who and why.

    Raises:
        HomeBusyError: a night is at work.
        ReleaseError: readers are not pinned, or no name or reason is given.
    """
    if not reason.strip() or not by.strip():
        raise ReleaseError("The end of a rollback needs a name and a reason; say them with --by and --reason.")
    with home_lock(settings, "the end of a rollback"):
        state = read_state(settings)
        if state.pin is None or state.published is None:
            raise ReleaseError(f"{settings.home}: readers are not held; `current` is what the last night made.")
        decide(settings, "readers_resumed", state.published, by.strip(), reason, before=current_id(settings))
        failpoint(settings, "resume.before_current")
        show_decided(settings)
        write_views(settings)
        return read_release(settings)
