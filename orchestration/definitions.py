"""Dagster's entry: everything under ``defs/`` is found by itself. Nothing is declared here."""

from __future__ import annotations

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """All definitions of the code location."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
