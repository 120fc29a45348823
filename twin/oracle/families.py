"""All families of indicators, in one list."""

from __future__ import annotations

from twin.oracle import lifecycle, urban, villages
from twin.oracle.equity import equity_figures
from twin.oracle.figures import Family
from twin.oracle.fostering import fostering_figures
from twin.oracle.households import household_figures
from twin.oracle.income import income_figures
from twin.oracle.insurance import insurance_figures
from twin.oracle.loans import fund_figures, ledger_figures, loan_figures
from twin.oracle.measures import measure_figures
from twin.oracle.persons import person_figures
from twin.oracle.programmes import designation_figures, programme_figures
from twin.oracle.quality import return_figures, row_figures

FAMILIES: tuple[Family, ...] = (
    household_figures, person_figures, measure_figures, income_figures, loan_figures, fund_figures, ledger_figures,
    fostering_figures, equity_figures, insurance_figures, villages.status_figures, villages.income_of_villages,
    villages.project_figures, villages.population_figures, designation_figures, programme_figures,
    urban.urban_figures, urban.application_figures, lifecycle.flow_figures, lifecycle.decision_figures,
    lifecycle.application_figures, lifecycle.review_figures, lifecycle.cohort_figures,
    row_figures, return_figures,
)  # fmt: skip
