"""A rule's life: on trial it judges nothing, then submissions received from a day on, until it is retired.

Days are Sanming's and count by receipt, so that a return is judged by the rules of the day it came and never anew.
Which periods a rule is about is told in the rule itself.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from expectations.rule_model import Rule

_SANMING = ZoneInfo("Asia/Shanghai")


def state_of(rule: Rule) -> str:
    """The rule's state in a few words."""
    if rule.on_trial:
        return "on trial"
    if rule.retired_on is not None:
        return f"retired {rule.retired_on}"
    return "in force" if rule.active_from is None else f"active from {rule.active_from}"


def received_in_force(rule: Rule) -> str:
    """The SQL condition on ``received_at`` (UTC) under which the rule judges; empty for a rule without days."""
    bounds = []
    if rule.active_from is not None:
        bounds.append(f"received_at >= {_beginning(rule.active_from)}")
    if rule.retired_on is not None:
        bounds.append(f"received_at < {_beginning(rule.retired_on)}")
    return " and ".join(bounds)


def judging_query(rule: Rule) -> str:
    """The rule's query as it judges: what it finds among all rows, kept where the row was received in force.

    The query itself sees every row, since a new row may break a rule together with an old one.
    """
    condition = received_in_force(rule)
    if not condition:
        return rule.query
    return (
        f"select found.* from (\n{rule.query.rstrip()}\n) as found\n"
        f"semi join (select record_id from {{batch}} where {condition}) as in_force\n"
        "    on found.record_id = in_force.record_id\n"
    )


def switched_on(rule: Rule) -> Rule:
    """The rule as if it had been in force from the beginning, for a trial."""
    return rule.model_copy(update={"on_trial": False, "active_from": None, "retired_on": None, "retired_because": ""})


def _beginning(day: date) -> str:
    moment = datetime.combine(day, time.min, _SANMING).astimezone(UTC)
    return f"timestamp '{moment:%Y-%m-%d %H:%M:%S}'"
