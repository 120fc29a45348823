"""The urban programme (347): households of the residents' communities of the two pilot districts.

Clean rows are made in ``rows``, errors in ``planters``; here they are put together as the subject, with the
article's figures that the rows carry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.places import seed
from twin.subject import Subject
from twin.subjects.urban.planters import FRESH_KEYS, PLANTERS
from twin.subjects.urban.rows import urban_states

if TYPE_CHECKING:
    from twin.state import State

AS_OF = "2017-06"


def _expected(state: State) -> dict[str, object]:
    """Kinds of steps, classes and measures with at least one accepted record."""
    from twin.state import accepted

    households = accepted(state, "urban_households", AS_OF)
    if households.empty:
        return {}
    applications = accepted(state, "urban_applications", AS_OF)
    measures = accepted(state, "urban_assistance", AS_OF)
    classes = seed("urban_category_class")
    held = set(households["category"])
    steps = (
        ("applied_on",), ("community_reviewed_on", "street_reviewed_on"),
        ("community_notice_from", "district_notice_from"),
    )  # fmt: skip
    counted = measures["urban_household_code"].isin(set(households["urban_household_code"]))
    return {
        "urban_steps": sum(bool(applications[list(names)].notna().all(axis=1).any()) for names in steps),
        "urban_categories": classes.loc[classes["category"].isin(held), "class_name"].nunique(),
        "urban_measures": measures.loc[counted, "measure_type"].nunique(),
    }


SUBJECT = Subject(
    "urban", urban_states, planters=PLANTERS, fresh_keys=FRESH_KEYS, expected=_expected
)  # fmt: skip
