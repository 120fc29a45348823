"""What reading and checking make of the stored files in ``inbox``, as one hash a table and period.

``python -m tests.logic.outcomes`` stores the outcomes of the working tree beside this module. It refuses where they
differ from those stored and neither the number in ``orchestration.core.logic_version`` nor a contract or seed has
changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from expectations.wording import deciding_contracts
from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods
from orchestration.core import clock
from orchestration.core.logic_version import CHECKING_VERSION, READING_VERSION
from orchestration.core.settings import Settings
from orchestration.read.landing import land
from orchestration.receive.inbox import receive

FOLDER = Path(__file__).parent
STORED = FOLDER / "outcomes.json"
# The day on which the files are received: a period after it cannot be meant.
RECEIVED = datetime(2017, 7, 5, 1, 30, tzinfo=UTC)
_KEY = "5a" * 32
_AREAS = {"reading": ("landing",), "checking": ("accepted", "held", "findings")}


def logic_outcomes(home: Path, submitters: tuple[str, ...] = ()) -> dict[str, Any]:
    """Receive, read and check the stored files in an empty home.

    Args:
        home: an empty folder.
        submitters: only the files of these; all of them unless named.
    """
    settings = Settings(home=home, settle_seconds=0, workers=1)
    settings.warehouse.mkdir(parents=True)
    settings.key_file.write_text(_KEY)
    for source in sorted((FOLDER / "inbox").rglob("*")):
        relative = source.relative_to(FOLDER / "inbox")
        if source.is_file() and (not submitters or relative.parts[0] in submitters):
            target = settings.inbox / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            os.utime(target, (0, 0))  # received in the order of their names
    with clock.at(RECEIVED):
        receive(settings)
    land(settings)
    check_periods(settings, landed_periods(settings))
    return {
        "definitions": _definitions(settings),
        "reading": {"version": READING_VERSION, "outcomes": _outcomes(settings, "reading")},
        "checking": {"version": CHECKING_VERSION, "outcomes": _outcomes(settings, "checking")},
    }


def unversioned_changes(stored: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What differs from the stored outcomes without a word: one line each, with what to do."""
    told = []
    for logic in _AREAS:
        before, after = stored[logic], found[logic]
        changed = sorted(
            name
            for name in before["outcomes"].keys() | after["outcomes"].keys()
            if before["outcomes"].get(name) != after["outcomes"].get(name)
        )
        if changed and before["version"] == after["version"] and stored["definitions"] == found["definitions"]:
            number = f"{logic.upper()}_VERSION"
            told.append(f"{logic} gives other outcomes ({', '.join(changed)}) and {number} is still {after['version']}")
    return told


def _definitions(settings: Settings) -> str:
    digest = hashlib.sha256()
    for path in sorted([*deciding_contracts(), *settings.seeds.glob("*.csv")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _outcomes(settings: Settings, logic: str) -> dict[str, str]:
    """``area/relation period`` → rows and the beginning of a hash over them."""
    found = {}
    for area in _AREAS[logic]:
        for folder in sorted((settings.warehouse / area).glob("*/period=*")):
            rows = duckdb.execute(
                "select * from read_parquet(?, hive_partitioning = false) order by all", [str(folder / "*.parquet")]
            ).fetchall()
            if rows:
                text = json.dumps(rows, default=str, ensure_ascii=False)
                name = f"{area}/{folder.parent.name} {folder.name.removeprefix('period=')}"
                found[name] = f"{len(rows)} rows {hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return found


def store() -> list[str]:
    """Store the outcomes of the working tree; what keeps them from being stored, if anything does."""
    with tempfile.TemporaryDirectory() as home:
        found = logic_outcomes(Path(home) / "home")
    refused = unversioned_changes(json.loads(STORED.read_text(encoding="utf-8")), found) if STORED.exists() else []
    if not refused:
        STORED.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return refused


if __name__ == "__main__":
    sys.exit("\n".join(store()) or None)  # an empty text would be told as a failure
