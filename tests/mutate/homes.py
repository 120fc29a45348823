"""The small city's nights that changes are held against: one after which all has come, one with a late and a silent
township. They are made once and kept until anything that makes them is changed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import click
import pandas as pd

from tests.mutate.warehouse import Warehouse, read_warehouse
from tests.nights import SMALL_SCALE, SMALL_TOWNSHIPS, home_settings, send

ROOT = Path(__file__).parents[2]
STORE = ROOT / ".mutate"
# One never comes, one has not come yet: (submitter, period), by home.
MISSING = {"small": (), "late": (("350423103", "2017-06"), ("350426202", "2016-12"))}
# What a home's rows and figures are made by; not the yml beside the models, where unit tests stand.
_MAKES = (
    "expectations",
    "orchestration",
    "twin",
    "dbt_project/models/*.sql",
    "dbt_project/macros",
    "dbt_project/seeds",
)


def prepared() -> list[Warehouse]:
    """Both warehouses, made anew where they are not those of this checkout."""
    found, wanted = STORE / "made-by", _makes()
    if not found.is_file() or found.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(STORE / "homes", ignore_errors=True)
        for name, missing in MISSING.items():
            click.echo(f"the night of the {name} home")
            _make(STORE / "homes" / name, missing)
        found.write_text(wanted, encoding="utf-8")
    return [_read(STORE / "homes" / name) for name in MISSING]


def _read(home: Path) -> Warehouse:
    figures, facts = (pd.read_pickle(_expected(home, what)) for what in ("figures", "facts"))
    return read_warehouse(home, figures, dict(zip(facts["fact"], facts["value"].astype(float), strict=True)))


def _expected(home: Path, what: str) -> Path:
    return home.with_name(f"{home.name}-{what}.pickle")


def _make(home: Path, missing: tuple[tuple[str, str], ...]) -> None:
    from orchestration.runs.night import run_night
    from twin.city import build_city
    from twin.expected import expected_figures as facts_of
    from twin.oracle import expected_figures
    from twin.oracle.returns import came_to, returns_of
    from twin.plant import plant_errors
    from twin.state import make_state

    city = build_city(home.with_name(f"{home.name}-city"), scale=SMALL_SCALE, townships=SMALL_TOWNSHIPS)
    send(city, home)
    for submitter, period in missing:
        for path in (home / "raw" / "inbox" / submitter).iterdir():
            if period in path.name:
                path.unlink()
    report = run_night(home_settings(home))
    assert report.success, f"{report.failed_step}: {report.error}"
    planted = plant_errors(make_state(SMALL_SCALE, SMALL_TOWNSHIPS))
    came = came_to(home / "raw" / "archive", planted)
    assert not set(missing) & came.keys()
    expected_figures(returns_of(planted, came)).to_pickle(_expected(home, "figures"))
    facts = facts_of(planted.state)
    facts[[not missing] * len(facts)].to_pickle(_expected(home, "facts"))


def _makes() -> str:
    digest = hashlib.sha256()
    listed = subprocess.run(["git", "ls-files", "-z", *_MAKES], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and not name.endswith(".yml") and (ROOT / name).is_file():
            digest.update(name.encode() + (ROOT / name).read_bytes())
    return digest.hexdigest()
