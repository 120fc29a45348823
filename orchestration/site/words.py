"""The words of the pages that do not stand in a template, and which indicators stand where (``words.yaml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orchestration.core.templates import read_words

FOLDER = Path(__file__).parent


def words() -> dict[str, Any]:
    """Everything in ``words.yaml``."""
    return read_words(FOLDER)
