"""A revision report and a revision triangle in words, as Markdown: what the command prints and what goes into a file.

What was revised and why is found in `release.revisions`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from decimal import Decimal

from expectations.contract import load_contracts
from orchestration.core import clock
from orchestration.explain.revisions.arrivals import DECISIONS
from orchestration.explain.revisions.causes import Cause
from orchestration.explain.revisions.changed_definitions import DefinitionChange
from orchestration.explain.revisions.report import FigureRevision, Revisions
from orchestration.release.manifest import Manifest
from orchestration.release.triangle import Step

_SHOWN = 12  # figures of one group that are shown unless all are asked for
_NO_REASON = "no reason given"
_FORMS_SHOWN = 4
# What is not a submission's, a rule's or a definition's doing, in words.
_OTHERWISE = {
    "judged otherwise": "**Judged otherwise**: rows that both releases hold count otherwise beside what came in"
    " between; they do not tell which of it did it",
    "counts nothing": "**Counts nothing**: no row stands behind the figure in either release",
    "unexplained": "**Unexplained**: the same rows stand behind the figure, and no definition changed",
    "changed definition": "**Definitions changed**",
}


def report_lines(report: Revisions, *, everything: bool = False) -> Iterator[str]:
    """A whole report; of each group of figures with the same reasons only the first unless everything is asked for."""
    yield f"# Revisions from {_day(report.before)} to {_day(report.after)}"
    yield ""
    yield from _table(
        ("", "before", "after"),
        (
            ("release", report.before.release_id, report.after.release_id),
            ("known on (Sanming)", clock.minute_of(report.before.known_on), clock.minute_of(report.after.known_on)),
            ("latest period", report.before.latest_period, report.after.latest_period),
            ("data", report.before.data_origin, report.after.data_origin),
        ),
    )
    yield ""
    yield from _counts(report)
    yield from _reasons(report)
    yield from _figures(report, everything=everything)


def _counts(report: Revisions) -> Iterator[str]:
    changed = "changed, see below" if report.definitions else "are the same"
    yield (
        f"Submissions that came in between: {report.submissions}; contracts, rules, parameters and models {changed}."
        f" Revised figures told here: {len(report.figures)}."
    )
    for period, count in report.first_published.items():
        yield f"{count:,} figures of {period} are published for the first time; that is no revision."
    if report.left_out:
        yield f"{report.left_out:,} revised figures more were not looked into: raise --limit, or name indicators."
    if report.elsewhere:
        yield f"{report.elsewhere:,} revised figures of other levels, indicators or divisions were not asked for."
    unexplained = _unexplained(report)
    if unexplained:
        yield f"**Not explained: {unexplained} of them.**"
    yield ""


def _unexplained(report: Revisions) -> int:
    lost = {number for number, cause in enumerate(report.causes, start=1) if cause.reason.kind == "unexplained"}
    return sum(1 for figure in report.figures if lost & set(figure.causes))


def _reasons(report: Revisions) -> Iterator[str]:
    if not report.causes and not report.definitions:
        return
    yield "## Reasons"
    yield ""
    for number, cause in enumerate(report.causes, start=1):
        moved = sum(1 for figure in report.figures if number in figure.causes)
        yield f"{number}. {_cause(report, cause)} – {moved} {'figure' if moved == 1 else 'figures'}"
        if cause.reason.kind == "changed definition":
            yield from _definitions(report.definitions)
    if report.definitions and not any(cause.reason.kind == "changed definition" for cause in report.causes):
        yield "- Definitions changed, and no figure told here with them:"
        yield from _definitions(report.definitions)
    yield ""


def _cause(report: Revisions, cause: Cause) -> str:
    reason = cause.reason
    if reason.kind in _OTHERWISE:
        return _OTHERWISE[reason.kind]
    titles = [contract.title for form, contract in load_contracts().items() if form in cause.forms]
    forms = "、".join(titles[:_FORMS_SHOWN]) + (f" and {len(titles) - _FORMS_SHOWN} forms more" if titles[4:] else "")
    what = f"{reason.kind} of a decision" if any(form.endswith(DECISIONS) for form in cause.forms) else reason.kind
    rules = f" {', '.join(_rule(code) for code in reason.rules)}" if reason.rules else ""
    sender = f"{report.names.submitters.get(reason.submitter or '', '')} ({reason.submitter})"
    line = f"**{what.capitalize()}**{rules}: {sender}, {reason.period}, {forms or 'all its forms'};"
    line += f" submission `{reason.submission_id}`"
    if reason.rules:
        return line
    return f"{line}; {f'stated: “{reason.stated}”' if reason.stated else _NO_REASON}"


def _rule(code: str) -> str:
    """A rule with its title; one that is no longer in the contracts by its code alone."""
    titles = [rule.title for contract in load_contracts().values() for rule in contract.rules if rule.code == code]
    return f"{code} ({titles[0]})" if titles else code


def _definitions(changes: Sequence[DefinitionChange]) -> Iterator[str]:
    for change in changes:
        yield f"   - {change.kind} `{change.name}`"
        for row in change.rows:
            yield f"     - `{row}`"


def _figures(report: Revisions, *, everything: bool) -> Iterator[str]:
    groups: dict[tuple[int, ...], list[FigureRevision]] = {}
    for figure in report.figures:
        groups.setdefault(tuple(sorted(figure.causes)), []).append(figure)
    if groups:
        yield "## Figures"
        yield ""
    for numbers, figures in sorted(groups.items(), key=lambda one: (len(one[0]), one[0])):
        many = "reason" if len(numbers) == 1 else "reasons"
        yield f"### By {many} {', '.join(map(str, numbers))}"
        yield ""
        shown = figures if everything else figures[:_SHOWN]
        headers = ("indicator", "division", "period", "map_edition", "unit", "old", "new", "change")
        yield from _table(headers, (_figure(report, one) for one in shown), right=3)
        yield ""
        if len(shown) < len(figures):
            yield f"and {len(figures) - len(shown)} more; all of them with --all"
            yield ""


def _figure(report: Revisions, revision: FigureRevision) -> tuple[str, ...]:
    figure, names = revision.figure, report.names
    change = figure.after - figure.before if figure.before is not None and figure.after is not None else None
    return (
        f"{names.indicators.get(figure.indicator, '')} `{figure.indicator}`",
        f"{names.divisions.get(figure.division_code, '')} {figure.division_code}",
        figure.period,
        ", ".join(revision.maps),
        names.units.get(figure.indicator) or "",
        _number(figure.before),
        _number(figure.after),
        _signed(change),
    )


def triangle_lines(steps: Iterable[Step]) -> Iterator[str]:
    """The steps of an indicator of a division, period by period."""
    headers = ("period", "known on (Sanming)", "release", "first", "previous", "value", "change")
    yield from _table(headers, (_step(step) for step in steps), right=4)


def _step(step: Step) -> tuple[str, ...]:
    known_on = step.known_on.replace(tzinfo=UTC)
    value = _number(step.value) if step.is_there else "gone"
    numbers = (_number(step.first_reported), _number(step.previous), value, _signed(step.change))
    return (step.period, clock.minute_of(known_on), step.release_id, *numbers)


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]], right: int = 0) -> Iterator[str]:
    """A Markdown table whose last columns stand to the right."""
    yield f"| {' | '.join(headers)} |"
    marks = ["---"] * (len(headers) - right) + ["---:"] * right
    yield f"| {' | '.join(marks)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _day(manifest: Manifest) -> str:
    return f"{clock.day_of(manifest.known_on)}"


def _number(value: Decimal | None) -> str:
    return "–" if value is None else f"{value.normalize():,f}"


def _signed(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():+,f}"
