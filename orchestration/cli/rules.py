"""`sanming rules …`: what came of the rules' alarms, rules tried before they judge, alarms waived by a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from orchestration.cli.refusals import Failed, Refusal, refusals, settings_from_env

_COLUMNS = """\b
Columns:
  hits       alarms: one cell of one key, however often it was sent so
  corrected  sent again and no longer hit, or withdrawn
  explained  sent again as it was, in a return that explains itself
  waived     called false by a person; reversed: a waiver taken back
  false      waived, of corrected and waived; - where none was answered
"""


@contextmanager
def _rule_refusals() -> Iterator[None]:
    """What the rules' functions refuse, with the exit code of its kind."""
    from expectations.model import ContractError
    from orchestration.rules.proposal import RuleError

    try:
        with refusals():
            yield
    except (RuleError, ContractError) as error:
        raise Refusal(str(error)) from error


@click.group()
def rules() -> None:
    """Look at the rules: try one before it judges, see what came of its alarms, waive a false one."""


@rules.command("list", epilog=_COLUMNS)
@click.option("--retired", is_flag=True, help="Only retired rules, with the reason.")
@click.option("--all", "everything", is_flag=True, help="Also rules that always judged and never raised an alarm.")
def rules_list(retired: bool, everything: bool) -> None:
    """List the rules with their state, their alarms and what came of them."""
    from expectations.contract import load_contracts, load_file_rules
    from orchestration.cli.rule_screen import show_retired, show_rules
    from orchestration.rules.alarms import list_alarms, tally
    from orchestration.runs.backtest import list_backtests

    settings = settings_from_env()
    all_rules = [rule for contract in load_contracts().values() for rule in contract.rules]
    counts = tally(list_alarms(settings))
    if retired:
        show_retired([rule for rule in all_rules if rule.retired_on is not None], counts)
    else:
        show_rules([*all_rules, *load_file_rules().values()], counts, list_backtests(settings), everything)


@rules.command("show")
@click.argument("code")
@click.option("--all", "everything", is_flag=True, help="Every alarm, not only the first open ones.")
def rules_show(code: str, everything: bool) -> None:
    """Show rule CODE, the trials made of it, and its alarms with the ids by which they are waived.

    Cells are named, their content is not shown.
    """
    from expectations.contract import load_contracts, load_file_rules
    from expectations.rule_model import FileRule, Rule
    from orchestration.cli.rule_screen import show_rule
    from orchestration.decisions.waivers import latest_words
    from orchestration.rules.alarms import list_alarms
    from orchestration.runs.backtest import list_backtests

    settings = settings_from_env()
    known: dict[str, Rule | FileRule] = {r.code: r for c in load_contracts().values() for r in c.rules}
    rule = (known | load_file_rules()).get(code)
    if rule is None:
        raise Refusal(f"{code}: no such rule. `sanming rules list --all` names them.")
    with _rule_refusals():
        alarms = list_alarms(settings, code)
    trials = [trial for trial in list_backtests(settings) if code in trial.codes]
    show_rule(rule, alarms, latest_words(settings), trials, everything)


@rules.command("try")
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option("--without", multiple=True, metavar="CODE", help="A rule that would no longer judge; may be repeated.")
@click.option(
    "--contract",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another version of one form's contract: its new and changed rules are tried. Named <form>.odcs.yaml.",
)
@click.option("--figures", is_flag=True, help="Also build the figures, and say which of city and counties would move.")
def rules_try(codes: tuple[str, ...], without: tuple[str, ...], contract: Path | None, figures: bool) -> None:
    """Judge all kept originals as if rule CODE had been in force from the beginning.

    Says who would be hit, what would be held, whose verdict would change. No stored verdict changes: the result of the
    backtest is kept under warehouse/trials.
    """
    from expectations.contract import load_contracts, read_contract
    from orchestration.check.evaluate import CouldNotCheck
    from orchestration.cli.console import NightScreen
    from orchestration.cli.rule_screen import show_backtest
    from orchestration.core.steps import Steps
    from orchestration.rules.proposal import propose
    from orchestration.runs.backtest import backtest_rules
    from orchestration.transform.build_report import TransformError

    settings = settings_from_env()
    with _rule_refusals():
        proposal = propose(load_contracts(), codes, without, read_contract(contract) if contract else None)
        try:
            with NightScreen() as screen:
                report = backtest_rules(settings, proposal, Steps(screen.on_step), figures=figures)
        except (CouldNotCheck, TransformError) as error:
            raise Failed(str(error)) from error
    show_backtest(report)


@rules.command("waive")
@click.argument("finding_id")
@click.option("--by", required=True, help="Who decides.")
@click.option("--reason", required=True, help="Why the alarm is false.")
def rules_waive(finding_id: str, by: str, reason: str) -> None:
    """Record that an alarm was false; it counts in its rule's false-alarm rate.

    A waiver lets no row through: what is held stays held until it is sent right, or until the rule is retired and the
    row is sent again.
    """
    from orchestration.rules.waiving import waive

    with _rule_refusals():
        decision = waive(settings_from_env(), finding_id, by, reason)
    click.echo(f"{finding_id}: waived by {decision.by}; the row stays as it was judged")


@rules.command("reverse")
@click.argument("finding_id")
@click.option("--by", required=True, help="Who decides.")
@click.option("--reason", required=True, help="Why the waiver no longer stands.")
def rules_reverse(finding_id: str, by: str, reason: str) -> None:
    """Take a waiver back; both stay on record."""
    from orchestration.rules.waiving import reverse

    with _rule_refusals():
        decision = reverse(settings_from_env(), finding_id, by, reason)
    click.echo(f"{finding_id}: no longer waived, by {decision.by}")
