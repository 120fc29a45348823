"""Every contract is valid by the Open Data Contract Standard: by its schema, and by the linter that others use."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from datacontract.data_contract import DataContract

CONTRACTS = sorted((Path(__file__).resolve().parents[2] / "expectations" / "contracts").glob("*.odcs.yaml"))
VALIDATOR = jsonschema.Draft201909Validator(
    json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))
)


def complaints(contract: dict[str, Any]) -> list[str]:
    as_json = json.loads(json.dumps(contract, default=str))
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(as_json)]


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name.partition(".")[0])
def test_a_contract_is_valid_by_the_standard(path: Path) -> None:
    contract = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert contract["apiVersion"] == "v3.1.0"
    assert complaints(contract) == []


def lint_of(path: Path) -> list[tuple[str, str]]:
    """What `datacontract lint --all-errors` says of a file, offline: the outcome and reason of each of its checks."""
    run = DataContract(data_contract_file=str(path), all_errors=True).lint()
    return [(str(check.result and check.result.value), str(check.reason)) for check in run.checks]


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name.partition(".")[0])
def test_datacontract_lint_passes(path: Path) -> None:
    assert [result for result, _ in lint_of(path)] == ["passed"]


def test_datacontract_lint_names_what_the_standard_does_not_know(tmp_path: Path) -> None:
    wrong = tmp_path / CONTRACTS[0].name
    text = CONTRACTS[0].read_text(encoding="utf-8")
    wrong.write_text(text.replace("dimension: ", "dimension: in", 1), encoding="utf-8")
    assert any(result != "passed" and "dimension" in reason for result, reason in lint_of(wrong))


def test_a_dimension_that_the_standard_does_not_know_is_named() -> None:
    contract = yaml.safe_load(CONTRACTS[0].read_text(encoding="utf-8"))
    contract["schema"][0]["quality"][0]["dimension"] = "validity"
    (complaint,) = complaints(contract)
    assert "quality[0]" in complaint and "validity" in complaint
