"""What decides the outcome besides the submissions: logic, contracts, seeds, models and macros, and a hash of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from expectations.wording import deciding_contracts
from orchestration.core.logic_version import CHECKING_VERSION, READING_VERSION
from orchestration.core.settings import Settings

LOGIC = {"logic/reading": READING_VERSION, "logic/checking": CHECKING_VERSION}


def definitions_hash(settings: Settings) -> str:
    """A hash of what decides the outcome besides the submissions: logic, contracts, seeds, models and macros."""
    return hash_of(definition_files(settings))


def hash_of(files: Mapping[str, bytes]) -> str:
    """The same hash from the files' own (``definition_files``)."""
    digest = hashlib.sha256()
    for name, number in LOGIC.items():
        digest.update(f"{name} {number}\n".encode())
    for path, content in files.items():
        digest.update(path.encode())
        digest.update(content)
    return digest.hexdigest()


def definition_files(settings: Settings) -> dict[str, bytes]:
    """Path in the checkout → SHA-256 of each file that decides the outcome besides the submissions."""
    project = settings.dbt_project
    contracts = settings.checkout / "expectations" / "contracts"
    paths = [*deciding_contracts(contracts), *project.glob("*.yml")]
    for folder in ("seeds", "models", "macros", "tests"):
        paths += [path for path in (project / folder).rglob("*") if path.is_file()]
    return {
        str(path.relative_to(settings.checkout)): hashlib.sha256(path.read_bytes()).digest() for path in sorted(paths)
    }
