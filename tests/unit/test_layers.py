"""The layers of docs/architecture.md hold, and import-linter names a breach of each, also inside a function."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("expectations", "orchestration", "twin")


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"}
    return subprocess.run(
        [str(linter), "--no-cache"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages that may be spoiled."""
    root = tmp_path_factory.mktemp("tree")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("*.yaml", "*.csv", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def test_every_package_imports_those_below_it_alone() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("path", "breach", "rule"),
    [
        ("orchestration/core/lock.py", "from orchestration.runs.night import run_night", "imports those below it"),
        ("orchestration/receive/inbox.py", "from orchestration.read.landing import land", "imports those below it"),
        ("orchestration/release/publish.py", "import dagster as dg", "Dagster stays in"),
        ("orchestration/check/run.py", "import tests.conftest", "Nothing that runs imports the tests"),
        ("orchestration/runs/night.py", "from twin.city import build_city", "Only its own command"),
        (
            "orchestration/runs/night.py",
            "from orchestration.core.variables import read_settings",
            "read the environment",
        ),
        ("expectations/suites.py", "from orchestration.core import settings", "contracts know nothing"),
        ("twin/city.py", "from orchestration.core import settings", "synthetic city knows"),
    ],
)
def test_a_breach_inside_a_function_is_named(tree: Path, path: str, breach: str, rule: str) -> None:
    module = tree / path
    before = module.read_text(encoding="utf-8")
    module.write_text(f"{before}\n\ndef breach():\n    {breach}\n", encoding="utf-8")
    try:
        found = lint(tree)
    finally:
        module.write_text(before, encoding="utf-8")
    assert found.returncode == 1
    broken = " ".join(line for line in found.stdout.splitlines() if "BROKEN" in line)
    assert rule in broken
    assert path.removesuffix(".py").replace("/", ".") in found.stdout


def test_a_package_that_is_in_no_layer_is_named(tree: Path) -> None:
    stray = tree / "orchestration" / "stray"
    stray.mkdir()
    stray.joinpath("__init__.py").write_text('"""Nowhere."""\n', encoding="utf-8")
    try:
        found = lint(tree)
    finally:
        shutil.rmtree(stray)
    assert found.returncode == 1
    assert "stray" in found.stdout
