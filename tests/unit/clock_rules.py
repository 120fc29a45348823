"""Who may read the clock, as pure functions over syntax trees and SQL; ``test_clock`` applies and proves them.

A reading is a name that leads to the machine's clock or to its time zone, whether it is called or handed on.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CLOCK = "orchestration/core/clock.py"
# Names by which the library tells the time, in full.
_READINGS = frozenset(
    f"{place}.{name}"
    for place, names in {
        "datetime.datetime": ("now", "utcnow", "today"),
        "datetime.date": ("today",),
        "pandas.Timestamp": ("now", "utcnow", "today"),
        "time": ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "clock_gettime"),
    }.items()
    for name in names
)
# Without an argument they take the time zone of the machine: method → which argument is the zone.
_ZONED = {"astimezone": 0, "fromtimestamp": 1}
_SQL = re.compile(
    r"\b(current_date|current_time|current_timestamp|current_localtime\w*|localtime|localtimestamp"
    r"|(?:now|today|get_current_timestamp|transaction_timestamp)\s*\(\s*\))",
    re.IGNORECASE,
)


def readings(path: str, source: str) -> list[str]:
    """Where a module reads the machine's clock or time zone; one line each."""
    if path == CLOCK:
        return []
    tree = ast.parse(source)
    names = dict(_imported(tree))
    return [f"{path}:{line} reads {name}" for line, name in _readings(tree, names)]


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names in a module → what they are, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _readings(tree: ast.AST, names: dict[str, str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            told = _in_full(node, names)
            if told in _READINGS:
                yield node.lineno, told
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            zone = _ZONED.get(node.func.attr)
            if zone is not None and len(node.args) + len(node.keywords) <= zone:
                yield node.lineno, f"{node.func.attr} in the machine's time zone"


def _in_full(node: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        before = _in_full(node.value, names)
        return None if before is None else f"{before}.{node.attr}"
    return None


def sql_readings(text: str) -> list[str]:
    """The words by which SQL asks the clock, as they stand in a text."""
    return [found.group(0) for found in _SQL.finditer(text)]


def sql_of(path: Path) -> str:
    """What of a file may be SQL: a page's code blocks, a module's texts, all of any other file but its comments."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return "\n".join(re.findall(r"```sql\n(.*?)```", text, re.DOTALL))
    if path.suffix == ".py":
        return "\n".join(_texts(ast.parse(text)))
    return re.sub(r"\{#.*?#\}|--[^\n]*|^\s*#[^\n]*", "", text, flags=re.DOTALL | re.MULTILINE)


def _texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module but those that stand by themselves, which describe it."""
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.value
