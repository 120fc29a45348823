"""What a trial tries: rules that judge go on, those on trial stay out unless they are named."""

from __future__ import annotations

import pytest

from expectations.contract import load_contracts
from expectations.model import Contract
from orchestration.rules.proposal import RuleError, propose

FORM = "households"


def with_two_on_trial() -> tuple[Contract, str, str]:
    """A contract whose first two rules are on trial, and their codes."""
    contract = load_contracts()[FORM]
    tried = [
        rule.model_copy(update={"on_trial": True, "active_from": None, "retired_on": None})
        for rule in contract.rules[:2]
    ]
    return (
        contract.model_copy(update={"rules": (*tried, *contract.rules[2:])}),
        contract.rules[0].code,
        contract.rules[1].code,
    )


def test_a_rule_on_trial_that_is_not_named_does_not_judge_and_all_others_do() -> None:
    contract, named, other = with_two_on_trial()
    found = propose({FORM: contract}, [named])
    codes = {rule.code for rule in found.rules}
    assert codes == {rule.code for rule in contract.rules} - {other}
    assert (found.codes, [rule.on_trial for rule in found.tried]) == ((named,), [False])


def test_a_rule_on_trial_cannot_be_left_out_since_it_does_not_judge() -> None:
    contract, named, other = with_two_on_trial()
    with pytest.raises(RuleError, match=other):
        propose({FORM: contract}, [named], without=[other])
    judging = contract.rules[2].code
    assert judging not in {rule.code for rule in propose({FORM: contract}, [named], without=[judging]).rules}
