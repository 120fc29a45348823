"""The manifests of landed batches: what was read together, by which version of reading, into which files.

A batch exists when its manifest does. Reading a batch and removing its files is landing's work.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.core.settings import Settings
from orchestration.core.written_files import WrittenFile, damaged_files


class Batch(BaseModel):
    """One landed batch.

    Attributes:
        files: its Parquet files; of batches before there were versions, their names alone.
        reading_version: of the logic that read it; 0 before there were versions.
        key_fingerprint: of the key its tokens were made with; none before fingerprints were kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    batch_id: str
    submission_ids: tuple[str, ...]
    periods: tuple[str, ...]
    files: tuple[WrittenFile | str, ...]
    reading_version: int = 0
    key_fingerprint: str | None = None

    def damaged(self, settings: Settings) -> tuple[str, ...]:
        """Its files that are gone or no longer what was written."""
        return damaged_files(settings.landing, [file for file in self.files if isinstance(file, WrittenFile)])


def manifest_path(settings: Settings, batch_id: str) -> Path:
    """Where the manifest of a batch is."""
    return settings.landing / "batches" / f"{batch_id}.json"


def list_batches(settings: Settings) -> tuple[Batch, ...]:
    """Every batch of the landing area, by id; a manifest that cannot be read stands for none."""
    return tuple(batch for path in manifest_paths(settings) if (batch := _batch_in(path)) is not None)


def manifest_paths(settings: Settings) -> list[Path]:
    """All manifests, also those that cannot be read."""
    return sorted((settings.landing / "batches").glob("*.json"))


def _batch_in(path: Path) -> Batch | None:
    try:
        return Batch.model_validate_json(path.read_bytes())
    except ValidationError:
        return None


def batch_paths(settings: Settings, batch_id: str) -> list[Path]:
    """The files that carry a batch's name, whether its manifest lists them or not."""
    return sorted(settings.landing.glob(f"*/period=*/batch-{batch_id}.parquet"))


def landed_batches(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Batch id → the periods it touched, for every complete batch of the landing area."""
    return {batch.batch_id: batch.periods for batch in list_batches(settings)}
