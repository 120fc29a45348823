"""What a damaged or unusual zip raises, whatever its members are packed with; a fault of the machine is none of it.

What is told of a damaged file is said by who reads it.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.core.machine_faults import is_of_the_machine

DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip


@contextmanager
def damage_as(kind: type[Exception], place: str) -> Iterator[None]:
    """Let damage within be raised as an error of the reader's own kind that names the place.

    Raises:
        OSError: a fault of the machine, which says nothing of the file.
    """
    try:
        yield
    except DAMAGE as error:
        if isinstance(error, kind) or is_of_the_machine(error):
            raise
        raise kind(f"{place}: {error}") from error
