"""How many examples a property is tried on: few in every run, many where the suite runs for long (``make fuzz``)."""

from __future__ import annotations

import os


def examples(number: int) -> int:
    """The number itself, or as many times it as the environment's ``FUZZ`` says."""
    return number * int(os.environ.get("FUZZ", "1"))
