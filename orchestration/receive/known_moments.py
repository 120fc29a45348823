"""The latest moment at which anything became known in a home, and the next one that something decided now gets.

Receipts are known here and the decisions on periods, files and findings; what they mean is told elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.decision import READING_KINDS, WAIVER_KINDS
from orchestration.decisions.log import list_decisions
from orchestration.decisions.period_state import period_decisions, turns
from orchestration.receive.archive import list_receipts


def latest_known(settings: Settings, at: datetime | None = None) -> datetime:
    """The latest thing known at a moment: a receipt, a decision that figures rest on, the end of a reopening.

    A build is asked for this and never for the clock, so that a night that is repeated is equal, and one after a
    period was closed is not.

    Args:
        settings: the home.
        at: with its time zone; now unless given.
    """
    moments, decisions = _received_moments(settings), period_decisions(settings)
    at = at or _now([*moments, *(decision.at for decision in decisions)])
    known = [moment for moment in (*moments, *turns(decisions, at)) if moment <= at]
    return max(known, default=datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC)


def next_moment(settings: Settings) -> datetime:
    """When something decided now is recorded: after everything received and decided."""
    known = _received_moments(settings) + [decision.at for decision in period_decisions(settings)]
    return _now([moment + timedelta(microseconds=1) for moment in known])


def _received_moments(settings: Settings) -> list[datetime]:
    """When files came, could not be read and were read after all, and when questions were waived or put again."""
    received = [receipt.received_at for receipt in list_receipts(settings)]
    return received + [decision.at for decision in list_decisions(settings, (*READING_KINDS, *WAIVER_KINDS))]


def changed_since(settings: Settings, known_on: datetime, at: datetime | None = None) -> bool:
    """Whether something was decided that figures tell, after one moment and up to another (default: now).

    A period was closed or opened or closed by itself, or a question was waived or a waiver reversed.
    """
    decisions, waivers = (
        period_decisions(settings),
        [decision.at for decision in list_decisions(settings, WAIVER_KINDS)],
    )
    at = at or _now([*(decision.at for decision in decisions), *waivers])
    return any(known_on < moment <= at for moment in (*turns(decisions, at), *waivers))


def _now(known: Sequence[datetime]) -> datetime:
    """Now, and no earlier than what is known already, should the clock have been set back."""
    return max([clock.now(), *known])
