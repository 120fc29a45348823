"""What the command shows: progress while a night runs, and short tables at its end. No decisions are made here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from orchestration.cli.release_screen import show_checklist, show_why_unseen, stdout_console, table_of
from orchestration.core import clock
from orchestration.core.settings import Settings
from orchestration.decisions.period_state import PeriodState
from orchestration.release.checklist import read_checklist

if TYPE_CHECKING:
    from orchestration.runs.night import NightReport

_TOP_RULES = 15
_TOP_GAPS = 3
_TOP_PASSED_OVER = 20
_TOP_UNREAD = 5


class NightScreen:
    """A spinner with the step at work on a terminal; one line per step otherwise."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._status = self._console.status("loading")

    def __enter__(self) -> NightScreen:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()

    def on_step(self, step: str, seconds: float | None) -> None:
        """Told by the night when a step begins and when it ends."""
        if seconds is None:
            self._status.update(step)
            return
        if self._console.is_terminal:
            self._console.print(f"{step:<12} {seconds:6.1f} s")
        else:
            click.echo(f"{clock.now().astimezone(clock.SANMING):%H:%M:%S} {step} {seconds:.1f} s", err=True)


def show_night(settings: Settings, report: NightReport) -> None:
    """The end of a night: verdicts, rows, findings, release, and where to look next."""
    console = stdout_console()
    received = report.received
    console.print(f"files received: {len(received.received)}, still being copied: {len(received.waiting)}")
    for line in (*_refused(report), *_passed_over(report)):
        console.print(line, markup=False, soft_wrap=True)
    if report.unreadable:
        console.print(
            f"{len(report.unreadable)} files could not be read by the system and are refused (FL-23); an engineer"
            f" has to look: {settings.errors}, {', '.join(report.unreadable[:_TOP_UNREAD])}",
            style="bold red",
            markup=False,
            soft_wrap=True,
        )
    if not report.periods:
        console.print("no period was touched; what is published stays as it is")
    if report.checked is not None:
        console.print(_rows_table(report))
        console.print(_rules_table(report))
    if report.release is not None:
        seen = "published" if report.release.is_new else "unchanged"
        state = seen if report.release.is_current else "sealed; readers do not see it yet"
        console.print(f"release {report.release.release_id} ({state}, {report.release.manifest.data_origin} data)")
        checklist = read_checklist(report.release.path)
        if checklist is not None:
            show_checklist(checklist, settings.checklist_blocks, _TOP_GAPS)
    for note in report.derived.notes:
        console.print(note, markup=False, soft_wrap=True)
    for failure in report.derived.failures:
        console.print(failure, style="bold red", markup=False, soft_wrap=True)
    show_why_unseen(settings)
    if not report.success:
        console.print(f"FAILED in {report.failed_step}: {report.error}", style="bold red", markup=False)
        console.print(f"`current` stays as it was. Run {report.run_id} in `make ui` shows where it is red.")
    else:
        published = f"{settings.current}/sanming.duckdb, " if settings.current.exists() else ""
        made = (page for page in (report.derived.site, report.derived.bulletin) if page is not None)
        pages = "".join(f"{_shown(settings, page)}, " for page in made)
        console.print(f"look next: {pages}{published}`make ui`, {settings.findings}")


def _shown(settings: Settings, page: Path) -> Path:
    """A page of the release by the link that will show the next night's, where readers see it."""
    current = settings.current / page.relative_to(settings.releases / page.relative_to(settings.releases).parts[0])
    return current if current.exists() and current.samefile(page) else page


def _refused(report: NightReport) -> list[str]:
    """Files of which nothing was read, with the rules that refused them; values and names of files stay out of logs."""
    from expectations.contract import load_file_rules

    return [
        f"refused {receipt.submission_id} of {receipt.submitter_code or 'nobody known'}"
        f" for {receipt.period or 'no known period'}: {finding.code} {load_file_rules()[finding.code].title}"
        for receipt in report.received.received
        if receipt.is_refused
        for finding in receipt.findings
        if finding.severity == "block"
    ]


def _passed_over(report: NightReport) -> list[str]:
    """What lies in the inbox and cannot be received, for a person to see to; names are escaped when they are noted."""
    found = report.received.passed_over
    lines = [f"not received: {one.path}: {one.why}" for one in found[:_TOP_PASSED_OVER]]
    if len(found) > _TOP_PASSED_OVER:
        lines.append(f"not received: {len(found) - _TOP_PASSED_OVER} more")
    return lines


def _rows_table(report: NightReport) -> Table:
    table = table_of("rows and verdicts on forms of submissions", ["period"], ["read", "accepted", "held"], "verdicts")
    for period in report.checked.periods if report.checked is not None else ():
        read, accepted, held = (sum(counts[i] for counts in period.rows.values()) for i in range(3))
        verdicts = ", ".join(f"{verdict} {count}" for verdict, count in period.verdicts.items())
        table.add_row(period.period, f"{read:,}", f"{accepted:,}", f"{held:,}", verdicts)
    return table


def _rules_table(report: NightReport) -> Table:
    from expectations.contract import load_contracts, load_file_rules

    titles = {rule.code: rule.title for contract in load_contracts().values() for rule in contract.rules}
    titles |= {code: rule.title for code, rule in load_file_rules().items()}
    counts: dict[str, int] = {}
    for period in report.checked.periods if report.checked is not None else ():
        for code, count in period.findings.items():
            counts[code] = counts.get(code, 0) + count
    table = table_of(f"findings by rule, {sum(counts.values()):,} in all", ["rule"], ["findings"], "")
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_TOP_RULES]:
        table.add_row(code, f"{count:,}", titles.get(code, ""))
    return table


def show_periods(states: Sequence[PeriodState]) -> None:
    """One line per period, and beside a decided one who decided it and why."""
    if not states:
        click.echo("nothing was received yet")
    for period in states:
        detail = "" if period.since is None else f" since {clock.minute_of(period.since)}"
        if (decision := period.decision) is not None:
            until = "" if decision.until is None else f", until {decision.until}"
            detail += f"  {decision.kind.removeprefix('period_')} by {decision.by}{until}: {decision.reason}"
        click.echo(f"{period.period}  {period.state}{detail}")
