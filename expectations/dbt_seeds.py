"""Contracts → the seeds of the warehouse that only repeat them: the rules, the titles of the forms, when they are due.

All other seeds are written by hand: what offices owe, code lists, dated parameters, definitions of indicators.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from expectations.model import DUE_MONTHS, Contract
from expectations.rule_model import FileRule, Rule
from expectations.wording import load_wording

_RULE_COLUMNS = (
    "code", "form", "title", "severity", "holds", "dimension", "source", "valid_from", "valid_to",
)  # fmt: skip
_FORM_COLUMNS = ("code", "name", "aliases", "sort_order", "source", "verified")
_DUE_COLUMNS = ("form", "table_code", "frequency", "months_due", "form_span", "form_subject", "valid_from")


def form_seed(contracts: Mapping[str, Contract]) -> str:
    """The CSV of every form with its title (``dbt_project/seeds/code_return_form.csv``), in the order of the forms."""
    source = load_wording()["seeds"]["form_source"]
    forms = sorted(contracts.values(), key=lambda contract: contract.position)
    rows = ((form.form, form.title, "", str(place), source, "true") for place, form in enumerate(forms, start=1))
    return csv_text(_FORM_COLUMNS, rows)


def form_contract_seed(contracts: Mapping[str, Contract]) -> str:
    """The CSV of when every form is due and what its rows are (``dbt_project/seeds/form_contract.csv``)."""
    rows = (
        (
            form.form, form.code, form.frequency, ",".join(map(str, sorted(DUE_MONTHS[form.frequency]))), form.span,
            form.subject, form.valid_from.isoformat(),
        )
        for form in sorted(contracts.values(), key=lambda contract: contract.position)
    )  # fmt: skip
    return csv_text(_DUE_COLUMNS, rows)


def rule_seed(contracts: Mapping[str, Contract], file_rules: Mapping[str, FileRule]) -> str:
    """The CSV of every rule (``dbt_project/seeds/rule.csv``), by code; file-level rules have no form."""
    rows: list[tuple[str, ...]] = [
        (rule.code, "", rule.title, rule.severity, rule.holds, "conformity", rule.source, _FIRST_DAY, "")
        for rule in file_rules.values()
    ]
    rows += [_seed_row(rule) for contract in contracts.values() for rule in contract.rules]
    return csv_text(_RULE_COLUMNS, sorted(rows))


# File-level rules are not dated; they hold since the first contracts do.
_FIRST_DAY = "2014-01-01"


def _seed_row(rule: Rule) -> tuple[str, ...]:
    last = "" if rule.valid_to is None else rule.valid_to.isoformat()
    return (
        rule.code, rule.form, rule.title, rule.severity, rule.holds, rule.dimension, rule.source,
        rule.valid_from.isoformat(), last,
    )  # fmt: skip


def csv_text(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A seed's file: its header, then its rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
