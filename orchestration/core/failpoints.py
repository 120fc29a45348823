"""Named places where a test may kill the process, to show that the next night completes.

A failpoint is off unless ``Settings.failpoint`` names it; then the process ends at once, as a power
cut would, without running any clean-up. Only a test names one, in the settings it passes: no variable does.
"""

from __future__ import annotations

import os

from orchestration.core.settings import Settings

# In the order in which a night comes to them.
NIGHT_FAILPOINTS = (
    "receive.after_archive",
    "landing.before_manifest",
    "checking.before_swap",
    "transform.before_release",
    "release.before_current",
)
FAILPOINTS = (
    *NIGHT_FAILPOINTS,
    "release.before_removal",
    "rollback.before_current",
    "resume.before_current",
    "sign.before_current",
    "withdraw.before_current",
    "admit.before_current",
    "rebuild.before_release",
    "trial.before_rename",
    "views.before_rename",
    "derived.before_rename",
    "push.after_table",
    "push.before_switch",
    "push.before_references",
    "decisions.before_rename",
)


def failpoint(settings: Settings, name: str) -> None:
    """End the process here when the settings say so. ``name`` is one of ``FAILPOINTS``."""
    if name not in FAILPOINTS:
        raise ValueError(f"unknown failpoint {name!r}; known are {FAILPOINTS}")
    if settings.failpoint == name:
        os._exit(137)
