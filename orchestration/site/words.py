"""The words of the pages that do not stand in a template, and which indicators stand where (``words.yaml``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@cache
def words() -> dict[str, Any]:
    """Everything in ``words.yaml``."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return found
