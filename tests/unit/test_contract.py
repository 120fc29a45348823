"""Contracts load whole, and a contract that does not fit is refused with file and place.

What the rules of a contract find is tested in ``test_rules``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from expectations.contract import load_contracts, load_cover, load_file_rules, read_contract
from expectations.generic_rules import generate_rules
from expectations.model import CONTRACTS_DIR, Column, ContractError
from expectations.relations import accepted_columns, landing_columns
from expectations.rule_model import Rule
from tests.rule_examples import SEEDS

FORMS = tuple(load_contracts())


def _edited(tmp_path: Path, old: str, new: str, form: str = "guarantee_funds") -> Path:
    text = (CONTRACTS_DIR / f"{form}.odcs.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / f"{form}.odcs.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_forms_load_in_the_order_of_their_positions_and_each_has_clean_rows() -> None:
    assert FORMS[:7] == (
        "households",
        "members",
        "household_income",
        "assistance_measures",
        "guarantee_funds",
        "guarantee_loans",
        "village_income",
    )
    assert load_cover().form_header
    assert all(contract.clean_rows for contract in load_contracts().values())


def test_rule_codes_are_unique_and_begin_with_the_code_of_their_form() -> None:
    codes = [rule.code for contract in load_contracts().values() for rule in contract.rules]
    codes += list(load_file_rules())
    assert len(codes) == len(set(codes))
    for contract in load_contracts().values():
        assert {rule.code[:2] for rule in contract.rules} == {contract.code}
        assert {rule.form for rule in contract.rules} == {contract.form}


@pytest.mark.parametrize("form", FORMS)
def test_a_contract_is_an_odcs_document_whose_rules_expect_no_row(form: str) -> None:
    text = (CONTRACTS_DIR / f"{form}.odcs.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=yaml.CSafeLoader)
    assert (raw["apiVersion"], raw["kind"]) == ("v3.1.0", "DataContract")
    for rule in raw["schema"][0]["quality"]:
        assert (rule["type"], rule["mustBe"]) == ("sql", 0), rule["id"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_a_key_and_every_list_it_names_exists(form: str) -> None:
    contract = load_contracts()[form]
    assert contract.key
    for column in contract.columns:
        if column.code_list is not None:
            assert (SEEDS / f"code_{column.code_list}.csv").is_file(), column.name


@pytest.mark.parametrize("form", FORMS)
def test_nothing_personal_is_among_the_accepted_columns(form: str) -> None:
    contract = load_contracts()[form]
    accepted = accepted_columns(contract)
    for column in contract.columns:
        assert f"{column.name}__text" in landing_columns(contract)
        assert f"{column.name}__text" not in accepted
        if column.classification == "personal":
            assert column.name not in accepted
    assert not any(name.endswith("_birth_date") for name in accepted)


def test_a_form_gets_only_the_generic_rules_its_columns_can_break() -> None:
    village_income = {rule.code for rule in load_contracts()["village_income"].rules if rule.generated}
    assert "VI-05" not in village_income  # no column holds long digits
    assert "VI-07" not in village_income  # no column has bounds
    assert "VF-07" in {rule.code for rule in load_contracts()["village_profiles"].rules}
    plain = Column(name="row_action", header="h", description="d")
    assert [rule.code for rule in generate_rules("form", "XX", [plain])] == ["XX-02"]


def test_a_number_in_a_phone_cell_holds_nobody() -> None:
    rule = next(rule for rule in load_contracts()["households"].rules if rule.code == "HH-05")
    assert {"household_code", "head_id_number"} <= set(rule.columns)
    assert not {"phone", "bank_account"} & set(rule.columns)


def test_blocking_generic_rules_hold_the_household_of_a_member() -> None:
    holds = {rule.holds for rule in load_contracts()["members"].rules if rule.generated}
    assert holds == {"household"}
    loans = {
        rule.holds for rule in load_contracts()["guarantee_loans"].rules if rule.generated and rule.severity == "block"
    }
    assert loans == {"row"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("name: guarantee_funds", "name: funds", "file and form carry one name", id="form"),
        pytest.param("- name: fund_name", "- name: fund_code", "named twice", id="column"),
        pytest.param("id: GF-09", "id: GF-08", "named twice", id="rule"),
        pytest.param("id: GF-09", "id: GL-09", "does not begin with GF", id="code"),
        pytest.param("value: [founded_on]", "value: [founded]", "unknown columns", id="blamed"),
        pytest.param("value: founded_on", "value: fund_name", "fund_name is no column of dates", id="day"),
        pytest.param("property: fix", "property: remedy", "unknown customProperties", id="property"),
        pytest.param("value: row\n", "value: none\n", "holds something", id="holds"),
        pytest.param("schema:", "schema: [", "while parsing", id="yaml"),
        pytest.param("logicalType: integer", "logicalType: int", "logical_type", id="type"),
    ],
)
def test_a_contract_that_does_not_fit_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = _edited(tmp_path, old, new)
    with pytest.raises(ContractError, match=said) as refusal:
        read_contract(path)
    assert "guarantee_funds.odcs.yaml" in str(refusal.value)


def test_two_contracts_that_claim_one_place_in_the_order_are_refused(tmp_path: Path) -> None:
    shutil.copytree(CONTRACTS_DIR, tmp_path / "contracts")
    path = tmp_path / "contracts" / "members.odcs.yaml"
    text = path.read_text(encoding="utf-8")
    assert "position\n  value: 20" in text
    path.write_text(text.replace("position\n  value: 20", "position\n  value: 10"), encoding="utf-8")
    with pytest.raises(ContractError, match=r"position of two contracts: \[10\]"):
        load_contracts(tmp_path / "contracts")


def test_a_rule_judges_the_periods_it_is_valid_for() -> None:
    rule = load_contracts()["households"].rules[0]
    assert rule.valid_for("2014-01")
    ended = Rule(**{**rule.model_dump(), "valid_from": "2015-01-01", "valid_to": "2016-12-31"})
    assert [ended.valid_for(period) for period in ("2014-12", "2015-01", "2016-12", "2017-01")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_dimension_that_the_standard_does_not_have_is_refused(tmp_path: Path) -> None:
    path = _edited(tmp_path, "dimension: consistency", "dimension: validity")
    with pytest.raises(ContractError, match="dimension"):
        read_contract(path)


@pytest.mark.parametrize("form", FORMS)
def test_every_dimension_is_one_of_the_standard(form: str) -> None:
    # ODCS 3.1, https://bitol-io.github.io/open-data-contract-standard/v3.1.0/data-quality/
    standard = {"accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"}
    document = yaml.safe_load((CONTRACTS_DIR / f"{form}.odcs.yaml").read_text(encoding="utf-8"))
    (schema,) = document["schema"]
    assert {rule["dimension"] for rule in schema["quality"] if "dimension" in rule} <= standard
    assert {rule.dimension for rule in load_contracts()[form].rules} <= standard
