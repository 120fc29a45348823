"""The words of generated files (``contracts/wording.yaml``): text for the eye, nothing that reading depends on."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from expectations.model import CONTRACTS_DIR


@cache
def load_wording() -> dict[str, Any]:
    """The whole file; sections ``template``, ``handbook``, ``dictionary`` and the names of words like severities."""
    words: dict[str, Any] = yaml.safe_load((CONTRACTS_DIR / "wording.yaml").read_text(encoding="utf-8"))
    return words


@cache
def load_screen() -> dict[str, Any]:
    """The words around the findings that `sanming check` prints (``contracts/screen.yaml``)."""
    words: dict[str, Any] = yaml.safe_load((CONTRACTS_DIR / "screen.yaml").read_text(encoding="utf-8"))
    return words
