"""The office programs and libraries through which a return may have passed, each as: open this workbook and save it.

What must come back is judged by ``tests/acceptance/test_office_clients.py``. A program that is not on the machine is
``Missing``, with what would have to be installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas
import xlsxwriter

# Sheets as they look, in UTF-8, each in a file of its own behind the name of the workbook.
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
_SECONDS = 300

EXCELJS = """
const Excel = require('exceljs');
(async () => { for (let i = 1; i < process.argv.length - 1; i += 2) {
  const book = new Excel.Workbook();
  await book.xlsx.readFile(process.argv[i]);
  await book.xlsx.writeFile(process.argv[i + 1]);
} })();
"""
# With cellDates a date is written as ISO 8601, else as a number with its format.
SHEETJS = """
const XLSX = require('xlsx');
const dates = process.argv[process.argv.length - 1] === 'iso';
for (let i = 1; i < process.argv.length - 2; i += 2) {
  const book = XLSX.readFile(process.argv[i], {cellDates: dates, cellNF: true});
  XLSX.writeFile(book, process.argv[i + 1], {cellDates: dates});
}
"""
_PACKAGES = {"exceljs": "exceljs@4.4.0", "xlsx": "xlsx@0.18.5"}


class Missing(RuntimeError):
    """A program that is not on this machine."""


class LibreOffice:
    """``soffice`` without a screen, with a profile of its own; each call converts all files given in one process."""

    def __init__(self, work: Path) -> None:
        """Find the program, or say how to get it."""
        program = shutil.which("soffice")
        if program is None:
            raise Missing("no soffice on this machine: apt-get install libreoffice-calc-nogui")
        self._program = program
        self._profile = (work / "profile").as_uri()

    def convert(self, sources: Iterable[Path], suffix: str, folder: Path) -> None:
        """Save every source in the folder, as xlsx, ods or csv."""
        target = _CSV if suffix == "csv" else suffix
        command = [self._program, f"-env:UserInstallation={self._profile}", "--headless", "--convert-to", target]
        subprocess.run(
            [*command, "--outdir", str(folder), *map(str, sources)], check=True, capture_output=True, timeout=_SECONDS
        )


class Node:
    """The libraries of Node, installed with npm into a folder of the test."""

    def __init__(self, work: Path) -> None:
        """Install them, or say why that could not be done."""
        if shutil.which("node") is None or shutil.which("npm") is None:
            raise Missing("no node or npm on this machine")
        work.mkdir(parents=True)
        self._work = work
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--silent",
            "--ignore-scripts",
            "--fetch-retries=0",
            *_PACKAGES.values(),
        ]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if done.returncode:
            raise Missing(f"npm could not install {', '.join(_PACKAGES.values())}: {done.stderr.strip()[-200:]}")

    def run(self, script: str, *arguments: str, zone: str = "UTC") -> None:
        """Run a script that finds the libraries, on a machine of that time zone."""
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "TZ": "UTC",
            "NODE_PATH": str(self._work / "node_modules"),
        }
        subprocess.run(
            ["node", "-e", script, *arguments], env=environment, check=True, capture_output=True, timeout=_SECONDS
        )


def by_openpyxl(source: Path, target: Path) -> None:
    """openpyxl: opened and saved."""
    openpyxl.load_workbook(source).save(target)


def by_pandas(source: Path, target: Path) -> None:
    """pandas: each sheet a frame of objects, written without headers and index."""
    frames = pandas.read_excel(source, sheet_name=None, header=None, dtype=object)
    with pandas.ExcelWriter(target, engine="xlsxwriter") as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, header=False, index=False)


def by_xlsxwriter_1904(source: Path, target: Path) -> None:
    """XlsxWriter: values and dates alone, counted from 1904 as on old Macs."""
    options = {"default_date_format": "yyyy-mm-dd", "date_1904": True}
    with xlsxwriter.Workbook(str(target), options) as book:
        for sheet in openpyxl.load_workbook(source):
            copy = book.add_worksheet(sheet.title)
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        copy.write_string(cell.row - 1, cell.column - 1, cell.value)
                    elif cell.value is not None:
                        copy.write(cell.row - 1, cell.column - 1, cell.value)


def with_iso_dates(spelling: Callable[[datetime], str]) -> Callable[[Path, Path], None]:
    """A writer that keeps dates as ISO 8601 texts in cells of type ``d``, in the given spelling."""

    def save(source: Path, target: Path) -> None:
        book = openpyxl.load_workbook(source)
        book.iso_dates = True
        book.save(target)
        with zipfile.ZipFile(target) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        changed = 0
        for name, content in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                text, count = re.subn(
                    r'(<c [^>]*t="d"[^>]*><v>)([^<]*)(</v>)',
                    lambda cell: cell[1] + spelling(datetime.fromisoformat(cell[2])) + cell[3],
                    content.decode(),
                )
                parts[name], changed = text.encode(), changed + count
        assert changed, "no date was written as ISO"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return save
