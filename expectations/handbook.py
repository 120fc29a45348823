"""Contracts → rule handbook (Chinese, for the offices).

It tells of a rule what its contract says and nothing else; a rule is changed in its contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from expectations.markdown import GENERATED, table
from expectations.model import Contract
from expectations.rule_model import FileRule, Rule
from expectations.wording import load_wording


def handbook(contracts: Mapping[str, Contract], file_rules: Mapping[str, FileRule]) -> str:
    """The rule handbook as Markdown, one section per form.

    Args:
        contracts: all contracts by form.
        file_rules: the rules of the file level by code.
    """
    words = load_wording()
    own = words["handbook"]
    parts = [GENERATED, f"# {own['title']}\n\n{own['intro']}\n\n"]
    parts.append(f"## {own['file_title']}（FL）\n\n")
    parts.append(table(own["headers"][:-1], (_file_rule_row(rule, words) for rule in file_rules.values())))
    for contract in contracts.values():
        parts.append(f"## {contract.title}（{contract.code}）\n\n{_summary(contract, own)}\n\n")
        parts.append(table(own["headers"], (_rule_row(rule, words) for rule in contract.rules)))
    return "".join(parts).rstrip() + "\n"


def _summary(contract: Contract, own: Mapping[str, Any]) -> str:
    severities = [rule.severity for rule in contract.rules]
    return str(
        own["summary"].format(
            title=contract.title,
            form=contract.form,
            count=len(severities),
            block=severities.count("block"),
            explain=severities.count("explain"),
            inform=severities.count("inform"),
        )
    )


def _readable(message: str, words: Mapping[str, Any]) -> str:
    """A message with its placeholders named in words instead of filled in."""
    names = words["handbook"]["placeholders"]
    return re.sub(r"\{(\w+)\}", lambda match: f"〔{names[match[1]]}〕", message)


def _file_rule_row(rule: FileRule, words: Mapping[str, Any]) -> tuple[str, ...]:
    severity, holds = words["severity"][rule.severity], words["holds"][rule.holds]
    message = _with_form(rule.message, rule.message_of_form, words)
    fix = _with_form(rule.fix, rule.fix_of_form, words)
    return (rule.code, rule.title, severity, holds, message, fix, rule.source)


def _with_form(text: str, of_form: str | None, words: Mapping[str, Any]) -> str:
    """What is said of a file and, below it, of one form of a file."""
    texts = [text] if of_form is None else [text, words["handbook"]["of_form"].format(text=of_form)]
    return "\n".join(_readable(part, words) for part in texts)


def _rule_row(rule: Rule, words: Mapping[str, Any]) -> tuple[str, ...]:
    own = words["handbook"]
    holds = [words["holds"][rule.holds]]
    if rule.across_submitters:
        holds.append(own["across"])
    if rule.compares_with_previous:
        holds.append(own["compares"])
    return (
        rule.code,
        rule.title,
        words["severity"][rule.severity],
        "\n".join(holds),
        _readable(rule.message, words),
        rule.fix,
        rule.source,
        "\n".join(_when(rule, own)),
    )


def _when(rule: Rule, own: Mapping[str, Any]) -> Iterator[str]:
    """The periods the rule is about, then what of its life a rule that always judged does not have."""
    valid = own["from_to"] if rule.valid_to is None else own["between"]
    yield valid.format(first=rule.valid_from, last=rule.valid_to)
    if rule.on_trial:
        yield own["on_trial"]
    if rule.active_from is not None:
        yield own["active_from"].format(day=rule.active_from)
    if rule.retired_on is not None:
        yield own["retired"].format(day=rule.retired_on, reason=rule.retired_because)
