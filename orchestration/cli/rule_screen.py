"""What `sanming rules` shows: rules with what came of them, one rule's alarms, a trial. No decisions are made here.

Plain columns, since codes and ids are copied and searched for: nothing is folded or cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import click

from expectations.rule_life import state_of
from expectations.rule_model import FileRule, Rule
from orchestration.cli.release_screen import plain_number
from orchestration.core import clock
from orchestration.decisions.decision import Decision
from orchestration.release.diff import FigureChange
from orchestration.rules.alarms import Alarm, Tally, tally
from orchestration.rules.opinions import Consequence
from orchestration.runs.backtest import BacktestSummary, RuleBacktest

_FIRST = 20  # lines of a long table that are shown unless all are asked for
_PERSONS = ("members", "urban_members")
_COUNTS = ("hits", "corrected", "explained", "waived", "reversed", "open", "false")


def _columns(headers: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """Rows under their headers, each column as wide as its widest cell; numbers to the right."""
    rows = list(rows)
    texts = [[f"{cell:,}" if isinstance(cell, int) else "-" if cell is None else cell for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *texts, strict=True)]
    right = [any(isinstance(row[place], int) for row in rows) for place in range(len(headers))]
    for line in (headers, *texts) if rows else ():
        cells = zip(line, widths, right, strict=True)
        click.echo("  " + "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in cells).rstrip())


def _state(rule: Rule | FileRule) -> str:
    return state_of(rule) if isinstance(rule, Rule) else "in force"


def _rate(counts: Tally) -> str:
    return "-" if counts.false_alarm_rate is None else f"{counts.false_alarm_rate:.0%}"


def _counted(counts: Tally) -> tuple[int | str, ...]:
    numbers = (counts.hits, counts.corrected, counts.explained, counts.waived, counts.reversed, counts.open)
    return (*numbers, _rate(counts))


def show_rules(
    rules: Sequence[Rule | FileRule], counts: Mapping[str, Tally], trials: Sequence[BacktestSummary], everything: bool
) -> None:
    """One line per rule that has something to tell, or per rule."""
    tried = {code: f"{clock.day_of(trial.at)}" for trial in trials for code in trial.codes}
    shown = [r for r in rules if everything or r.code in counts or r.code in tried or _state(r) != "in force"]
    click.echo(f"{len(shown)} of {len(rules)} rules")
    _columns(
        ("rule", "severity", "state", *_COUNTS, "tried", "title"),
        (
            (r.code, r.severity, _state(r), *_counted(counts.get(r.code, Tally())), tried.get(r.code), r.title)
            for r in shown
        ),
    )
    codes = {rule.code for rule in rules}
    for trial in trials:
        if codes.isdisjoint(trial.codes):
            click.echo(f"tried {clock.day_of(trial.at)} from a contract of its own: {', '.join(trial.codes)}")
    if len(shown) < len(rules):
        click.echo("the others always judged and raised no alarm; all of them with --all")


def show_retired(rules: Sequence[Rule], counts: Mapping[str, Tally]) -> None:
    """The retired rules, each with its reason."""
    click.echo(f"{len(rules)} retired rules" if rules else "no rule is retired")
    _columns(
        ("rule", "retired on", *_COUNTS, "because", "title"),
        (
            (r.code, str(r.retired_on), *_counted(counts.get(r.code, Tally())), r.retired_because, r.title)
            for r in rules
        ),
    )


def show_rule(
    rule: Rule | FileRule,
    alarms: Sequence[Alarm],
    words: Mapping[str, Decision],
    trials: Sequence[BacktestSummary],
    everything: bool,
) -> None:
    """A rule, its trials, what came of its alarms, and the alarms themselves."""
    click.echo(f"{rule.code} {rule.title}\n{rule.severity}, holds {rule.holds}; {_state(rule)}")
    if isinstance(rule, Rule) and rule.retired_on is not None:
        click.echo(f"retired because: {rule.retired_because}")
    for trial in trials:
        click.echo(f"tried {clock.minute_of(trial.at)} over {trial.submissions} submissions")
    counts = tally(alarms).get(rule.code, Tally())
    click.echo(
        f"{counts.hits:,} alarms: {counts.corrected:,} corrected, {counts.explained:,} explained,"
        f" {counts.waived:,} waived, {counts.open:,} open; {counts.reversed:,} waivers reversed;"
        f" false alarms {_rate(counts)}"
    )
    shown = alarms if everything else [alarm for alarm in alarms if alarm.outcome == "open"][:_FIRST]
    _columns(
        ("finding", "submitter", "period", "sheet", "cell", "outcome", "last word"),
        (
            (a.finding_id, a.submitter_code, a.period, a.sheet, a.cell, a.outcome, _word(words.get(a.finding_id)))
            for a in shown
        ),
    )
    if len(shown) < len(alarms):
        click.echo(f"{len(shown)} open alarms are shown; all {len(alarms):,} with --all")


def _word(decision: Decision | None) -> str:
    return "" if decision is None else f"{decision.by}: {decision.reason}"


def show_backtest(report: RuleBacktest) -> None:
    """Who would be hit, what would be held, whose verdict would change, which figures would move."""
    summary = report.summary
    click.echo(
        f"{', '.join(summary.codes)}: tried over {summary.submissions} submissions,"
        f" {summary.periods[0]} to {summary.periods[-1]}"
    )
    for line in _by_rule(summary.codes, report.consequences):
        click.echo(line)
    _show_places(report.consequences)
    click.echo(f"{len(report.verdicts):,} verdicts would change")
    _columns(
        ("submission", "submitter", "period", "form", "verdict", "would be", "held", "would be held"),
        (
            (v.submission_id, v.submitter_code, v.period, v.form, v.before, v.after, v.held_before, v.held_after)
            for v in report.verdicts[:_FIRST]
        ),
    )
    if report.figures is not None:
        _show_figures(summary.compared_with, report.figures)
    click.echo(f"no stored verdict was changed; the full result of the backtest is in {report.folder}")


def _by_rule(codes: Iterable[str], consequences: Sequence[Consequence]) -> Iterable[str]:
    """One line per rule, also for those that were not tried but follow (a return refused as a whole)."""
    for code in sorted({one.rule_code for one in consequences} | set(codes)):
        mine = [one for one in consequences if one.rule_code == code]
        persons = [one for one in mine if one.form in _PERSONS]
        yield (
            f"{code}: hits {sum(one.rows_hit for one in mine):,} rows"
            f" of {len({one.submitter_code for one in mine if one.rows_hit})} submitters;"
            f" would hold {sum(one.rows_held for one in mine):,} rows"
            f" ({sum(one.rows_held for one in persons):,} of persons),"
            f" free {sum(one.rows_freed for one in mine):,} ({sum(one.rows_freed for one in persons):,} of persons)"
        )


def _show_places(consequences: Sequence[Consequence]) -> None:
    most = sorted(consequences, key=lambda one: -max(one.rows_hit, one.rows_held, one.rows_freed))
    _columns(
        ("rule", "form", "period", "submitter", "hit", "would be held", "would be freed"),
        (
            (one.rule_code, one.form, one.period, one.submitter_code, one.rows_hit, one.rows_held, one.rows_freed)
            for one in most[:_FIRST]
        ),
    )
    if len(most) > _FIRST:
        click.echo(f"  and {len(most) - _FIRST:,} places with fewer rows")


def _show_figures(release: str, figures: Sequence[FigureChange]) -> None:
    of = f"from release {release}" if release != "none" else "from what the rules in force give"
    click.echo(f"{len(figures):,} figures of city and counties would move, {of}")
    widest = sorted(figures, key=lambda one: (one.division_level != "city", one.map_edition, one.indicator))
    _columns(
        ("indicator", "division", "map_edition", "period", "from", "to"),
        (
            (
                one.indicator,
                one.division_code,
                one.map_edition,
                one.period,
                plain_number(one.before),
                plain_number(one.after),
            )
            for one in widest[:_FIRST]
        ),
    )
