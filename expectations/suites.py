"""Contract → Great Expectations suite: each rule becomes one expectation, found again by its code.

The suite is built in memory for one period, since rules are dated; it is never stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from great_expectations.compatibility import pydantic
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations import UnexpectedRowsExpectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.rule_life import judging_query
from expectations.rule_model import Rule

_COUNT = "unexpected_rows_query.row_count"
# GX's own words for how much a broken rule matters.
GX_SEVERITY = {
    "block": FailureSeverity.CRITICAL,
    "explain": FailureSeverity.WARNING,
    "inform": FailureSeverity.INFO,
}


class ExpectNoFailingRows(UnexpectedRowsExpectation):
    """GX's expectation asked for its count alone, with its configuration made once.

    By default GX also runs the query for its first rows and drops them, and makes the configuration anew for
    each of the 28 keys it looks up of a rule. Without both a rule costs a quarter.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = (_COUNT,)
    _made: ExpectationConfiguration | None = pydantic.PrivateAttr(default=None)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """The configuration of an expectation that is not changed once it is made."""
        if self._made is None:
            self._made = super().configuration
        return self._made

    def _validate(
        self, metrics: dict, runtime_configuration: dict | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        return {"success": metrics[_COUNT] == 0, "result": {"observed_value": metrics[_COUNT]}}


def build_suite(name: str, rules: Iterable[Rule]) -> ExpectationSuite:
    """A suite of one SQL expectation per rule, carrying the rule's code, severity and title."""
    return ExpectationSuite(
        name=name,
        expectations=[
            ExpectNoFailingRows(
                unexpected_rows_query=judging_query(rule),
                description=f"{rule.code} {rule.title}",
                severity=GX_SEVERITY[rule.severity],
                meta={"rule_id": rule.code, "form": rule.form, "holds": rule.holds},
            )
            for rule in rules
        ],
    )
