"""Try rules over all kept originals: two opinions on the same returns, and the second kept beside the first.

Nothing that the nights decided is touched: both opinions are made in a workshop, from what was read of the originals
or, where that is gone, by reading them anew. Which rules are tried is told by a ``Proposal``.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from expectations.rule_model import Rule
from expectations.sql_text import literal
from orchestration.check.run import check_periods
from orchestration.check.state import landed_periods
from orchestration.core import clock
from orchestration.core.failpoints import failpoint
from orchestration.core.fsync import flush
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.decisions.decision import FIGURE_KINDS
from orchestration.decisions.log import copy_decisions
from orchestration.home.batches import list_batches
from orchestration.read.landing import land
from orchestration.read.scratch_home import link_archive, link_landing, scratch_home
from orchestration.receive.archive import list_receipts
from orchestration.receive.known_moments import latest_known
from orchestration.release.diff import FigureChange, compare_figures
from orchestration.release.manifest import list_releases
from orchestration.rules.opinions import Consequence, VerdictChange, compare_opinions
from orchestration.rules.proposal import Proposal, RuleError
from orchestration.transform import dbt_runner
from orchestration.transform.build_report import TransformError
from orchestration.transform.definitions import definitions_hash

_TEMPORARY = ".tmp-"
_SUMMARY = "trial.json"
_WIDE = {"city", "county"}


class TriedRule(BaseModel):
    """A rule as it was tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: str
    holds: str
    query: str


class BacktestSummary(BaseModel):
    """What was tried, when, over what.

    Attributes:
        compared_with: the release whose figures the trial's were compared with; ``none`` where it was none's, and
            empty where no figures were asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    tried: tuple[TriedRule, ...]
    left_out: tuple[str, ...]
    periods: tuple[str, ...]
    submissions: int
    compared_with: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return (*(rule.code for rule in self.tried), *self.left_out)


@dataclass(frozen=True)
class RuleBacktest:
    """What would be different had the tried rules judged: the backtest beside the stored verdicts.

    Attributes:
        figures: the city's and the counties' figures that would move; none where they were not asked for.
        folder: where it is kept.
    """

    summary: BacktestSummary
    consequences: tuple[Consequence, ...]
    verdicts: tuple[VerdictChange, ...]
    figures: tuple[FigureChange, ...] | None
    folder: Path


def backtest_rules(settings: Settings, proposal: Proposal, listen: Steps, *, figures: bool = False) -> RuleBacktest:
    """Judge all kept originals twice, by the rules in force and by the proposed ones, and keep what differs.

    Args:
        settings: the home; a night may go on in it meanwhile.
        proposal: which rules are tried.
        listen: told of the steps.
        figures: whether to build both and compare the figures, too.

    Raises:
        RuleError: nothing was received yet.
        TokenKeyError: the key is missing, or not the one the home was made with.
        HomeBusyError: another trial is at work in the home.
        CouldNotCheck: a rule could not be evaluated.
        TransformError: a model or blocking test did not hold.
    """
    with scratch_home(settings, "trial") as scratch:
        with listen.step("read"):
            _bring(settings, scratch)
        with listen.step("check by the rules in force"):
            first = _opinion(scratch, "first", None)
        with listen.step("check by the rules on trial"):
            second = _opinion(scratch, "second", proposal.rules)
        consequences, verdicts = compare_opinions(first, second, (rule.code for rule in proposal.tried))
        compared_with, moved = _figures(settings, scratch, (first, second), listen) if figures else ("", None)
        summary = BacktestSummary(
            at=clock.now(),
            tried=tuple(_as_tried(rule) for rule in proposal.tried),
            left_out=proposal.left_out,
            periods=landed_periods(scratch),
            submissions=len(_submissions(scratch)),
            compared_with=compared_with,
        )
        report = RuleBacktest(summary, consequences, verdicts, moved, _place(settings, summary))
        keep_opinion(settings, second, report)
    return report


def list_backtests(settings: Settings) -> tuple[BacktestSummary, ...]:
    """The trials that were made and kept, in the order of their time."""
    found = [
        BacktestSummary.model_validate_json(path.read_text(encoding="utf-8"))
        for path in settings.trials.glob(f"[0-9]*/{_SUMMARY}")
    ]
    return tuple(sorted(found, key=lambda trial: trial.at))


def keep_opinion(settings: Settings, second: Settings, report: RuleBacktest) -> None:
    """Write a backtest to a folder of its own, whole or not at all; it quotes cells, so it is restricted."""
    settings.trials.mkdir(exist_ok=True, mode=0o700)
    for leftover in settings.trials.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(leftover)
    folder = settings.trials / f"{_TEMPORARY}{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o700)
    source = str(second.findings / "findings" / "period=*" / "rows.parquet")
    codes = ", ".join(f"'{rule.code}'" for rule in report.summary.tried) or "''"
    duckdb.execute(
        f"copy (select * from read_parquet({literal(source)}) where rule_code in ({codes}) order by all)"
        f" to {literal(folder / 'findings.parquet')} (format parquet, compression zstd)"
    )
    for name, kind, rows in (
        ("consequences", Consequence, report.consequences),
        ("verdicts", VerdictChange, report.verdicts),
        ("figures", FigureChange, report.figures),
    ):
        if rows is not None:
            pq.write_table(_table(kind, rows), folder / f"{name}.parquet")
    (folder / _SUMMARY).write_text(report.summary.model_dump_json(indent=1), encoding="utf-8")
    failpoint(settings, "trial.before_rename")
    for path in folder.iterdir():
        path.chmod(0o600)
        flush(path)
    folder.rename(report.folder)
    flush(settings.trials)


def _bring(settings: Settings, scratch: Settings) -> None:
    """All that was read, and then all receipts: what a night brings in between is read here."""
    link_landing(settings, scratch)
    receipts = list_receipts(settings)
    if receipts:
        link_archive(settings, scratch, receipts)
        land(scratch, decide=False)
    if not landed_periods(scratch):
        raise RuleError(f"{settings.archive}: nothing was received yet, so there is nothing to try a rule on.")


def _opinion(scratch: Settings, name: str, rules: Sequence[Rule] | None) -> Settings:
    """A home over what was read and decided, with every period checked."""
    home = scratch.with_home(scratch.home / name)
    home.warehouse.mkdir(parents=True)
    copy_decisions(scratch, home, FIGURE_KINDS)
    home.landing.symlink_to(scratch.landing, target_is_directory=True)
    check_periods(home, landed_periods(home), rules=rules)
    return home


def _figures(
    settings: Settings, scratch: Settings, opinions: tuple[Settings, Settings], listen: Steps
) -> tuple[str, tuple[FigureChange, ...]]:
    """With which release's figures the trial's are compared, and those of city and counties that differ."""
    first, second = opinions
    known_on = latest_known(scratch)

    def build(opinion: Settings) -> Path:
        parsed = dbt_runner.prepare_manifest(settings)
        report = dbt_runner.build(opinion, dbt_runner.new_build_db(opinion), known_on, parsed)
        if report.broken:
            raise TransformError(report.complaint())
        return report.released

    with listen.step("figures"):
        release = _release_of(settings, scratch)
        before = build(first) if release is None else settings.releases / release / "sanming.duckdb"
        moved = compare_figures(before, build(second))
    return release or "none", tuple(figure for figure in moved if figure.division_level in _WIDE)


def _submissions(scratch: Settings) -> set[str]:
    """The submissions that both opinions judged."""
    return {submission_id for batch in list_batches(scratch) for submission_id in batch.submission_ids}


def _release_of(settings: Settings, scratch: Settings) -> str | None:
    """The release on disk that was made of exactly these submissions by today's definitions, if there is one.

    What was decided since (a period closed, a finding waived) changes what a figure's status is, never its value.
    """
    wanted, definitions = _submissions(scratch), definitions_hash(settings)
    for release in list_releases(settings):
        made_of = {given.submission_id for given in release.manifest.inputs}
        if made_of == wanted and release.manifest.definitions_hash == definitions:
            return release.release_id
    return None


def _as_tried(rule: Rule) -> TriedRule:
    return TriedRule(code=rule.code, severity=rule.severity, holds=rule.holds, query=rule.query)


def _place(settings: Settings, summary: BacktestSummary) -> Path:
    names = "+".join(summary.codes[:4]) + ("+more" if len(summary.codes) > 4 else "")
    return settings.trials / f"{summary.at:%Y%m%dT%H%M%S%fZ}_{names}"


def _table(kind: type[Any], rows: Sequence[Any]) -> pa.Table:
    """Rows of a dataclass as a table with all its columns, also where there is no row."""
    types = {"str": pa.string(), "int": pa.int64()}
    schema = pa.schema([(field.name, types.get(str(field.type), pa.decimal128(38, 6))) for field in fields(kind)])
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=schema)
