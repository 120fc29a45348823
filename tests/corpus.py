"""Workbooks that other projects test their readers with, run through the intake: ``make corpus``.

They stand in Debian's source packages, are fetched with apt into a folder of their own and thrown away with it; nothing
of them is kept here. No file may crash the intake, be beyond the reader (FL-23), or be accepted as a return.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import duckdb

from orchestration.core.settings import Settings
from orchestration.read.landing import land
from orchestration.receive.inbox import receive

PACKAGES = (
    "pandas", "r-cran-readxl", "libspreadsheet-parsexlsx-perl", "libspreadsheet-parseexcel-perl", "openpyxl",
    "python-xlrd", "libspreadsheet-read-perl", "libspreadsheet-readsxc-perl", "libspreadsheet-xlsx-perl", "xlsx2csv",
    "csvkit", "python-agate-excel", "r-cran-openxlsx", "r-cran-rio", "golang-github-tealeg-xlsx", "ruby-roo",
    "ruby-spreadsheet", "freexl", "liborcus", "libxlsxwriter", "visidata", "gnumeric", "libapache-poi-java",
)  # fmt: skip
_SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".et", ".ods", ".fods", ".csv", ".tsv"}
_SOURCES = Path("/etc/apt/sources.list.d")
_LARGEST = 5_000_000  # of one file: the table is about kinds, not sizes


def main() -> None:
    """Fetch, run and print; ends with 1 when a file was beyond the reader or taken for a return."""
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        root = Path(folder)
        settings = Settings(home=root / "home", settle_seconds=0, workers=2)
        versions = dict(_fetch(root / "apt", settings.inbox))
        outcomes = _run(settings)
    bad = _print(versions, outcomes)
    sys.exit(1 if bad else 0)


def _fetch(folder: Path, inbox: Path) -> Iterator[tuple[str, str]]:
    """Put the workbooks of each package that can be had into the inbox; gives names and versions."""
    apt = _Apt(folder)
    for package in PACKAGES:
        if archive := apt.source(package):
            count = _unpack(archive, inbox / package)
            print(f"{package}: {count} files", file=sys.stderr)
            yield package, re.sub(r"\.orig.*|\.tar.*", "", archive.name.partition("_")[2])
            archive.unlink()


class _Apt:
    """The machine's own package sources, asked for source packages; the machine's lists stay as they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        parts = folder / "parts"
        for place in (parts, folder / "lists" / "partial", folder / "cache" / "archives" / "partial", folder / "got"):
            place.mkdir(parents=True)
        for listed in _SOURCES.glob("*.sources"):
            text = re.sub(r"(?m)^Types: .*$", "Types: deb-src", listed.read_text(encoding="utf-8"))
            (parts / listed.name).write_text(text, encoding="utf-8")
        places = {
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": parts,
            "Dir::State::Lists": folder / "lists",
            "Dir::Cache": folder / "cache",
        }
        self.options = [word for name, value in places.items() for word in ("-o", f"{name}={value}")]
        self._run("update", check=True)

    def _run(self, *words: str, check: bool = False) -> subprocess.CompletedProcess[bytes]:
        command = ["apt-get", *self.options, "-qq", *words]
        return subprocess.run(command, cwd=self.folder / "got", capture_output=True, check=check)

    def source(self, package: str) -> Path | None:
        """The original archive of a package; none where this distribution does not have it."""
        self._run("source", "--download-only", package)
        found = next((p for p in sorted((self.folder / "got").iterdir()) if ".orig.tar" in p.name), None)
        for other in (self.folder / "got").iterdir():
            if other != found:
                other.unlink()
        return found


def _unpack(archive: Path, target: Path) -> int:
    target.mkdir(parents=True)
    count = 0
    with tarfile.open(archive) as packed:
        for member in packed:
            suffix = PurePosixPath(member.name).suffix.lower()
            if (
                member.isfile()
                and suffix in _SUFFIXES
                and member.size <= _LARGEST
                and (content := packed.extractfile(member))
            ):
                count += 1
                with (target / f"{count:04d}{suffix}").open("wb") as out:
                    shutil.copyfileobj(content, out)
    return count


def _run(settings: Settings) -> dict[str, Counter[str]]:
    """Package → outcome → number of files."""
    received = receive(settings).received
    land(settings)
    landed = duckdb.execute(
        """select submission_id, min(code) filter (severity = 'block'), bool_or(code = 'FL-23')
        from read_parquet(?, hive_partitioning = false) group by all""",
        [str(settings.landing / "file_findings" / "*" / "*.parquet")],
    ).fetchall()
    told = {name: "FL-23" if is_beyond else code for name, code, is_beyond in landed}
    outcomes: dict[str, Counter[str]] = {}
    for receipt in received:
        code = told.get(receipt.submission_id)
        package = PurePosixPath(receipt.inbox_path).parts[0]
        outcomes.setdefault(package, Counter())[code or "taken for a return"] += 1
    return outcomes


def _print(versions: dict[str, str], outcomes: dict[str, Counter[str]]) -> int:
    bad = 0
    print(f"{'package':<34}{'version':<30}{'files':>6}  outcomes")
    for package, version in versions.items():
        counted = outcomes.get(package, Counter())
        bad += counted["FL-23"] + counted["taken for a return"]
        shown = ", ".join(f"{code} {count}" for code, count in sorted(counted.items()))
        print(f"{package:<34}{version[:28]:<30}{counted.total():>6}  {shown}")
    print(f"{sum(counted.total() for counted in outcomes.values())} files, {bad} of them a fault of ours")
    return bad


if __name__ == "__main__":
    main()
