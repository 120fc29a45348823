"""The table of packages in docs/architecture.md: their layers as import-linter holds them, what each says it holds.

The layers stand in pyproject.toml, what a package holds in the docstring of its ``__init__``.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
_BEGIN, _END = "<!-- packages: generated -->\n", "<!-- end of packages -->"


def architecture(root: Path = CHECKOUT) -> str:
    """The text of docs/architecture.md with the table of today.

    Raises:
        ValueError: the place of the table is not marked in it.
    """
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"docs/architecture.md: expected {_BEGIN.strip()} and {_END} around the table of packages")
    return f"{before}{_BEGIN}\n{_table(root)}\n{end}{after}"


def _table(root: Path) -> str:
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
