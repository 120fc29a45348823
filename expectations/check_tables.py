"""The tables of checking in docs/architecture.md: declared in ``orchestration/check/tables.py``, their uses read there.

A module makes a table that its SQL creates or adds to, and reads one that its SQL selects from.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from expectations.contract import load_contracts
from expectations.markdown import cell
from expectations.relations import form_of

_CHECK = Path("orchestration") / "check"
_ELSEWHERE = {
    "expectations.rule_ground": "expectations/rule_ground.py",
    "receive.unreadable": "orchestration/receive/unreadable.py",
}
_FORM = "<form>"


def check_tables(root: Path) -> str:
    """The table of all tables: what one row is, its key, who makes and who reads it."""
    modules, asked_by_rules = _modules(root), _asked_by_rules()
    rows = ["| table | one row is | key | made by | read by |\n|---|---|---|---|---|\n"]
    for variable, name, grain, key in _declared(root):
        made, read = _uses(variable, name)
        makers = [module for module, text in modules.items() if made.search(text)]
        readers = [module for module, text in modules.items() if read.search(text) and module not in makers]
        readers += ["rules"] if name in asked_by_rules else []
        keys = ", ".join(f"`{column}`" for column in key.split())
        rows.append(f"| `{name}` | {cell(grain)} | {keys} | {', '.join(makers)} | {', '.join(readers or makers)} |\n")
    return "".join(rows)


def _declared(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """Variable, name, grain and key of each table, in their order."""
    for node in ast.parse((root / _CHECK / "tables.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            name, grain, key = map(ast.literal_eval, node.value.args[:3])
            yield ast.unparse(node.targets[0]), name, grain, key


def _modules(root: Path) -> dict[str, str]:
    paths = [path for path in sorted((root / _CHECK).glob("*.py")) if path.stem != "tables"]
    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    return texts | {name: (root / path).read_text(encoding="utf-8") for name, path in _ELSEWHERE.items()}


def _uses(variable: str, name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How making and reading it are written."""
    any_form = r"\{(?:contract\.)?form\}"
    written = name.replace(_FORM, any_form if name == _FORM else rf"(?:{any_form}|households)")
    made = (
        rf"(?:table|view|into) {written}(?!\w)|tables\.{variable}\b(?:\.of\(.*\))?\.create\("
        rf"|for table in \([^)]*tables\.{variable}\b|insert_rows\(\s*connection,\s*\"{written}\""
    )
    return re.compile(made), re.compile(rf"(?:from|join|update) {written}(?!\w)|tables\.{variable}\b")


def _asked_by_rules() -> set[str]:
    contracts = load_contracts()
    needs = {need for contract in contracts.values() for rule in contract.rules for need in rule.needs}
    return {need.replace(form_of(need), _FORM) if form_of(need) in contracts else need for need in needs}
