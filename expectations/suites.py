"""Contract → Great Expectations suite: each rule becomes one expectation, found again by its code.

The suite is built in memory for one period, since rules are dated; it is never stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations import UnexpectedRowsExpectation
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.contract import Rule

# GX's own words for how much a broken rule matters.
GX_SEVERITY = {
    "block": FailureSeverity.CRITICAL,
    "explain": FailureSeverity.WARNING,
    "inform": FailureSeverity.INFO,
}


def build_suite(name: str, rules: Iterable[Rule]) -> ExpectationSuite:
    """A suite of one SQL expectation per rule, carrying the rule's code, severity and title."""
    return ExpectationSuite(
        name=name,
        expectations=[
            UnexpectedRowsExpectation(
                unexpected_rows_query=rule.query,
                description=f"{rule.code} {rule.title}",
                severity=GX_SEVERITY[rule.severity],
                meta={"rule_id": rule.code, "form": rule.form, "holds": rule.holds},
            )
            for rule in rules
        ],
    )
