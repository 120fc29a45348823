"""What a trial tries: the rules that would judge, told from codes and from another version of a form's contract.

Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from expectations.model import Contract
from expectations.relations import landing_columns
from expectations.rule_life import switched_on
from expectations.rule_model import Rule

# What decides whom a rule hits and what becomes of them; a rule that differs in nothing of it is not changed.
_DECIDES = (
    "query", "severity", "holds", "columns", "across_submitters", "not_evaluated_when", "valid_from", "valid_to",
)  # fmt: skip


class RuleError(ValueError):
    """A rule, a contract or a finding that cannot be used: says what, what was expected and what to do."""


@dataclass(frozen=True)
class Proposal:
    """The rules that would judge.

    Attributes:
        rules: all of them, those on trial switched on from the beginning.
        tried: those that judge now and did not so before, by code.
        left_out: codes of those that judge now and would no longer.
    """

    rules: tuple[Rule, ...]
    tried: tuple[Rule, ...]
    left_out: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return (*(rule.code for rule in self.tried), *self.left_out)


def propose(
    contracts: Mapping[str, Contract], codes: Iterable[str], without: Iterable[str] = (), other: Contract | None = None
) -> Proposal:
    """The rules that would judge if the named ones had been in force from the beginning.

    Args:
        contracts: the contracts in force, by form.
        codes: rules to be switched on.
        without: rules to be left out.
        other: another version of one form's contract; its new and changed rules are tried, and those it lacks are left
            out, besides what is named.

    Raises:
        RuleError: a code is no rule's, judges every return already, or the other version has other columns.
    """
    named, dropped = set(codes), set(without)
    current = {rule.code: rule for contract in contracts.values() for rule in contract.rules}
    proposed = dict(contracts)
    if other is not None:
        added, lacking = _changes(contracts, other)
        named, dropped = named | (added - dropped), dropped | lacking
        proposed[other.form] = other
    known = {rule.code: rule for contract in proposed.values() for rule in contract.rules}
    _refuse_unknown(named, set(known))
    _refuse_unknown(dropped, {code for code, rule in current.items() if not rule.on_trial})
    _refuse_without_effect(named, dropped, current, known)
    tried = tuple(switched_on(known[code]) for code in sorted(named))
    switched = {rule.code: rule for rule in tried}
    rules = tuple(
        switched.get(rule.code, rule)
        for contract in proposed.values()
        for rule in contract.rules
        if rule.code in switched or (not rule.on_trial and rule.code not in dropped)
    )
    return Proposal(rules, tried, tuple(sorted(dropped)))


def _changes(contracts: Mapping[str, Contract], other: Contract) -> tuple[set[str], set[str]]:
    """The codes that are new or changed in the other version, and those that judge now and would no longer."""
    if other.form not in contracts:
        raise RuleError(f"{other.form}: no form of that name; a new form is added, not tried (docs/add_a_form.md).")
    current = contracts[other.form]
    if landing_columns(other) != landing_columns(current):
        raise RuleError(
            f"{other.form}: the other version has other columns, and what was returned is read by the columns in force."
            " Change rules alone, or add the columns first."
        )
    before = {rule.code: rule for rule in current.rules}
    after = {rule.code: rule for rule in other.rules if rule.retired_on is None}
    changed = {code for code, rule in after.items() if code not in before or not _same(before[code], rule)}
    return changed, _judging_now(current) - _judging_now(other) - changed


def _judging_now(contract: Contract) -> set[str]:
    return {rule.code for rule in contract.judging if rule.retired_on is None}


def _same(left: Rule, right: Rule) -> bool:
    return all(getattr(left, name) == getattr(right, name) for name in _DECIDES)


def _judges_everything(current: Rule, proposed: Rule) -> bool:
    dated = current.on_trial or current.active_from or current.retired_on
    return not dated and _same(current, proposed)


def _refuse_without_effect(
    named: set[str], dropped: set[str], current: Mapping[str, Rule], known: Mapping[str, Rule]
) -> None:
    if not named | dropped:
        raise RuleError("nothing to try: name a rule, or a contract in which one is new or changed.")
    if named & dropped:
        raise RuleError(f"{', '.join(sorted(named & dropped))}: named both to judge and to be left out; choose one.")
    always = {code for code in named & set(current) if _judges_everything(current[code], known[code])}
    if always:
        raise RuleError(
            f"{', '.join(sorted(always))}: judges every return already. `sanming rules show` tells what came of it."
        )


def _refuse_unknown(codes: set[str], known: set[str]) -> None:
    unknown = sorted(codes - known)
    if unknown:
        raise RuleError(
            f"{', '.join(unknown)}: no such rule. `sanming rules list --all` names them; a rule's code reads HH-30."
        )
