"""The city at real size, one night: the article's figures and the whole answer key.

In a file of its own, because a file's tests stay on one worker and this city is built once.
"""

from __future__ import annotations

from pathlib import Path

from expectations.contract import load_contracts
from tests.nights import home_settings, table
from twin.city import City
from twin.score import score

FACTS_OF_THESE_FORMS = {
    "persons_in_poverty",
    "rural_causes",
    "rural_shortages",
    "rural_measures",
    "guarantee_funds",
    "guarantee_loans_amount",
    "guarantee_loans_households",
    "guarantee_amount_per_household",
    "guarantee_loan_cap",
    "guarantee_term_cap",
    "first_township_fund",
    "first_village_fund",
    "loan_example_xintian",
    "loan_example_xintian_area",
    "shell_villages_baseline",
    "shell_villages_remaining",
    "shell_villages_removed_rate",
    "yuanshan_poverty_money",
    "yuanshan_household_equity",
    "yuanshan_households",
    "yuanshan_persons",
    "yuanshan_equity_per_person",
    "yuanshan_village_equity",
    "yuanshan_village_share",
    "yuanshan_cooperative_capital",
    "yuanshan_split_households",
    "yuanshan_split_village",
}


def test_every_fact_of_these_forms_comes_out_with_difference_zero(full_home: Path) -> None:
    rows = table(full_home, "reports.article_2017", "fact, difference, computed")
    assert {fact for fact, *_ in rows} == FACTS_OF_THESE_FORMS
    assert [row for row in rows if row[1] != 0 or row[2] is None] == []


def test_every_planted_error_of_the_full_city_is_found_and_nothing_else(full_city: City, full_home: Path) -> None:
    result = score(full_city.answer_key, home_settings(full_home).findings)
    assert (result.missed, result.unexpected) == ((), ())
    assert (result.recall, result.precision) == (1.0, 1.0)


def test_every_rule_of_every_form_is_planted_at_least_once(full_city: City) -> None:
    planted = {row.split(",")[1] for row in full_city.answer_key.read_text("utf-8").splitlines()[1:]}
    # What is unknown to the office cannot be broken: such a rule reports "not evaluated".
    evaluated = {
        rule.code
        for contract in load_contracts().values()
        for rule in contract.rules
        if rule.not_evaluated_when is None
    }
    assert evaluated - planted == set()
