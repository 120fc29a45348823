"""What the command shows: progress while a night runs, and short tables at its end. No decisions are made here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from orchestration import clock
from orchestration.periods import Life
from orchestration.release.admission import obstacles
from orchestration.release.checklist import Checklist, read_checklist
from orchestration.release.diff import Difference, widest
from orchestration.release.manifest import Release, read_hold, read_waiting
from orchestration.revisions.definitions import changed_definitions
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.dry_run import Trial
    from orchestration.night import NightReport
    from orchestration.rebuild import Rebuilt

_TOP_RULES = 15
_TOP_FINDINGS = 200
_TOP_GAPS = 3
_TOP_CHANGES = 10


def _console() -> Console:
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)


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
    console = _console()
    received = report.received
    console.print(f"received {len(received.received)}, still being written {len(received.waiting)}")
    for line in _refused(report):
        console.print(line, markup=False)
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
    show_why_unseen(settings)
    if not report.success:
        console.print(f"FAILED in {report.failed_step}: {report.error}", style="bold red", markup=False)
        console.print(f"`current` stays as it was. Run {report.run_id} in `make ui` shows where it is red.")
    else:
        published = f"{settings.current}/sanming.duckdb, " if settings.current.exists() else ""
        console.print(f"look next: {published}`make ui`, {settings.findings}")


def _refused(report: NightReport) -> list[str]:
    """Files of which nothing was read, with the rules that refused them; values stay out of logs."""
    from expectations.contract import load_file_rules

    return [
        f"refused {receipt.original_name}: {finding.code} {load_file_rules()[finding.code].title}"
        for receipt in report.received.received
        if receipt.is_refused
        for finding in receipt.findings
        if finding.severity == "block"
    ]


def _rows_table(report: NightReport) -> Table:
    table = Table(title="rows and verdicts on forms of submissions", title_justify="left")
    for header in ("period", "read", "accepted", "held", "verdicts"):
        table.add_column(header, justify="left" if header in {"period", "verdicts"} else "right")
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
    table = Table(title=f"findings by rule, {sum(counts.values()):,} in all", title_justify="left")
    table.add_column("rule")
    table.add_column("findings", justify="right")
    table.add_column("")
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_TOP_RULES]:
        table.add_row(code, f"{count:,}", titles.get(code, ""))
    return table


def show_trial(trial: Trial) -> None:
    """Every finding with its cell, then the verdict on each form."""
    console = _console()
    table = Table(show_lines=True)
    for header in ("cell", "rule", "message", "fix"):
        table.add_column(header, overflow="fold")
    for finding in trial.findings[:_TOP_FINDINGS]:
        place = "!".join(part for part in (finding.sheet, finding.cell) if part)
        table.add_row(place, f"{finding.rule_code}\n{finding.severity}", finding.message, finding.fix)
    if trial.findings:
        console.print(table)
    if len(trial.findings) > _TOP_FINDINGS:
        console.print(f"and {len(trial.findings) - _TOP_FINDINGS} more")
    for form, (verdict, read, accepted, held) in trial.verdicts.items():
        console.print(f"{form}: {verdict}, {read} rows read, {accepted} accepted, {held} held")


def show_releases(releases: Sequence[Release]) -> None:
    """One line per release; the current one is marked."""
    if not releases:
        click.echo("nothing is published yet; run `sanming night`")
    for release in releases:
        mark = "*" if release.is_current else " "
        manifest = release.manifest
        click.echo(
            f"{mark} {release.release_id}  known on {clock.minute_of(manifest.known_on)}"
            f"  {len(manifest.tables)} tables  {release.rows:,} rows  {manifest.data_origin}"
        )


def show_why_unseen(settings: Settings) -> None:
    """Where readers are held, with the reason, and what waits to be seen, with what it waits for."""
    hold, waiting = read_hold(settings), read_waiting(settings)
    if hold is not None:
        click.echo(
            f"readers are held at {hold.release_id} since {clock.minute_of(hold.since)}: {hold.reason}"
            f"\nthe latest is {hold.latest}; `sanming release resume` shows it"
        )
    if waiting is not None:
        found = obstacles(settings, waiting.release_id)
        if found.blocking:
            told = f"is blocked by {', '.join(found.blocking)}; see `sanming release checklist {waiting.release_id}`"
        elif found.missing:
            signed = f" (signed by {', '.join(found.signed_by)})" if found.signed_by else ""
            told = f"waits for {found.missing} signatures{signed}; `sanming release sign {waiting.release_id}`"
        else:
            told = "may be seen; the next `sanming night` shows it"
        click.echo(f"{waiting.release_id} {told}")


def show_checklist(checklist: Checklist, blocks: Sequence[str], shown: int | None = None) -> None:
    """One line per item with what came of it; below it the first of what was found (so many), and what to do."""
    against = checklist.compared_with or "nothing, since none was published"
    click.echo(f"{checklist.release_id}: checklist, figures compared with {against}")
    for item in checklist.items:
        click.echo(f"{item.outcome(blocks):<8} {item.name}, {item.found:,} found")
        for told in item.first[:shown]:
            click.echo(f"           {told}")
        left = item.found - len(item.first[:shown])
        if left:
            click.echo(f"           and {left:,} more")
        if item.found:
            click.echo(f"         → {item.advice}")


def show_periods(lives: Sequence[Life]) -> None:
    """One line per period, and beside a decided one who decided it and why."""
    if not lives:
        click.echo("nothing was received yet")
    for life in lives:
        told = "" if life.since is None else f" since {clock.minute_of(life.since)}"
        if life.act is not None:
            until = "" if life.act.until is None else f", until {life.act.until}"
            told += f"  {life.act.kind.removeprefix('period_')} by {life.act.by}{until}: {life.act.reason}"
        click.echo(f"{life.period}  {life.state}{told}")


def show_difference(found: Difference, everything: bool) -> None:
    """Submissions, tables and figures, each with how many."""
    console = _console()
    added, gone = len(found.submissions_added), len(found.submissions_gone)
    changed = "changed" if found.definitions_changed else "are the same"
    console.print(f"{added} submissions came, {gone} are gone; contracts, rules, parameters and models {changed}")
    tables = Table(title=f"{len(found.tables)} tables differ", title_justify="left")
    for header in ("table", "rows before", "rows after"):
        tables.add_column(header, justify="left" if header == "table" else "right")
    for table in found.tables:
        tables.add_row(table.name, _count(table.rows_before), _count(table.rows_after))
    if found.tables:
        console.print(tables)
    figures = Table(title=f"{len(found.figures):,} figures moved", title_justify="left")
    for header in ("indicator", "division", "period", "map", "before", "after"):
        figures.add_column(header, justify="right" if header in {"before", "after"} else "left")
    shown = found.figures if everything else widest(found.figures)
    for figure in shown:
        values = [("-" if value is None else f"{value.normalize():f}") for value in (figure.before, figure.after)]
        figures.add_row(figure.indicator, figure.division_code, figure.period, figure.map, *values)
    if found.figures:
        console.print(figures)
    if len(shown) < len(found.figures):
        console.print("one figure of each indicator is shown, that of the widest area; all of them with --all")


def _count(rows: int | None) -> str:
    return "-" if rows is None else f"{rows:,}"


def show_rebuilt(settings: Settings, found: Rebuilt) -> None:
    """Whether the rebuilt release is the published one, and where they differ."""
    manifest = found.release.manifest
    tables, inputs = len(manifest.tables), len(manifest.inputs)
    click.echo(
        f"{found.release.release_id}: rebuilt from {inputs} submissions, {tables} tables, at {found.release.path}"
    )
    if found.published is None:
        click.echo("nothing was published of exactly these submissions; `sanming release list` shows what was")
    elif not found.differing:
        click.echo(f"{found.published.release_id}: published; all {tables} tables are equal")
    else:
        click.echo(f"{found.published.release_id}: published; {len(found.differing)} of {tables} tables differ")
        for table in found.differing:
            before, after = _count(table.rows_before), _count(table.rows_after)
            click.echo(f"  {table.name}: {before} rows published, {after} rebuilt")
        if found.published.definitions_hash != manifest.definitions_hash:
            changed = changed_definitions(settings, found.published, manifest)
            click.echo(
                f"another program made it ({len(changed)} definitions changed since); the difference may be its own"
            )
            for change in changed[:_TOP_CHANGES]:
                click.echo(f"  {change.kind} {change.name}")
            if len(changed) > _TOP_CHANGES:
                click.echo(f"  and {len(changed) - _TOP_CHANGES} more")
