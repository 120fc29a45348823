"""One more rule of households, for tests of a rule's life, and what nights judge by it and two shipped ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from expectations.contract import load_contracts
from expectations.model import Contract
from expectations.rule_model import Rule
from orchestration.check import effective, environment, evaluate, findings, outputs, quarantine, versions
from tests import landed
from tests.landed import Return, household, member

# 2017-07-10 begins in Sanming at 16:00 UTC of the day before.
ACTIVE = date(2017, 7, 10)
BEFORE, FROM_THEN_ON = datetime(2017, 7, 9, 15, 59), datetime(2017, 7, 9, 16, 0)
HUGE = {"housing_area_m2": 999}


def rule(**told: object) -> Rule:
    """A rule of households that none of the shipped ones is: a home of more than 500 square metres."""
    common: dict[str, object] = {
        "code": "HH-90",
        "form": "households",
        "title": "住房面积过大",
        "severity": "block",
        "holds": "household",
        "columns": ("housing_area_m2",),
        "query": "with b as (select * from {batch})\nselect record_id from b where housing_area_m2 > 500\n",
        "message": "住房面积填 {value}。",
        "fix": "请核对。",
        "source": "试行",
    }
    return Rule.model_validate(common | told)


def contracts_with(*added: Rule) -> dict[str, Contract]:
    """Two forms with few rules: two of households and the added ones. 37 more forms and 600 rules would cost time."""
    households, members = (load_contracts()[form] for form in ("households", "members"))
    kept = [rule for rule in households.rules if rule.code in {"HH-01", "HH-11"}]
    return {
        "households": households.model_copy(update={"rules": (*kept, *added)}),
        "members": members.model_copy(update={"rules": ()}),
    }


def judge_by(monkeypatch: pytest.MonkeyPatch, contracts: Mapping[str, Contract]) -> None:
    """Let the nights of a test know these contracts and no other."""
    for module in (environment, evaluate, findings, quarantine, outputs, effective, versions, landed):
        monkeypatch.setattr(module, "load_contracts", lambda: contracts)


def sent(received_at: datetime, *serials: int, huge: tuple[int, ...], **told: str) -> Return:
    return Return(
        forms={
            "households": [household(n, **(HUGE if n in huge else {})) for n in serials],
            "members": [member(n) for n in serials],
        },
        received_at=received_at,
        **told,  # type: ignore[arg-type]
    )
