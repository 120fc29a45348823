"""The figures that must come out of the accepted rows of a (sub-)city, computed from its state."""

from __future__ import annotations

import pandas as pd

from twin.households import IN_POVERTY
from twin.loans import PRODUCT
from twin.places import seed
from twin.plan import LOAN_EXAMPLE_VILLAGE
from twin.state import State, accepted
from twin.subjects import all_subjects

AS_OF, YEAR_END_2015 = "2017-06", "2015-12"


def expected_figures(state: State) -> pd.DataFrame:
    """Facts of ``article_facts`` that these forms carry: columns ``fact,value``.

    A fact whose period the city does not have is left out, as is one of which it has no record.
    """
    facts: dict[str, object] = {}
    if YEAR_END_2015 in state.periods:
        register = accepted(state, "households", YEAR_END_2015)
        poor = register["poverty_status"].isin(IN_POVERTY)
        facts["persons_in_poverty"] = int(register.loc[poor, "person_count"].sum())
    if AS_OF in state.periods:
        facts.update(_loans(state))
        facts.update(_cases(state))
        facts.update(_kinds(state))
    for subject in all_subjects():
        if subject.expected is not None:
            facts.update(subject.expected(state))
    known = {fact: value for fact, value in facts.items() if value is not None}
    return pd.DataFrame({"fact": list(known), "value": list(known.values())}, dtype=object)


def _loans(state: State) -> dict[str, object]:
    loans = accepted(state, "guarantee_loans", AS_OF)
    loans = loans[(loans["loan_product"] == PRODUCT) & loans["guarantor_kind"].isin(["fund", "helper"])]
    amount, households = float(loans["principal_yuan"].sum()), loans["household_code"].nunique()
    return {
        "guarantee_loans_amount": round(amount),
        "guarantee_loans_households": households,
        "guarantee_amount_per_household": round(amount / households, 2) if households else None,
    }


def _cases(state: State) -> dict[str, object]:
    funds = accepted(state, "guarantee_funds", AS_OF)
    facts: dict[str, object] = {"guarantee_funds": funds["fund_code"].str[:-2].nunique()}
    for fact, level in (("first_township_fund", "township"), ("first_village_fund", "village")):
        of_level = funds[funds["fund_level"] == level].sort_values(["founded_on", "fund_code"])
        if len(of_level):
            facts[fact] = of_level["fund_code"].iloc[0][:-2]
    loans = accepted(state, "guarantee_loans", AS_OF)
    example = loans[(loans["contract_number"] == f"DB-{LOAN_EXAMPLE_VILLAGE[:9]}-00001")]
    if len(example):
        facts["loan_example_xintian"] = round(float(example["principal_yuan"].iloc[0]))
        facts["loan_example_xintian_area"] = round(float(example["planted_area_mu"].iloc[0]))
    return facts


def _kinds(state: State) -> dict[str, object]:
    classes = seed("cause_348")
    present = set(accepted(state, "households", AS_OF)["main_cause"])
    found = classes[classes["cause_code"].isin(present)]
    measures = accepted(state, "assistance_measures", AS_OF)
    return {
        "rural_causes": int((found["class_kind"] == "cause").sum()),
        "rural_shortages": int((found["class_kind"] == "shortage").sum()),
        "rural_measures": measures["measure_type"].nunique(),
    }
