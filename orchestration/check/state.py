"""Which periods are checked: a marker per period that names everything its verdicts rest on, and what was written.

The marker holds a hash over the landed submissions of the period, the logic of reading and checking, the contracts and
seeds, and the marker of the period before it. A period whose hash has changed, or any later one, is to be checked
again, and so is one of whose files one is gone or no longer what was written; there is no list of touched periods to
fall out of step.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from expectations.model import CONTRACTS_DIR
from expectations.relations import FINAL_FINDING_COLUMNS, SUBMISSION_COLUMNS
from expectations.wording import deciding_contracts
from orchestration.core.logic_version import CHECKING_VERSION, READING_VERSION
from orchestration.core.settings import Settings
from orchestration.core.written_files import WrittenFile, damaged_files, note_files
from orchestration.home.batches import list_batches

_AREAS = ("accepted", "held", "findings")


class _Marker(BaseModel):
    """What a period's marker says.

    Attributes:
        outputs: its accepted, held and findings files; none in markers from before they were listed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: str
    outputs: tuple[WrittenFile, ...] = ()


def landed_periods(settings: Settings) -> tuple[str, ...]:
    """Every period with a landed submission, ascending; refused files without a period are left out."""
    return tuple(sorted(period for period in _landed(settings) if period != "unknown"))


def _landed(settings: Settings) -> dict[str, list[str]]:
    """Batch names by period, from the manifests of complete batches."""
    batches: dict[str, list[str]] = {}
    for batch in list_batches(settings):
        for period in batch.periods:
            batches.setdefault(period, []).append(batch.batch_id)
    return batches


def _rules_hash(settings: Settings) -> str:
    # Also what verdicts and findings tell: else a home would keep files of an earlier form of the tables.
    told = [READING_VERSION, CHECKING_VERSION, SUBMISSION_COLUMNS, FINAL_FINDING_COLUMNS]
    digest = hashlib.sha256(json.dumps(told).encode())
    for path in (*deciding_contracts(CONTRACTS_DIR), *sorted(settings.seeds.glob("*.csv"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def expected_hashes(settings: Settings) -> dict[str, str]:
    """The hash each landed period should carry, each built on the one before."""
    landed = _landed(settings)
    previous = _rules_hash(settings)
    hashes = {}
    for period in landed_periods(settings):
        text = "\n".join([previous, period, *landed[period]])
        previous = hashes[period] = hashlib.sha256(text.encode()).hexdigest()
    return hashes


def _marker_path(settings: Settings, period: str) -> Path:
    return settings.findings / "checked" / f"{period}.json"


def _is_checked(settings: Settings, period: str, inputs: str) -> bool:
    path = _marker_path(settings, period)
    try:
        marker = _Marker.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return False
    return marker.inputs == inputs and not damaged_files(settings.warehouse, marker.outputs)


def unchecked_periods(settings: Settings) -> tuple[str, ...]:
    """The periods to be checked, ascending: of changed inputs (then every later one, too) or damaged outputs."""
    hashes = expected_hashes(settings)
    return tuple(period for period, inputs in hashes.items() if not _is_checked(settings, period, inputs))


def mark_checked(settings: Settings, period: str) -> None:
    """Record that the period's outputs, as they stand, belong to its present inputs."""
    path = _marker_path(settings, period)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [
        found for area in _AREAS for found in (settings.warehouse / area).glob(f"*/period={period}/rows.parquet")
    ]
    marker = _Marker(inputs=expected_hashes(settings)[period], outputs=note_files(settings.warehouse, written))
    temporary = path.with_suffix(".tmp")
    temporary.write_text(marker.model_dump_json(indent=1), encoding="utf-8")
    temporary.replace(path)
