"""Which periods are checked: a marker per period that names everything its verdicts rest on.

The marker holds a hash over the landed submissions of the period, the contracts and seeds, and the marker
of the period before it. A period whose hash has changed, or any later one, is to be checked again; there
is no list of touched periods to fall out of step.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from expectations.model import CONTRACTS_DIR
from orchestration.checking.verdicts import SUBMISSION_COLUMNS
from orchestration.settings import Settings


def landed_periods(settings: Settings) -> tuple[str, ...]:
    """Every period with a landed submission, ascending; refused files without a period are left out."""
    return tuple(sorted(period for period in _landed(settings) if period != "unknown"))


def _landed(settings: Settings) -> dict[str, list[str]]:
    """Batch names by period, from the manifests of complete batches."""
    batches: dict[str, list[str]] = {}
    for manifest in sorted((settings.landing / "batches").glob("*.json")):
        for period in json.loads(manifest.read_text(encoding="utf-8"))["periods"]:
            batches.setdefault(period, []).append(manifest.stem)
    return batches


def _rules_hash(settings: Settings) -> str:
    # Also what a verdict tells: else a home would keep files of an earlier form of the table.
    digest = hashlib.sha256(json.dumps(SUBMISSION_COLUMNS).encode())
    for folder, pattern in ((CONTRACTS_DIR, "*.yaml"), (settings.seeds, "*.csv")):
        for path in sorted(folder.glob(pattern)):
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


def _marker(settings: Settings, period: str) -> Path:
    return settings.findings / "checked" / f"{period}.json"


def _recorded(settings: Settings, period: str) -> str | None:
    path = _marker(settings, period)
    return json.loads(path.read_text(encoding="utf-8"))["inputs"] if path.exists() else None


def pending_periods(settings: Settings) -> tuple[str, ...]:
    """The periods to be checked, ascending: the first changed one and every later one."""
    hashes = expected_hashes(settings)
    return tuple(period for period, value in hashes.items() if _recorded(settings, period) != value)


def mark_checked(settings: Settings, period: str) -> None:
    """Record that the period's outputs belong to its present inputs."""
    path = _marker(settings, period)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps({"inputs": expected_hashes(settings)[period]}), encoding="utf-8")
    temporary.replace(path)
