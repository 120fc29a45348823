"""The words of generated files and of `sanming check`: text for the eye, nothing that reading or a rule depends on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations.model import CONTRACTS_DIR

_GENERATED, _SCREEN = "wording.yaml", "screen.yaml"


def deciding_contracts(folder: Path = CONTRACTS_DIR) -> list[Path]:
    """The files of the contracts that decide what is read, accepted and told of a return; not the words around it."""
    return sorted(path for path in folder.glob("*.yaml") if path.name not in {_GENERATED, _SCREEN})


@cache
def load_wording() -> dict[str, Any]:
    """The whole file; sections ``template``, ``handbook``, ``dictionary`` and the names of words like severities."""
    return _words(_GENERATED)


@cache
def load_screen() -> dict[str, Any]:
    """The words around the findings that `sanming check` prints (``contracts/screen.yaml``)."""
    return _words(_SCREEN)


def _words(name: str) -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((CONTRACTS_DIR / name).read_text(encoding="utf-8"))
    return words
