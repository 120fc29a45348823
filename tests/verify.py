"""The long part of the suite, in named parts: the full city, long nights, old homes, the edges of days, long fuzz.

``python -m tests.verify`` runs every part, two at a time; ``python -m tests.verify hours fuzz`` only these. A part that
passed is noted, and ``--resume`` leaves out what passed with the same tree: after a kill, or to see only what failed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
NOTES = ROOT / ".verify"
_WORKERS = 2


@dataclass(frozen=True)
class Part:
    """What is run together.

    Attributes:
        arguments: for pytest.
        environment: what is set besides the shell's own.
    """

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def _marked(*paths: str) -> Part:
    return Part(("-m", "verify", *paths))


# The longest first, so that none of them is alone at the end.
PARTS = {
    # The bad files' night is compared with the first one's, so one process runs both.
    "full-city": _marked("tests/acceptance/test_full_city.py", "tests/acceptance/test_bad_files_in_the_city.py"),
    "mutants": _marked("tests/unit/test_mutants.py"),
    "arriving-city": _marked("tests/acceptance/test_arriving_city.py"),
    # What `make test` shows on less: the head of each file says where.
    "long-nights": _marked(
        "tests/acceptance/test_killed_nights.py",
        "tests/acceptance/test_repeatable.py",
        "tests/acceptance/test_rebuild.py",
        "tests/acceptance/test_damaged_home.py",
        "tests/acceptance/test_bad_files_at_night.py",
        "tests/acceptance/test_silent_township.py",
        "tests/acceptance/test_questioned.py",
        "tests/acceptance/test_what_happened.py",
        "tests/acceptance/test_entries_of_july.py",
        "tests/acceptance/test_order_of_returns.py",
        "tests/acceptance/test_rule_trial.py",
        "tests/pipeline/test_conservation.py",
        "tests/pipeline/test_days.py",
        "tests/pipeline/test_orders.py",
    ),
    "fuzz": Part(
        (
            "tests/unit/test_values.py",
            "tests/unit/test_delimited.py",
            "tests/unit/test_largest_remainder.py",
            "tests/unit/test_rounding.py",
            "tests/unit/test_status_steps.py",
            "tests/unit/test_twin_guarantee.py",
            "tests/unit/test_twin_villages.py",
        ),
        {"FUZZ": "20"},
    ),
    "mutated": Part(("tests/unit/test_mutated_files.py",), {"FUZZ": "34"}),
    "hours": _marked("tests/acceptance/test_nights_by_the_clock.py"),
    "office": _marked("tests/acceptance/test_office_clients.py"),
    "receipts": Part(("tests/acceptance/test_receipts.py",), {"FUZZ": "2"}),
    "kept-homes": _marked("tests/acceptance/test_kept_homes.py"),
    "late-returns": _marked("tests/acceptance/test_oracle.py", "tests/acceptance/test_article.py"),
    "columns-read": _marked("tests/unit/test_columns_read.py"),
    "spans": _marked("-s", "tests/acceptance/test_spans.py"),
    "readers": _marked("-s", "tests/acceptance/test_readers_meanwhile.py"),
    "dashboards": _marked("tests/browser/test_superset.py"),
    "still-city": _marked("tests/unit/test_still_city.py"),
}


@click.command()
@click.argument("names", nargs=-1)
@click.option("--resume", is_flag=True, help="Leave out the parts that passed with the same tree.")
def verify(names: tuple[str, ...], resume: bool) -> None:
    """Run the parts NAMES, or all of them."""
    unknown = sorted(set(names) - PARTS.keys())
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}; there are {', '.join(PARTS)}", param_hint="NAMES")
    tree = _tree()
    wanted = [name for name in PARTS if not names or name in names]
    passed = [name for name in wanted if resume and _note(name).is_file() and _note(name).read_text() == tree]
    for name in passed:
        click.echo(f"{name:<14} passed before")
    failed = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        running = {pool.submit(_run, name): name for name in wanted if name not in passed}
        for done in as_completed(running):
            code, seconds, last = done.result()
            click.echo(f"{running[done]:<14} {seconds:6.0f} s  {last}")
            if code:
                failed.append(running[done])
            else:
                NOTES.mkdir(exist_ok=True)
                _note(running[done]).write_text(tree)
    for name in failed:
        click.echo(f"--- {name}\n{_log(name).read_text(encoding='utf-8')}")
    click.echo(f"parts: {len(wanted) - len(failed)} passed, {len(failed)} failed")
    sys.exit(bool(failed))


def _run(name: str) -> tuple[int, float, str]:
    """Run a part: its exit code, how long it took, and the last line it printed."""
    NOTES.mkdir(exist_ok=True)
    _note(name).unlink(missing_ok=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "--durations=5", *PARTS[name].arguments]
    with _log(name).open("w", encoding="utf-8") as log:
        ended = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **PARTS[name].environment}, stdout=log, stderr=log, check=False
        )
    lines = _log(name).read_text(encoding="utf-8").strip().splitlines()
    return ended.returncode, time.monotonic() - started, lines[-1] if lines else ""


def _note(name: str) -> Path:
    return NOTES / f"{name}.passed"


def _log(name: str) -> Path:
    return NOTES / f"{name}.log"


def _tree() -> str:
    """What tells this state of the checkout from another: the commit, and what differs from it."""
    digest = hashlib.sha256()
    for command in (["rev-parse", "HEAD"], ["diff", "HEAD"], ["status", "--porcelain"]):
        digest.update(subprocess.run(["git", *command], cwd=ROOT, capture_output=True, check=True).stdout)
    return digest.hexdigest()


if __name__ == "__main__":
    verify()
