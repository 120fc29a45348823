"""Who may import whom, as pure functions over syntax trees; ``test_imports`` applies and proves them.

The rules are those of docs/architecture.md. A *lazy* import stands inside a function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OURS = frozenset({"expectations", "orchestration", "twin", "tests"})
# The only places that know Dagster: a package (ends with a slash) or a module.
DAGSTER_HOMES = ("orchestration/defs/", "orchestration/definitions.py", "orchestration/runs/night.py")
DAGSTER = frozenset({"dagster", "dagster_dbt", "dagster_webserver", "dagster_graphql"})
# Slow to import; only loaded where it is used.
CLI = "orchestration/cli/main.py"
TWIN_LOADER = "orchestration/cli/synthetic.py"
# The command and what it starts; they load what knows Dagster inside a function.
NIGHT_LOADERS = frozenset({CLI, "orchestration/cli/webserver.py"})


@dataclass(frozen=True)
class Import:
    """One imported module, and whether the import waits inside a function."""

    module: str
    lazy: bool
    line: int

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports_of(source: str) -> list[Import]:
    """Every import of a module's source, absolute names only (relative imports are not used here)."""
    return list(_walk(ast.parse(source), lazy=False))


def _walk(node: ast.AST, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, lazy, child.lineno) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = "." * child.level + (child.module or "")
            yield Import(module, lazy, child.lineno)
            yield from (Import(f"{module}.{alias.name}", lazy, child.lineno) for alias in child.names)
        elif not _for_types_only(child):
            inside = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _walk(child, lazy=inside)


def _for_types_only(node: ast.AST) -> bool:
    """Whether the node is ``if TYPE_CHECKING:``, which never runs."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def violations(path: str, source: str) -> list[str]:
    """What a module imports against the rules.

    Args:
        path: of the module, relative to the checkout, with forward slashes.
        source: its text.

    Returns:
        One line per forbidden import: where, what, and which rule.
    """
    found = []
    for imported in imports_of(source):
        rule = _broken_rule(path, imported)
        if rule is not None:
            found.append(f"{path}:{imported.line} imports {imported.module}: {rule}")
    return found


def _broken_rule(path: str, imported: Import) -> str | None:
    package = path.partition("/")[0]
    if imported.module.startswith("."):
        return "relative imports hide where a module lives"
    if imported.top == "tests" and package != "tests":
        return "nothing that runs imports the tests"
    if package == "expectations" and imported.top in OURS - {"expectations"}:
        return "expectations imports nothing of ours"
    if package == "twin" and imported.top in OURS - {"twin", "expectations"}:
        return "twin imports only expectations"
    if package == "orchestration":
        return _broken_in_orchestration(path, imported)
    if package in {"expectations", "twin"} and imported.top in DAGSTER:
        return "only defs/, definitions.py and night.py import Dagster"
    return None


def _broken_in_orchestration(path: str, imported: Import) -> str | None:
    if imported.top == "twin" and not (path == TWIN_LOADER and imported.lazy):
        return "only its commands import the twin, inside a function"
    if imported.top in DAGSTER and not path.startswith(DAGSTER_HOMES):
        return "only defs/, definitions.py and night.py import Dagster"
    knows_dagster = imported.module.startswith(
        ("orchestration.runs.night", "orchestration.defs", "orchestration.definitions")
    )
    if knows_dagster and not path.startswith(DAGSTER_HOMES) and not (path in NIGHT_LOADERS and imported.lazy):
        return "what knows Dagster is loaded by the command alone, inside its subcommand"
    if imported.top == "great_expectations" and not imported.lazy:
        return "Great Expectations takes seconds to import: only where a check runs"
    return None


def packages_imported(root: Path) -> dict[str, set[str]]:
    """Package → the packages of ours (and Dagster) that its modules import, at once or inside a function."""
    found: dict[str, set[str]] = {}
    for path in modules(root):
        own = _package(".".join(path.relative_to(root).with_suffix("").parts), root)
        if own != "tests":
            tops = OURS | {"dagster"}
            others = {_package(one.module, root) for one in imports_of(path.read_text("utf-8")) if one.top in tops}
            found.setdefault(own, set()).update(others - {own})
    return found


def _package(module: str, root: Path) -> str:
    """The package of docs/architecture.md that a module is of."""
    top, _, rest = module.partition(".")
    below = rest.partition(".")[0]
    if top != "orchestration" or not below:
        return top
    if (root / top / below).is_dir():
        return f"{top}.{below}"
    return {"definitions": "orchestration.defs", "night": "orchestration.defs", "cli": "orchestration.commands"}.get(
        below, top
    )


def modules(root: Path) -> list[Path]:
    """The Python modules of the packages, tests included."""
    return sorted(path for package in OURS for path in (root / package).rglob("*.py"))
