"""The locks pin what pyproject.toml asks for, a night's packages by themselves, and what is imported is asked for."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.imports import OURS, packages_imported

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = tuple(PROJECT["optional-dependencies"])
BASE = "requirements.lock"
LOCKS = (BASE, *(f"requirements/{extra}.lock" for extra in EXTRAS))
# Resolved apart, for a venv of its own.
SUPERSET = "requirements/superset.lock"


@dataclass(frozen=True)
class Pin:
    """One line of a lock with the hashes below it."""

    requirement: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)


def pins_of(lock: str) -> list[Pin]:
    found = []
    for block in re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip()):
        first, *rest = block.split("\n")
        hashes = frozenset(part for line in rest for part in re.findall(r"--hash=(sha256:\w{64})", line))
        found.append(Pin(Requirement(first.rstrip(" \\")), hashes))
    return found


def names_of(lock: str) -> set[str]:
    return {pin.name for pin in pins_of(lock)}


def asked_by(extra: str | None) -> list[Requirement]:
    wishes = PROJECT["dependencies"] if extra is None else PROJECT["optional-dependencies"][extra]
    return [Requirement(text) for text in wishes]


def test_every_extra_has_its_lock_and_there_is_no_other() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("requirements*/*.lock")}
    assert files | {BASE} == {*LOCKS, SUPERSET}, "run `make lock`"


@pytest.mark.parametrize("extra", [None, *EXTRAS])
def test_every_direct_dependency_is_locked_at_the_version_asked_for(extra: str | None) -> None:
    lock = BASE if extra is None else f"requirements/{extra}.lock"
    locked = {(pin.name, str(pin.requirement.specifier)) for pin in pins_of(lock)}
    stale = [str(wish) for wish in asked_by(extra) if (canonicalize_name(wish.name), str(wish.specifier)) not in locked]
    assert stale == [], f"pyproject.toml and {lock} differ: run `make lock`"


def test_what_superset_s_venv_asks_for_is_locked() -> None:
    wishes = [
        Requirement(line) for line in (ROOT / "requirements/superset.in").read_text().splitlines() if line[0] != "#"
    ]
    locked = {pin.name: str(pin.requirement.specifier)[2:] for pin in pins_of(SUPERSET)}
    stale = [str(wish) for wish in wishes if not wish.specifier.contains(locked[canonicalize_name(wish.name)])]
    assert stale == []
    ours = {pin.name: str(pin.requirement.specifier)[2:] for pin in pins_of(BASE)}
    assert locked["duckdb"] == ours["duckdb"], "one version writes and reads"


@pytest.mark.parametrize("lock", [*LOCKS, SUPERSET])
def test_every_locked_version_is_exact_and_hashed(lock: str) -> None:
    loose = [
        str(pin.requirement)
        for pin in pins_of(lock)
        if not str(pin.requirement.specifier).startswith("==") or not pin.hashes
    ]
    assert loose == []


@pytest.mark.parametrize("lock", [*LOCKS, SUPERSET])
def test_a_lock_names_no_index_no_host_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.search(r"://|--index-url|--extra-index-url|--find-links|--trusted-host| @ ", text) is None
    assert [line for line in text.splitlines() if not re.match(r"[a-z0-9]|    --hash=sha256:\w{64}( \\)?$", line)] == []


def test_a_night_installs_nothing_that_another_command_asks_for() -> None:
    night = names_of(BASE)
    for extra in EXTRAS:
        assert night & {canonicalize_name(wish.name) for wish in asked_by(extra)} == set()
        assert night & names_of(f"requirements/{extra}.lock") == set(), "an extra's lock holds only what it adds"


def test_where_locks_meet_they_pin_the_same() -> None:
    """They come from one run of the resolver; two locks in one venv never undo each other."""
    pinned: dict[str, set[tuple[str, frozenset[str]]]] = {}
    for lock in LOCKS:
        lines: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for pin in pins_of(lock):
            lines.setdefault(pin.name, []).append((str(pin.requirement), pin.hashes))
        for name, same in lines.items():
            assert pinned.setdefault(name, set(same)) == set(same), f"{lock} pins {name} otherwise: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_and_that_of_a_night_hold_all_that_its_packages_need(lock: str) -> None:
    """The Makefile installs a lock without asking what a package needs besides."""
    held = names_of(BASE) | names_of(lock)
    missing = [f"{pin.name} needs {needed}" for pin in pins_of(lock) for needed in needs(pin) if needed not in held]
    assert missing == []


def needs(pin: Pin) -> set[str]:
    """What a package asks for on this machine, as it is installed; of one that is not installed nothing is known."""
    try:
        wishes = [Requirement(text) for text in requires(pin.name) or []]
    except PackageNotFoundError:
        return set()
    asked_as = ({"extra": extra} for extra in ("", *pin.requirement.extras))
    return {
        canonicalize_name(wish.name)
        for extra in asked_as
        for wish in wishes
        if wish.marker is None or wish.marker.evaluate(extra)
    }


holders = cache(packages_distributions)


def not_asked_for(source: str) -> set[str]:
    """What a module imports and no package brings that pyproject.toml names among a night's."""
    night = {canonicalize_name(wish.name) for wish in asked_by(None)}
    tops = packages_imported(source) - OURS - sys.stdlib_module_names
    return {top for top in tops if not night & {canonicalize_name(name) for name in holders().get(top, ())}}


def test_a_night_and_every_command_import_only_what_a_night_installs() -> None:
    paths = [path for package in OURS - {"tests"} for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(paths) > 100
    found = {
        path.relative_to(ROOT).as_posix(): foreign
        for path in paths
        if (foreign := not_asked_for(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import pytest", {"pytest"}),
        ("def f():\n    from openpyxl import load_workbook", {"openpyxl"}),
        ("import not_installed_here.part", {"not_installed_here"}),
        ("import requests", {"requests"}),  # there by chance: something else asks for it
        ("import json, yaml\nfrom dbt.cli.main import dbtRunner\nfrom twin import city", set()),
    ],
)
def test_an_import_that_nobody_asked_for_is_named(source: str, named: set[str]) -> None:
    assert not_asked_for(source) == named


def test_one_duckdb_version_serves_writers_and_readers_and_dbt_needs_no_download() -> None:
    pins = {pin.name: str(pin.requirement.specifier)[2:] for pin in pins_of(BASE)}
    assert pins["duckdb"] == "1.5.5"
    assert pins["dbt-core"].split(".")[:2] == ["1", "11"]
    assert pins["sqlalchemy"].split(".")[:2] == ["2", "0"]
