"""What homes of before the log recorded in files of their own, told as decisions of the log.

A decision was a file in ``raw/archive/acts``. Those files are part of the archive and stay; where a home has a log, it
has taken them over and nobody reads them again.
"""

from __future__ import annotations

from orchestration.core.settings import Settings
from orchestration.decisions.decision import Decision


def old_decisions(settings: Settings) -> tuple[Decision, ...]:
    """What was decided in a home that has no log yet, in the order in which it was."""
    return tuple(sorted(_acts(settings), key=lambda decision: decision.at))


def _acts(settings: Settings) -> list[Decision]:
    paths = sorted((settings.archive / "acts").glob("[0-9]*.json"))
    return [Decision.model_validate_json(path.read_text(encoding="utf-8")) for path in paths]
