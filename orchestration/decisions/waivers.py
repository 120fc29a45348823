"""Waivers: a person's recorded opinion that an alarm was false, and its reversal. Recording one is `rules.waiving`'s.

A waiver changes no row and no figure: what a rule held stays held until it is sent right or the rule is retired. It
answers what the alarm asked, so that it marks no figure any longer, and counts in the rule's false-alarm rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from orchestration.core.settings import Settings
from orchestration.decisions.decision import WAIVER_KINDS, Decision
from orchestration.decisions.log import list_decisions


def latest_words(settings: Settings, at: datetime | None = None) -> Mapping[str, Decision]:
    """The last decision up to a moment on each finding that was ever waived: a waiver that stands, or its reversal."""
    return {
        decision.subject: decision
        for decision in list_decisions(settings, WAIVER_KINDS)
        if at is None or decision.at <= at
    }


def waived_findings(settings: Settings, at: datetime) -> tuple[str, ...]:
    """The findings on which a waiver stands at a moment (with its time zone), ascending."""
    return tuple(
        sorted(name for name, decision in latest_words(settings, at).items() if decision.kind == WAIVER_KINDS[0])
    )
