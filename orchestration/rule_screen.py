"""What `sanming rules` shows: rules with what came of them, one rule's alarms, a trial. No decisions are made here."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from expectations.model import FileRule, Rule
from expectations.rule_life import state_of
from orchestration.acts import Act
from orchestration.release.diff import FigureChange
from orchestration.rules.alarms import Alarm, Tally, tally
from orchestration.rules.opinions import Consequence
from orchestration.rules.trial import TrialReport, TrialSummary

_FIRST = 20  # lines of a long table that are shown unless all are asked for
_PERSONS = ("members", "urban_members")


def _console() -> Console:
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)


def _table(title: str, headers: str, *, words: str) -> Table:
    """A table of the comma-separated headers; those of ``words`` are text, the others numbers."""
    table = Table(title=title, title_justify="left")
    for header in headers.split(", "):
        table.add_column(header, justify="left" if header in words.split(", ") else "right")
    return table


def _state(rule: Rule | FileRule) -> str:
    return state_of(rule) if isinstance(rule, Rule) else "in force"


def _rate(counts: Tally) -> str:
    return "-" if counts.false_alarm_rate is None else f"{counts.false_alarm_rate:.0%}"


def _counted(counts: Tally) -> list[str]:
    numbers = (counts.hits, counts.corrected, counts.explained, counts.waived, counts.reversed, counts.open)
    return [*(f"{number:,}" for number in numbers), _rate(counts)]


def show_rules(
    rules: Sequence[Rule | FileRule], counts: Mapping[str, Tally], trials: Sequence[TrialSummary], everything: bool
) -> None:
    """One line per rule that has something to tell, or per rule."""
    tried = {code: trial for trial in trials for code in trial.codes}
    shown = [r for r in rules if everything or r.code in counts or r.code in tried or _state(r) != "in force"]
    table = _table(
        f"{len(shown)} of {len(rules)} rules",
        "rule, severity, state, hits, corrected, explained, waived, reversed, open, false, last tried, title",
        words="rule, severity, state, last tried, title",
    )
    for rule in shown:
        last = f"{tried[rule.code].at:%Y-%m-%d}" if rule.code in tried else ""
        table.add_row(
            rule.code, rule.severity, _state(rule), *_counted(counts.get(rule.code, Tally())), last, rule.title
        )
    console = _console()
    console.print(table)
    unnamed = [trial for trial in trials if not {rule.code for rule in rules} & set(trial.codes)]
    for trial in unnamed:
        console.print(f"tried {trial.at:%Y-%m-%d} from a contract of its own: {', '.join(trial.codes)}")
    if len(shown) < len(rules):
        console.print("the others always judged and raised no alarm; all of them with --all")


def show_retired(rules: Sequence[Rule], counts: Mapping[str, Tally]) -> None:
    """The retired rules, each with its reason."""
    if not rules:
        _console().print("no rule is retired")
        return
    headers = "rule, retired on, because, hits, corrected, explained, waived, reversed, open, false, title"
    table = _table(f"{len(rules)} retired rules", headers, words="rule, retired on, because, title")
    for rule in rules:
        counted = _counted(counts.get(rule.code, Tally()))
        table.add_row(rule.code, str(rule.retired_on), rule.retired_because, *counted, rule.title)
    _console().print(table)


def show_rule(
    rule: Rule | FileRule,
    alarms: Sequence[Alarm],
    words: Mapping[str, Act],
    trials: Sequence[TrialSummary],
    everything: bool,
) -> None:
    """A rule, its trials, what came of its alarms, and the alarms themselves."""
    console = _console()
    console.print(f"{rule.code} {rule.title}\n{rule.severity}, holds {rule.holds}; {_state(rule)}", markup=False)
    if isinstance(rule, Rule) and rule.retired_on is not None:
        console.print(f"retired because: {rule.retired_because}", markup=False)
    for trial in trials:
        console.print(f"tried {trial.at:%Y-%m-%d %H:%M}Z over {trial.submissions} submissions")
    counts = tally(alarms).get(rule.code, Tally())
    shown = alarms if everything else [alarm for alarm in alarms if alarm.outcome == "open"][:_FIRST]
    title = (
        f"{counts.hits:,} alarms: {counts.corrected:,} corrected, {counts.explained:,} explained,"
        f" {counts.waived:,} waived, {counts.open:,} open; {counts.reversed:,} waivers reversed;"
        f" false alarms {_rate(counts)}"
    )
    headers = "finding, submitter, period, sheet, cell, outcome, last word"
    table = _table(title, headers, words=headers)
    for alarm in shown:
        act = words.get(alarm.finding_id)
        told = f"{act.by}: {act.reason}" if act is not None else ""
        place = (alarm.submitter_code, alarm.period, alarm.sheet, alarm.cell)
        table.add_row(alarm.finding_id, *(part or "-" for part in place), alarm.outcome, told)
    console.print(table)
    if len(shown) < len(alarms):
        console.print(f"{len(shown)} open alarms are shown; all {len(alarms):,} with --all")


def show_trial(report: TrialReport) -> None:
    """Who would be hit, what would be held, whose verdict would change, which figures would move."""
    console = _console()
    summary = report.summary
    periods = f"{len(summary.periods)} periods" if len(summary.periods) != 1 else "1 period"
    console.print(f"{', '.join(summary.codes)}: tried over {summary.submissions} submissions, {periods}")
    for line in _by_rule(summary.codes, report.consequences):
        console.print(line)
    console.print(_places(report.consequences))
    verdicts = _table(
        f"{len(report.verdicts):,} verdicts would change",
        "submitter, period, form, submission, before, after, held before, held after",
        words="submitter, period, form, submission, before, after",
    )
    for change in report.verdicts[:_FIRST]:
        verdicts.add_row(
            change.submitter_code, change.period, change.form, change.submission_id, change.before, change.after,
            f"{change.held_before:,}", f"{change.held_after:,}",
        )  # fmt: skip
    if report.verdicts:
        console.print(verdicts)
    if report.figures is not None:
        _show_figures(console, summary.compared_with, report.figures)
    console.print(f"nothing the nights decided was changed; the second opinion, whole, is in {report.folder}")


def _by_rule(codes: Iterable[str], consequences: Sequence[Consequence]) -> Iterable[str]:
    """One line per rule; those that were not tried but follow (a return refused as a whole) come last."""
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


def _places(consequences: Sequence[Consequence]) -> Table:
    table = _table(
        f"{len(consequences):,} places, those with most rows first",
        "rule, form, period, submitter, hit, held, freed",
        words="rule, form, period, submitter",
    )
    most = sorted(consequences, key=lambda one: -max(one.rows_hit, one.rows_held, one.rows_freed))
    for one in most[:_FIRST]:
        numbers = (f"{number:,}" for number in (one.rows_hit, one.rows_held, one.rows_freed))
        table.add_row(one.rule_code, one.form, one.period, one.submitter_code, *numbers)
    return table


def _show_figures(console: Console, release: str, figures: Sequence[FigureChange]) -> None:
    of = f"from release {release}" if release != "none" else "from what the rules in force give"
    table = _table(
        f"{len(figures):,} figures of city and counties would move, {of}",
        "indicator, division, map, period, from, to",
        words="indicator, division, map, period",
    )
    for figure in sorted(figures, key=lambda one: (one.division_level != "city", one.map, one.indicator))[:_FIRST]:
        values = [("-" if value is None else f"{value.normalize():f}") for value in (figure.before, figure.after)]
        table.add_row(figure.indicator, figure.division_code, figure.map, figure.period, *values)
    console.print(table)
