"""Every contract is valid by the schema of the Open Data Contract Standard, as the package of the standard has it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

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


def test_a_dimension_that_the_standard_does_not_know_is_named() -> None:
    contract = yaml.safe_load(CONTRACTS[0].read_text(encoding="utf-8"))
    contract["schema"][0]["quality"][0]["dimension"] = "validity"
    (complaint,) = complaints(contract)
    assert "quality[0]" in complaint and "validity" in complaint
