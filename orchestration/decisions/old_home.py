"""What homes of before the log kept in files of their own, told as decisions of the log.

A decision was a file in ``raw/archive/acts``. Where readers were pinned stood in ``warehouse/hold.json``, what waited
to be seen in ``waiting.json``, and beside the manifests an ``.overtaken`` for what a later release superseded. Where a
home has a log, it has taken all of them over, and nobody reads them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from orchestration.core.settings import Settings
from orchestration.decisions.decision import SYSTEM, Decision, DecisionLogError
from orchestration.decisions.release_state import release_state

_SUPERSEDED = ".overtaken"
_REASON = "so it stood in {file}, before there was a log of decisions"
_Written = TypeVar("_Written", bound=BaseModel)


class _Pin(BaseModel):
    release_id: str
    latest: str
    reason: str
    since: datetime


class _Waiting(BaseModel):
    release_id: str
    since: datetime


def old_decisions(settings: Settings) -> tuple[Decision, ...]:
    """What was decided in a home that has no log yet, in an order that leaves readers where they are.

    Raises:
        DecisionLogError: a file cannot be read.
    """
    pin, waiting = _read(_pin_file(settings), _Pin), _read(_waiting_file(settings), _Waiting)
    superseded = [
        _by_system("release_deferred", path.name.removesuffix(_SUPERSEDED), _sealed_at(settings, path), path.name)
        for path in _superseded_files(settings)
    ]
    decided = _release_of_readers(settings, list(_kept_decisions(settings)), pin)
    if waiting is not None:
        decided.append(_by_system("release_deferred", waiting.release_id, waiting.since, "waiting.json"))
    return (*superseded, *decided)


def remove_replaced(settings: Settings) -> None:
    """Remove the files that say of readers what the log says now; the archive's stay, as they were written."""
    for path in (_pin_file(settings), _waiting_file(settings), *_superseded_files(settings)):
        path.unlink(missing_ok=True)


def _pin_file(settings: Settings) -> Path:
    return settings.warehouse / "hold.json"


def _waiting_file(settings: Settings) -> Path:
    return settings.warehouse / "waiting.json"


def _superseded_files(settings: Settings) -> list[Path]:
    return sorted(settings.manifests.glob(f"*{_SUPERSEDED}"))


def _kept_decisions(settings: Settings) -> Iterator[Decision]:
    for path in sorted((settings.archive / "acts").glob("[0-9]*.json")):
        decision = _read(path, Decision)
        if decision is not None:
            yield decision


def _release_of_readers(settings: Settings, kept: list[Decision], pin: _Pin | None) -> list[Decision]:
    """The decisions kept, and those they lack about the release that readers see and the one they may see.

    The latest release is taken to be published when it was sealed: before a rollback, or while it stood.
    """
    link, file = settings.current, "current" if pin is None else "hold.json"
    latest = pin.latest if pin is not None else link.readlink().name if link.is_symlink() else None
    if latest is None:
        return sorted(kept, key=lambda decision: decision.at)
    published = _by_system("release_published", latest, _sealed_at(settings, settings.releases / latest), file)
    decided = [*kept, published]
    if pin is not None and not any(_is_of(decision, pin) for decision in kept):
        known = {"subject": pin.release_id, "at": pin.since, "by": "unknown", "reason": pin.reason}
        decided.append(Decision.model_validate({"kind": "readers_rolled_back"} | known))
    decided.sort(key=lambda decision: decision.at)
    state = release_state(decided)
    if pin is None and state.pin is not None:  # killed before it took effect, or the file was removed by hand
        decided.append(_by_system("readers_resumed", latest, state.pin.at, "no hold.json"))
    elif state.published != latest:  # an earlier release that was made again
        decided.append(published)
    return decided


def _is_of(decision: Decision, pin: _Pin) -> bool:
    return (decision.kind, decision.subject, decision.at) == ("readers_rolled_back", pin.release_id, pin.since)


def _by_system(kind: str, release_id: str, at: datetime, file: str) -> Decision:
    known = {"kind": kind, "subject": release_id, "at": at, "by": SYSTEM, "reason": _REASON.format(file=file)}
    return Decision.model_validate(known)


def _sealed_at(settings: Settings, path: Path) -> datetime:
    """When the release was sealed that a path is named after; long ago where nothing of it is left."""
    release_id = path.name.removesuffix(_SUPERSEDED)
    manifests = (settings.releases / release_id / "manifest.json", settings.manifests / f"{release_id}.json")
    for manifest in manifests:
        if manifest.is_file():
            noted = json.loads(manifest.read_text(encoding="utf-8"))
            return datetime.fromisoformat(noted.get("sealed_at") or noted["known_on"])
    return datetime(1970, 1, 1, tzinfo=UTC)


def _read(path: Path, kind: type[_Written]) -> _Written | None:
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValidationError:
        raise DecisionLogError(
            f"{path}: cannot be read; expected what was decided, in JSON. Restore the file from the backup, or remove"
            " it and decide again."
        ) from None
