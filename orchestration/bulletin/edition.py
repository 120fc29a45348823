"""The release as of one period of it: what came for a later period is not in its bulletin."""

from __future__ import annotations

from dataclasses import replace

from orchestration.bulletin.words import sentence
from orchestration.release.manifest import ReleaseError
from orchestration.site.opened import Opened


def as_of(opened: Opened, period: str | None) -> Opened:
    """The same release without later periods; the latest of each indicator is the latest that is left.

    Raises:
        ReleaseError: it has no such period.
    """
    wanted = period or max(opened.periods, default="")
    if wanted not in opened.periods:
        raise ReleaseError(
            f"{opened.release_id}: has no figures of {wanted or 'any period'}; it has those of"
            f" {', '.join(opened.periods) or 'none'}. Name one of them."
        )
    figures = {
        subject: tuple(one for one in history if one.period <= wanted) for subject, history in opened.figures.items()
    }
    latest: dict[str, str] = {}
    for (indicator, _), history in figures.items():
        for one in history:
            latest[indicator] = max(latest.get(indicator, ""), one.period)
    return replace(
        opened,
        periods={key: name for key, name in opened.periods.items() if key <= wanted},
        figures=figures,
        indicators={
            key: replace(indicator, latest_period=latest.get(key)) for key, indicator in opened.indicators.items()
        },
        needs=tuple(need for need in opened.needs if need.period <= wanted),
    )


def issue_of(opened: Opened) -> str:
    """Which bulletin this is: of its year, and of all."""
    period = opened.latest_period
    of_year = [one for one in opened.periods if one[:4] == period[:4]]
    return sentence("issue", year=period[:4], number=len(of_year), all=len(opened.periods))
