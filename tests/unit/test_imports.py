"""The layers hold: each import rule of docs/architecture.md, applied to the tree and shown to catch a breach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.import_rules import modules, packages_imported, violations

ROOT = Path(__file__).resolve().parents[2]


def test_no_module_imports_against_the_layers() -> None:
    found = [
        line
        for path in modules(ROOT)
        for line in violations(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_the_table_says_who_imports_whom() -> None:
    told = {}
    for line in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 3 and cells[0] != "`dbt_project`":
            told[cells[0].split("`")[1]] = set(cells[2].split("`")[1::2])
    assert told == packages_imported(ROOT)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        pytest.param("expectations/templates.py", "import orchestration.core.settings", id="expectations imports ours"),
        pytest.param("expectations/templates.py", "from twin import city", id="expectations imports the twin"),
        pytest.param(
            "twin/city.py", "from orchestration.core.settings import Settings", id="twin imports orchestration"
        ),
        pytest.param("twin/city.py", "def f():\n    import dagster", id="twin imports dagster"),
        pytest.param("orchestration/release/publish.py", "import dagster as dg", id="release imports dagster"),
        pytest.param("orchestration/check/run.py", "from dagster import asset", id="checking imports dagster"),
        pytest.param(
            "orchestration/cli/main.py", "from orchestration.runs.night import run_night", id="cli loads night at once"
        ),
        pytest.param("orchestration/cli/main.py", "from orchestration import night", id="cli loads night by package"),
        pytest.param("orchestration/cli/synthetic.py", "import twin.city", id="the twin loaded at once"),
        pytest.param("orchestration/cli/main.py", "def f():\n    import twin.city", id="cli knows the twin"),
        pytest.param(
            "orchestration/runs/night.py", "def f():\n    from twin.city import build_city", id="night uses the twin"
        ),
        pytest.param(
            "orchestration/core/lock.py", "def f():\n    import orchestration.runs.night", id="others load night"
        ),
        pytest.param("orchestration/check/run.py", "import great_expectations", id="GX loaded by everybody"),
        pytest.param("orchestration/receive/inbox.py", "from . import archive", id="relative import"),
        pytest.param("orchestration/receive/inbox.py", "import tests.conftest", id="code imports tests"),
        pytest.param("expectations/suites.py", "import dagster", id="expectations imports dagster"),
    ],
)
def test_a_breach_is_named_with_its_place(path: str, source: str) -> None:
    (line, *_) = violations(path, source)
    assert line.startswith(f"{path}:")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("orchestration/cli/synthetic.py", "def twin():\n    from twin.city import build_city"),
        ("orchestration/cli/main.py", "def night():\n    from orchestration.runs.night import run_night"),
        (
            "orchestration/cli/webserver.py",
            "def serve():\n    from orchestration.runs.night import prepare_dagster_home",
        ),
        ("orchestration/cli/console.py", "if TYPE_CHECKING:\n    from orchestration.runs.night import NightReport"),
        ("orchestration/defs/forms.py", "import dagster as dg\nfrom orchestration.checking import run"),
        ("orchestration/definitions.py", "import dagster as dg"),
        ("orchestration/runs/night.py", "import dagster as dg\nfrom orchestration.definitions import defs"),
        ("twin/city.py", "from expectations.contract import load_contracts"),
        ("tests/conftest.py", "import dagster, twin, orchestration.runs.night"),
    ],
)
def test_what_the_layers_allow_passes(path: str, source: str) -> None:
    assert violations(path, source) == []
