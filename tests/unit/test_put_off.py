"""Modules that are imported by name and loaded only when something of them is looked up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from expectations.put_off import put_off

# The night's own way to Great Expectations, and then what a distribution's expectation would do.
_LOAD_GX = """
import sys
from orchestration.check.evaluate import load_gx

load_gx()
before = "scipy.stats._distr_params" in sys.modules
from scipy import stats
print(before, stats.norm.cdf(0))
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package whose module ``heavy`` leaves a file behind when it is loaded."""
    name = f"package_of_{tmp_path.name}".replace("-", "_")
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("", encoding="utf-8")
    marker = tmp_path / "loaded"
    source = f"from pathlib import Path\nPath({str(marker)!r}).touch()\nanswer = 42\n"
    (tmp_path / name / "heavy.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    for module in (name, f"{name}.heavy"):
        sys.modules.pop(module, None)


def heavy_of(package: str) -> ModuleType:
    """What ``from package import heavy`` gives."""
    module: ModuleType = __import__(package, fromlist=["heavy"]).heavy
    return module


def test_a_module_put_off_is_loaded_when_something_of_it_is_looked_up(package: str, tmp_path: Path) -> None:
    put_off(package, "heavy")
    module = heavy_of(package)
    assert not (tmp_path / "loaded").exists()
    assert module.answer == 42
    assert (tmp_path / "loaded").exists()


def test_a_loaded_module_stays_as_it_is(package: str) -> None:
    loaded = import_module(f"{package}.heavy")
    put_off(package, "heavy")
    assert sys.modules[f"{package}.heavy"] is loaded
    assert heavy_of(package) is loaded


def test_a_module_that_is_not_there_is_missed_when_it_is_imported(package: str) -> None:
    put_off(package, "absent")
    with pytest.raises(ModuleNotFoundError):
        import_module(f"{package}.absent")


@pytest.mark.slow
def test_a_check_does_without_scipys_statistics_and_who_asks_has_them() -> None:
    done = subprocess.run([sys.executable, "-c", _LOAD_GX], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "0.5"]
