"""How large the sheets of a workbook are, told from their XML before the fast reader is let near them.

calamine lays a sheet out as a full rectangle from its first to its last cell: one stray cell in the
last row and column of Excel's grid would ask for hundreds of gigabytes and end the process. It also
believes the number of texts and styles a part says it has. So corners and counts are looked up first.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from orchestration.submissions.workbook import WorkbookError

_SHEET_PART = re.compile(r"^/?xl[/\\](work|chart|dialog|macro)sheets[/\\]", re.IGNORECASE)
# A cell in a three-letter column or a cell or row with a six-digit number: what an honest return never has.
_FAR = re.compile(rb'r=["\'](?:[A-Z]{3}|[A-Z]{0,3}\d{6})', re.IGNORECASE)
_COUNT = re.compile(rb'\b(?:uniqueC|c)ount=["\'](\d{7,})')
_COUNTED_PARTS = ("sharedstrings.xml", "styles.xml")
_ADDRESS = re.compile(rb'r=["\']([A-Z]{0,3})(\d*)["\']', re.IGNORECASE)


def spans(path: Path) -> Iterator[tuple[str, int]]:
    """Parts of the workbook that claim much: the cells of a sheet's rectangle, or the entries of a list.

    Raises:
        WorkbookError: a part cannot be unzipped.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if _SHEET_PART.match(info.filename):
                    xml = archive.read(info)
                    if _FAR.search(xml):
                        yield info.filename, _span(xml)
                elif info.filename.lower().endswith(_COUNTED_PARTS):
                    yield info.filename, max((int(n) for n in _COUNT.findall(archive.read(info))), default=0)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise WorkbookError(f"{path.name}: {error}") from error


def _span(xml: bytes) -> int:
    rows, columns = 1, 1
    for match in _ADDRESS.finditer(xml):
        column = 0
        for letter in match[1].upper():
            column = column * 26 + letter - 64
        columns = max(columns, column)
        rows = max(rows, int(match[2] or 0))
    return rows * columns
