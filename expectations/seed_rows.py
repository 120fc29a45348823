"""The rows of a seed CSV file as text, by one reader for all. Tables of them are made in ``seeds``."""

from __future__ import annotations

import csv
from pathlib import Path


def read_seed_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one seed file by column; a byte order mark that a spreadsheet left is no part of the first name."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
