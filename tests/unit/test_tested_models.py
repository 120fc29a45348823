"""Every model that decides something has a unit test beside it; the list of those without one may only shrink."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
DECIDES = 15  # lines

# They only rename, or put together what other models made.
UNTESTED: frozenset[str] = frozenset(
    """
    fct_identification_step fct_status_decision fct_submission int_indicator_value stg_findings stg_submissions
    """.split()
)


def _deciding() -> set[str]:
    return {
        path.stem for path in MODELS.rglob("*.sql") if len(path.read_text(encoding="utf-8").splitlines()) >= DECIDES
    }


@cache
def _tested() -> set[str]:
    found = set()
    for path in MODELS.rglob("*.yml"):
        told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        found |= {test["model"] for test in told.get("unit_tests", ())}
    return found


def test_a_model_that_decides_has_a_unit_test() -> None:
    missing = _deciding() - _tested() - UNTESTED
    assert not missing, f"no unit test beside {', '.join(sorted(missing))}"


def test_the_list_of_untested_models_holds_no_tested_one() -> None:
    assert not UNTESTED & _tested(), f"tested by now: {', '.join(sorted(UNTESTED & _tested()))}"
    assert _deciding() >= UNTESTED, f"no such model: {', '.join(sorted(UNTESTED - _deciding()))}"
