"""docs/architecture.md with its tables of today: the tables of checking, and the packages.

These stand in their layers, as import-linter holds them (pyproject.toml), with what the docstring of each says of it.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from expectations.check_tables import check_tables

CHECKOUT = Path(__file__).resolve().parent.parent


def architecture(root: Path = CHECKOUT) -> str:
    """The text of docs/architecture.md with its tables of today.

    Raises:
        ValueError: the place of a table is not marked in it.
    """
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name, table in (("packages", _packages_table(root)), ("tables of checking", check_tables(root))):
        begin, mark = f"<!-- {name}: generated -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        _, end, after = rest.partition(mark)
        if not end:
            raise ValueError(f"docs/architecture.md: expected {begin.strip()} and {mark} around the table of {name}")
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


def _packages_table(root: Path) -> str:
    rows = [f"| {layer} | `{name}` | {held} |\n" for layer, name, held in _packages(root)]
    return "".join(["| layer | package | holds |\n|---|---|---|\n", *rows])


def _packages(root: Path) -> Iterator[tuple[str, str, str]]:
    """Layer, name and docstring of each package, from the top down; subpackages in the layer of theirs."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c["layers"] for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    for number, layer in enumerate(layers):
        package = root / "orchestration" / layer
        module = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
        yield str(len(layers) - number), f"orchestration.{layer}", _held(module)
        for below in sorted(package.glob("*/__init__.py")):
            yield "", f"orchestration.{layer}.{below.parent.name}", _held(below)
    for name in ("expectations", "twin"):
        yield "", name, _held(root / name / "__init__.py")


def _held(module: Path) -> str:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())
