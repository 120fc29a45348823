"""Which names are none of a sender's files: what programs leave behind, and what is not finished yet."""

from __future__ import annotations

import fnmatch
from pathlib import PurePosixPath

from orchestration.workbook.words import load_words


def is_clutter(path: str) -> bool:
    """Whether a file of the inbox or a member of a zip is a leftover, by its own name or that of a folder it is in."""
    patterns = [pattern.lower() for pattern in load_words().clutter_names]
    return any(fnmatch.fnmatchcase(part.lower(), pattern) for part in PurePosixPath(path).parts for pattern in patterns)
