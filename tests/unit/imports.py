"""What a module's source imports, as a pure function over its syntax tree."""

from __future__ import annotations

import ast

OURS = frozenset({"expectations", "orchestration", "twin", "tests"})


def packages_imported(source: str) -> set[str]:
    """The top packages of every import, inside functions, too; not what only the type checker sees."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)
    return found
