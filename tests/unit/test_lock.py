"""requirements.lock pins what pyproject.toml asks for, with hashes and without naming any index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


def locked_requirements() -> list[tuple[Requirement, int]]:
    """Each requirement of the lock and how many hashes follow it."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        first, *rest = block.split("\n")
        found.append((Requirement(first.rstrip(" \\")), sum("--hash=sha256:" in line for line in rest)))
    return found


def test_every_direct_dependency_is_locked_at_the_version_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    locked = {(canonicalize_name(pin.name), str(pin.specifier)) for pin, _ in locked_requirements()}
    stale = [str(wish) for wish in asked if (canonicalize_name(wish.name), str(wish.specifier)) not in locked]
    assert stale == [], "pyproject.toml and requirements.lock differ: run `make lock`"


def test_every_locked_version_is_exact_and_hashed() -> None:
    loose = [
        str(pin) for pin, hashes in locked_requirements() if not str(pin.specifier).startswith("==") or hashes == 0
    ]
    assert loose == []


def test_the_lock_names_no_index_and_no_path() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.search(r"://|--index-url|--extra-index-url|--find-links|--trusted-host| @ ", text) is None


def test_one_duckdb_version_serves_writers_and_readers_and_dbt_needs_no_download() -> None:
    pins = {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin, _ in locked_requirements()}
    assert pins["duckdb"] == "1.5.5"
    assert pins["dbt-core"].split(".")[:2] == ["1", "11"]
    assert pins["sqlalchemy"].split(".")[:2] == ["2", "0"]
