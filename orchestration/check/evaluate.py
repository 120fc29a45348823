"""Judge the effective rows: GX decides pass or fail and counts, the rule's own query names the rows.

GX opens the database for each pass and counts; the failing rows are then selected into table ``hits`` over
a connection of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from expectations.contract import load_contracts
from expectations.put_off import put_off
from expectations.rule_life import judging_query, received_in_force
from expectations.rule_model import Rule
from orchestration.check import tables
from orchestration.check.environment import side_by_side, work_on

if TYPE_CHECKING:
    from expectations.duckdb_gx import CheckOutcome


class CouldNotCheck(RuntimeError):
    """A rule could neither pass nor fail: its query or the data's shape is broken."""


@dataclass(frozen=True)
class RuleResult:
    """What one rule came to on one form and period.

    ``outcome`` is ``passed``, ``failed`` or ``not_evaluated``.
    """

    form: str
    rule_code: str
    outcome: str
    rows_checked: int
    rows_failed: int
    detail: str


def _relation(rule: Rule) -> str:
    """Generic rules also look at deletion rows; written rules look at the rows that stay."""
    return (tables.EFFECTIVE if rule.generated else tables.REMAINING).name_of(rule.form)


def rules_in_force() -> tuple[Rule, ...]:
    """The rules that judge returns unless others are named: those of all contracts but the ones on trial."""
    return tuple(rule for contract in load_contracts().values() for rule in contract.judging)


def _judged(rule: Rule) -> str:
    """The rows the rule judges, as they stand in a from clause."""
    return " where ".join(part for part in (_relation(rule), received_in_force(rule)) if part)


def evaluate(
    database: str, period: str, workers: int, rules: Sequence[Rule], *, across_submitters: bool
) -> list[RuleResult]:
    """Ask every rule that applies about the effective rows and leave the failing rows in table ``hits``.

    Args:
        database: the checking database, with the effective rows.
        period: decides which rules are valid.
        workers: how many forms are judged side by side.
        rules: the rules that judge.
        across_submitters: whether the rules that compare submitters are asked too: only when everyone stands at the
            last revision.

    Raises:
        CouldNotCheck: names each rule that could not be checked, with GX's reason.
    """
    rules = [rule for rule in rules if rule.valid_for(period) and (across_submitters or not rule.across_submitters)]
    with work_on(database) as connection:
        rules = _with_returns(connection, rules)
        unknown = {rule.code for rule in rules if _lacks_parameter(connection, rule)}
        checked = _count_rows(connection, sorted({_judged(rule) for rule in rules}))
    # A rule breaks on effective rows: where there are none it has passed unasked (the rules' tests hold this).
    asked = [rule for rule in rules if rule.code not in unknown and checked[_judged(rule)]]
    outcomes = _run_gx(database, asked, workers)
    _select_hits(database, [rule for rule in rules if outcomes.get(rule.code)], workers)
    return [
        RuleResult(
            form=rule.form,
            rule_code=rule.code,
            outcome=_outcome(rule, unknown, outcomes),
            rows_checked=checked[_judged(rule)],
            rows_failed=outcomes.get(rule.code, 0),
            detail="parameter unknown" if rule.code in unknown else "",
        )
        for rule in rules
    ]


def _outcome(rule: Rule, unknown: set[str], outcomes: dict[str, int]) -> str:
    if rule.code in unknown:
        return "not_evaluated"
    return "failed" if outcomes.get(rule.code) else "passed"


def _lacks_parameter(connection: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
    if rule.not_evaluated_when is None:
        return False
    row = connection.execute(rule.not_evaluated_when).fetchone()
    return bool(row and row[0])


def _with_returns(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> list[Rule]:
    """The rules in whose time something was received for the period.

    The others have no result, not even of no rows: with a result a rule would show in every earlier day's rebuild.
    """
    conditions = sorted({received_in_force(rule) for rule in rules} - {""})
    met = {
        condition
        for condition in conditions
        if connection.execute(f"select 1 from submission_forms where {condition} limit 1").fetchone()
    }
    return [rule for rule in rules if received_in_force(rule) in {"", *met}]


def _count_rows(connection: duckdb.DuckDBPyConnection, sources: list[str]) -> dict[str, int]:
    counts = " union all ".join(f"select {place}, count(*) from {source}" for place, source in enumerate(sources))
    return {sources[place]: int(count) for place, count in connection.execute(counts).fetchall()}


def load_gx() -> None:
    """Import Great Expectations; it costs seconds, so only a process that checks pays for it.

    GX takes scipy's statistics, a second of its three, for two expectations that no rule asks for.
    """
    put_off("scipy", "stats")
    import expectations.duckdb_gx
    import expectations.suites  # noqa: F401


def _run_gx(database: str, rules: list[Rule], workers: int) -> dict[str, int]:
    """Failing rows by rule code, as GX counts them."""
    by_relation = _by_relation(rules)
    if not by_relation:
        return {}
    load_gx()  # before the threads do
    with ThreadPoolExecutor(workers) as pool:
        judged = [pool.submit(_judge, database, share) for share in _shares(by_relation, workers)]
        outcomes = [outcome for share in judged for outcome in share.result()]
    broken = [f"{outcome.rule_code}: {outcome.error}" for outcome in outcomes if outcome.failed_rows is None]
    if broken:
        raise CouldNotCheck("could not be checked, nothing was accepted or held:\n" + "\n".join(broken))
    return {outcome.rule_code: outcome.failed_rows for outcome in outcomes if outcome.failed_rows is not None}


def _shares(by_relation: dict[str, list[Rule]], workers: int) -> list[dict[str, list[Rule]]]:
    """The relations dealt out to the workers, those with most rules first, each to who has fewest so far."""
    shares: list[dict[str, list[Rule]]] = [{} for _ in range(workers)]
    for relation in sorted(by_relation, key=lambda name: (-len(by_relation[name]), name)):
        lightest = min(shares, key=lambda share: sum(map(len, share.values())))
        lightest[relation] = by_relation[relation]
    return [share for share in shares if share]


def _judge(database: str, by_relation: dict[str, list[Rule]]) -> list[CheckOutcome]:
    """GX's outcomes for some relations, over a connection of its own."""
    from expectations.duckdb_gx import open_validator
    from expectations.suites import build_suite

    batches = {relation: f"select * from {relation}" for relation in by_relation}
    with open_validator(database, batches) as validator:
        return [
            outcome
            for relation, group in by_relation.items()
            for outcome in validator.validate(build_suite(relation, group))
        ]


def _by_relation(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    """The rules by what they look at."""
    grouped: dict[str, list[Rule]] = {}
    for rule in rules:
        grouped.setdefault(_relation(rule), []).append(rule)
    return grouped


def _select_hits(database: str, failed: Sequence[Rule], workers: int) -> None:
    """Fill table ``hits`` with the failing rows of the rules that failed, those of a relation in one query."""
    with work_on(database) as connection:
        tables.HITS.create(connection)
    side_by_side(database, _add_hits, _by_relation(failed).values(), workers)


def _add_hits(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    connection.execute("insert into hits " + " union all ".join(map(_hits_of, rules)))


def _hits_of(rule: Rule) -> str:
    found = judging_query(rule).format(batch=f"(select * from {_relation(rule)}) as subselect")
    told = ", ".join(f"'{text}'" for text in (rule.code, rule.form, rule.severity, rule.holds))
    # A query that names no column blames the rule's first one.
    return (
        f"select {told}, record_id, coalesce(column_name, '{rule.columns[0]}') from"
        f" (select * from ({found}) union all by name select null as column_name where false)"
    )
