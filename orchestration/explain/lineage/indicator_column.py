"""Writes the seed that says which returned columns each indicator rests on.

Usage: ``python -m orchestration.explain.lineage.indicator_column [--check]``. It compiles the models and reads their
SQL (`columns_read`), so it is slower than the generated files of the contracts and stands apart from them.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from expectations.seed_rows import read_seed_rows
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.explain.lineage.columns_read import NOT, ColumnsRead, Node
from orchestration.explain.lineage.indexed_cells import returned_columns_of
from orchestration.explain.lineage.lineage_build import gives_figures
from orchestration.transform.dbt_runner import compile_models, prepare_manifest

SEED = "indicator_column.csv"
_STAGED = "stg_"


def project_nodes(settings: Settings, compiled: list[Any]) -> dict[str, Node]:
    """Seeds and models by name, each after its parents."""
    nodes: dict[str, Node] = {}
    waiting = {str(node.name): node for node in compiled}
    while waiting:
        for name, node in list(waiting.items()):
            named = [parent.rsplit(".", 1)[1] for parent in getattr(node.depends_on, "nodes", ())]
            parents = tuple(parent for parent in named if parent in waiting or parent in nodes)  # sources are neither
            if not waiting.keys() & set(parents):
                nodes[name] = _node(settings, waiting.pop(name), parents)
    return nodes


def _node(settings: Settings, node: Any, parents: tuple[str, ...]) -> Node:
    if node.resource_type == "seed":
        header, *rows = _lines(settings.seeds / f"{node.name}.csv")
        return Node(
            str(node.relation_name), columns=tuple(header), cells=frozenset(cell for row in rows for cell in row)
        )
    staged = node.fqn[1] == "staging"
    return Node(str(node.relation_name), str(node.compiled_code), parents=parents, is_staging=staged)


def _lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def indicator_columns(nodes: Mapping[str, Node], indicators: list[str]) -> dict[str, dict[str, frozenset[str]]]:
    """Indicator → form → the form's columns that it rests on; an indicator that no model gives has none."""
    read = ColumnsRead(nodes)
    found: dict[str, dict[str, frozenset[str]]] = {}
    for indicator in indicators:
        giver = model_of(read, indicator)
        if giver is None:
            continue
        staged = read.of_indicator(giver, indicator)
        found[indicator] = {
            form: returned_columns_of(form, columns)
            for form, columns in ((name.removeprefix(_STAGED), columns) for name, columns in sorted(staged.items()))
        }
    return found


def model_of(read: ColumnsRead, indicator: str) -> str | None:
    """The model that gives an indicator; none where none does.

    Raises:
        ValueError: several might.
    """
    surely = {name: read.gives(name, indicator) for name in read.nodes if gives_figures(name)}
    best = [name for name, how in surely.items() if how == max(surely.values()) != NOT]
    if len(best) > 1:
        raise ValueError(f"{indicator}: which of {', '.join(best)} gives it is not to be told from their SQL")
    return best[0] if best else None


def seed_text(settings: Settings) -> str:
    """What belongs in the seed."""
    with TemporaryDirectory() as folder:
        apart = Settings(home=Path(folder), checkout=settings.checkout)
        nodes = project_nodes(apart, compile_models(apart, prepare_manifest(apart)))
    indicators = [row["indicator"] for row in read_seed_rows(settings.seeds / "indicator_definition.csv")]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("indicator", "form", "column_name"))
    for indicator, forms in indicator_columns(nodes, indicators).items():
        writer.writerows((indicator, form, column) for form, columns in forms.items() for column in sorted(columns))
    return text.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Write or check the seed; exit code 1 when it is stale."""
    name = "python -m orchestration.explain.lineage.indicator_column"
    parser = argparse.ArgumentParser(prog=name, description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say whether it is stale")
    is_check = parser.parse_args(arguments).check
    settings = Settings(home=CHECKOUT)
    path, wanted = settings.seeds / SEED, seed_text(settings)
    if path.read_text(encoding="utf-8") == wanted:
        return 0
    if is_check:
        print(f"{path.name} is stale: run `make generate`", file=sys.stderr)
        return 1
    path.write_text(wanted, encoding="utf-8")
    print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
