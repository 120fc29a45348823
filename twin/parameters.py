"""What the yaml files of the synthetic city say, and which of its dated parameters are in force on a day.

What each number is for stands in its file; what is made of it, in the modules that ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def read_yaml(name: str) -> dict[str, Any]:
    """All that the yaml file of this name says, below this folder."""
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return read


def in_force(entries: Sequence[dict[str, Any]], day: date) -> dict[str, Any]:
    """The last of the dated entries that hold on a day.

    Raises:
        IndexError: none does.
    """
    held = [one for one in entries if one["valid_from"] <= day and (one["valid_to"] is None or day <= one["valid_to"])]
    return held[-1]
