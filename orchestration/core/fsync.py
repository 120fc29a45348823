"""What must outlast a power cut. Which files and folders those are is for their owners to know."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Make sure that a power cut finds the content of a file, or the names in a folder, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
