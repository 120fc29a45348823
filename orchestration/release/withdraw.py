"""Take a release from its readers at once, and lead them to the one before it.

A rollback holds readers at a release and lets nothing new come; after a withdrawal they follow the nights as before,
and what was withdrawn is closed to everybody, by its path, too, until the withdrawal is reversed.
"""

from __future__ import annotations

from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.settings import Settings
from orchestration.decisions.decision import SYSTEM, Decision
from orchestration.decisions.log import append_decisions, take
from orchestration.release.gate import refuse_unsigned
from orchestration.release.history import known_releases
from orchestration.release.manifest import Release, ReleaseError, current_id, read_release, read_state
from orchestration.release.pointers import show_decided
from orchestration.release.views import write_views


def withdraw(settings: Settings, release_id: str, reason: str, by: str) -> Release | None:
    """Withdraw a release; it does not wait for a night that is at work.

    Returns:
        The release that readers see from now on; none where no earlier one is kept.

    Raises:
        ReleaseError: there is no such release, it is withdrawn already, or no name or reason is given.
    """
    refuse_unsigned(release_id, "a withdrawal, or its end,", by, reason)
    read_release(settings, release_id)
    state = read_state(settings)
    if release_id in state.withdrawn:
        one = state.withdrawn[release_id]
        raise ReleaseError(f"{release_id}: withdrawn already, by {one.by} at {clock.minute_of(one.at)}: {one.reason}")
    decided = [take("release_withdrawn", release_id, by.strip(), reason, before=current_id(settings))]
    # Both in one write: killed in between, readers would be led nowhere.
    earlier = _earlier(settings, release_id) if release_id == (state.published or current_id(settings)) else None
    if earlier is not None:
        decided.append(take("release_published", earlier, SYSTEM, f"{release_id} was withdrawn"))
    return _carry_out(settings, *decided)


def reverse_withdrawal(settings: Settings, release_id: str, reason: str, by: str) -> Release | None:
    """Give a withdrawn release back; where no night has published another since, readers see it again.

    Returns:
        The release that readers see from now on.

    Raises:
        ReleaseError: the release is not withdrawn, or no name or reason is given.
    """
    refuse_unsigned(release_id, "a withdrawal, or its end,", by, reason)
    state, released = read_state(settings), read_release(settings, release_id)
    if release_id not in state.withdrawn:
        raise ReleaseError(f"{release_id}: not withdrawn; withdrawn are {sorted(state.withdrawn) or 'none'}.")
    decided = [take("withdrawal_reversed", release_id, by.strip(), reason, before=current_id(settings))]
    latest = read_release(settings, state.published).manifest if state.published else None
    is_latest = latest is None or latest.known_on <= released.manifest.known_on
    if is_latest and release_id not in state.not_admitted:
        decided.append(take("release_published", release_id, SYSTEM, "its withdrawal was reversed"))
    return _carry_out(settings, *decided)


def _earlier(settings: Settings, release_id: str) -> str | None:
    """The last release before one that readers knew and that is kept."""
    ids = [one.manifest.release_id for one in known_releases(settings) if one.is_kept]
    before = ids[: ids.index(release_id)] if release_id in ids else ids
    return before[-1] if before else None


def _carry_out(settings: Settings, *decided: Decision) -> Release | None:
    """Record decisions and let them take effect; the release that readers see then."""
    append_decisions(settings, *decided)
    failpoint(settings, "withdraw.before_current")
    show_decided(settings)
    write_views(settings)
    return read_release(settings) if current_id(settings) else None
