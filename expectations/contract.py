"""Contract → frozen model: reads ``contracts/<form>.odcs.yaml`` (ODCS v3.1) into the objects of ``model``.

What is generated from a contract (suite, template, dbt source, handbook, dictionary) has a module of its own
beside this one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations.cover_model import Cover
from expectations.generic_rules import generate_rules
from expectations.model import CONTRACTS_DIR, Column, Contract, ContractError
from expectations.rule_model import FileRule, Rule


def _parse(text: str) -> Any:
    """YAML with the C parser where it is built in: the contracts are 250 kB, and every command reads them."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def _properties(items: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in items or []}


def _by_name(names: str) -> dict[str, str]:
    """``usualMaximum`` → ``usual_maximum``: a property of a contract, and the field of the model it becomes."""
    return {name: re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name) for name in names.split()}


_COLUMN_PROPERTIES = _by_name(
    "aliases group unit headerUnit scale usualMaximum codeList multiple place datePrecision textOnly fillDown nullWords"
    " privacy tokenBase"
)
_RULE_PROPERTIES = _by_name(
    "holds columns message messageEn fix source comparesWithPrevious acrossSubmitters wrongUnit notEvaluatedWhen"
    " validFrom validTo onTrial activeFrom retiredOn retiredBecause good bad"
)


def _renamed(properties: dict[str, Any], names: dict[str, str], where: str) -> dict[str, Any]:
    unknown = sorted(set(properties) - set(names))
    if unknown:
        raise ContractError(f"{where}: unknown customProperties {unknown}, known are {sorted(names)}")
    return {names[key]: value for key, value in properties.items()}


def _column(raw: dict[str, Any], where: str) -> Column:
    options = raw.get("logicalTypeOptions", {})
    where = f"{where}, column {raw.get('name')}"
    return Column(
        name=raw["name"],
        header=raw["businessName"],
        logical_type=raw["logicalType"],
        required=raw.get("required", False),
        key=raw.get("primaryKey", False),
        description=raw["description"],
        example=str((raw.get("examples") or [""])[0]),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=options.get("pattern"),
        classification=raw.get("classification", "internal"),
        **_renamed(_properties(raw.get("customProperties")), _COLUMN_PROPERTIES, where),
    )


def _rule(raw: dict[str, Any], form: str, where: str) -> Rule:
    where = f"{where}, rule {raw.get('id')}"
    return Rule(
        code=raw["id"],
        form=form,
        title=raw["name"],
        severity=raw["severity"],
        query=raw["query"],
        dimension=raw.get("dimension", "conformity"),
        **_renamed(_properties(raw.get("customProperties")), _RULE_PROPERTIES, where),
    )


def read_contract(path: Path) -> Contract:
    """Read one contract file.

    Raises:
        ContractError: the file does not fit; the message names file and place.
    """
    where = path.name
    try:
        raw = _parse(path.read_text(encoding="utf-8"))
        (schema,) = raw["schema"]
        form = schema["name"]
        own = _properties(raw["customProperties"])
        columns = tuple(_column(item, where) for item in schema["properties"])
        written = tuple(_rule(item, form, where) for item in schema.get("quality") or [])
        contract = Contract(
            form=form,
            code=own["code"],
            title=schema["businessName"],
            version=raw["version"],
            description=schema["description"],
            grain=schema["dataGranularityDescription"],
            frequency=own["frequency"],
            span=own["span"],
            counts_from=own.get("countsFrom"),
            owner=own["owner"],
            valid_from=own["validFrom"],
            subject=own["subject"],
            position=own["position"],
            clean_rows=tuple(own["cleanRows"]),
            columns=columns,
            rules=generate_rules(form, own["code"], columns) + written,
        )
    except (KeyError, ValueError, TypeError, yaml.YAMLError) as error:
        raise ContractError(f"{where}: {error}") from error
    return _checked(contract, path)


def _checked(contract: Contract, path: Path) -> Contract:
    if path.name != f"{contract.form}.odcs.yaml":
        raise ContractError(f"{path.name}: holds form {contract.form}; file and form carry one name")
    names = [column.name for column in contract.columns]
    codes = [rule.code for rule in contract.rules]
    for kind, values in (("column", names), ("rule", codes)):
        doubled = sorted({v for v in values if values.count(v) > 1})
        if doubled:
            raise ContractError(f"{path.name}: {kind} named twice: {doubled}")
    days = {column.name for column in contract.columns if column.logical_type == "date"}
    if contract.counts_from and contract.counts_from not in days:
        raise ContractError(f"{path.name}: countsFrom {contract.counts_from} is no column of dates")
    for rule in contract.rules:
        unknown = sorted(set(rule.columns) - set(names))
        if unknown:
            raise ContractError(f"{path.name}: rule {rule.code} blames unknown columns {unknown}")
        if rule.code[:2] != contract.code:
            raise ContractError(f"{path.name}: rule {rule.code} does not begin with {contract.code}")
    return contract


@cache
def load_contracts(folder: Path = CONTRACTS_DIR) -> dict[str, Contract]:
    """All contracts of the folder by form, in the order of their positions.

    Raises:
        ContractError: a contract does not fit, or two share a code, a position or a title.
    """
    contracts = sorted((read_contract(path) for path in folder.glob("*.odcs.yaml")), key=lambda c: c.position)
    for what in ("code", "position", "title"):
        values = [getattr(contract, what) for contract in contracts]
        doubled = sorted({value for value in values if values.count(value) > 1})
        if doubled:
            raise ContractError(f"{folder}: {what} of two contracts: {doubled}")
    return {contract.form: contract for contract in contracts}


@cache
def load_cover(folder: Path = CONTRACTS_DIR) -> Cover:
    """The cover sheet's labels and the words shared by all forms."""
    raw = _parse((folder / "cover.yaml").read_text(encoding="utf-8"))
    return Cover(**raw)


@cache
def load_file_rules(folder: Path = CONTRACTS_DIR) -> dict[str, FileRule]:
    """The file-level rules (``FL-..``) by code."""
    raw = _parse((folder / "file_rules.yaml").read_text(encoding="utf-8"))
    rules = [FileRule(**item) for item in raw["rules"]]
    return {rule.code: rule for rule in rules}
