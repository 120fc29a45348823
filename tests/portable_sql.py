"""Holds every dbt model to SQL that DuckDB and Spark accept with the same answer.

A model is rendered without dbt: references become names, rule and generated macros are expanded as they are, and a
macro of ``macros/portable`` becomes a call with the prefix of ``portable_sql.yaml``, because its engines'
texts may differ. The syntax tree is then held to an allow-list; sqlglot's Spark dialect is no gate, it
accepts most of what only DuckDB knows. Style is sqlfluff's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import sqlglot
import yaml
from sqlglot import expressions as exp
from sqlglot.errors import ParseError

ALLOW_LIST = Path(__file__).parent / "portable_sql.yaml"
_TEXT = re.compile(r"'(?:[^']|'')*'|--[^\n]*")
_CALL = re.compile(r"(\w+)\s*\(")
_FROM_FIRST = re.compile(r"(?:^|\()\s*from\b")


@dataclass(frozen=True)
class AllowList:
    """What models may be written with; see ``portable_sql.yaml``."""

    functions: frozenset[str]
    words_before_parenthesis: frozenset[str]
    portable_prefix: str
    types: frozenset[str]
    constructs: frozenset[str]
    joins: frozenset[str]
    refused_text: dict[str, str]


@cache
def load_allow_list(path: Path = ALLOW_LIST) -> AllowList:
    """Read the allow-list."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    sets = {
        key: frozenset(raw[key]) for key in ("functions", "words_before_parenthesis", "types", "constructs", "joins")
    }
    return AllowList(portable_prefix=raw["portable_prefix"], refused_text=raw["refused_text"], **sets)


class _Renderer:
    """Renders models of one project as text that a SQL parser reads."""

    def __init__(self, project: Path, prefix: str) -> None:
        # SQL is not HTML: escaping would change the text that is judged.
        self._environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
        portable = [path.stem for path in (project / "macros" / "portable").glob("*.sql")]
        names: dict[str, Any] = {
            "ref": lambda name: name,
            "source": lambda name, table: f"{name}_{table}",
            "var": lambda name, default="": f"var {name}",
            "config": lambda **_: "",
            **{name: _call(prefix + name) for name in portable},
        }
        rules = sorted(path for kind in ("generated", "rules") for path in (project / "macros" / kind).rglob("*.sql"))
        # Compiled once: they are twenty times as long as a model.
        written = self._environment.from_string("".join(path.read_text(encoding="utf-8") for path in rules))
        self._names = {**names, **written.make_module(names).__dict__}

    def render(self, text: str) -> str:
        return self._environment.from_string(text).render(self._names)


def _call(name: str) -> Any:
    def written(*arguments: Any) -> str:
        flat = [part for item in arguments for part in (item if isinstance(item, list) else [item])]
        return f"{name}({', '.join(map(str, flat))})"

    return written


def check_sql(text: str, allowed: AllowList | None = None) -> list[str]:
    """What the allow-list refuses in one rendered statement; empty when it holds."""
    allowed = allowed or load_allow_list()
    bare = _TEXT.sub("''", text).lower()
    refused = [f"{token}: {reason}" for token, reason in allowed.refused_text.items() if token in bare]
    refused += [f"function {name}" for name in _CALL.findall(bare) if not _callable(name, allowed)]
    if _FROM_FIRST.search(bare):
        refused.append("from before select")
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except ParseError as error:
        return [*refused, f"cannot be parsed: {error}"]
    refused += [message for node in tree.walk() for message in _refused(node, allowed)]
    return sorted(set(refused))


def _callable(name: str, allowed: AllowList) -> bool:
    # Judged as written: the syntax tree calls list(x) and array_agg(x) the same.
    known = allowed.functions | allowed.words_before_parenthesis | allowed.types
    return name in known or name.startswith(allowed.portable_prefix)


def _refused(node: exp.Expr, allowed: AllowList) -> Iterator[str]:
    kind = type(node).__name__.lower()
    if isinstance(node, exp.DataType):
        name = node.this.name.lower() if isinstance(node.this, exp.DataType.Type) else str(node.this).lower()
        if name not in allowed.types:
            yield f"type {name}"
    elif isinstance(node, exp.Join):
        join = _join_kind(node)
        if join not in allowed.joins:
            yield f"join {join}"
    elif isinstance(node, exp.Func) and not isinstance(node, (exp.Connector, exp.Case)):
        pass  # judged as written, in check_sql
    elif kind not in allowed.constructs:
        yield f"construct {kind}"
    yield from _refused_forms(node)


def _join_kind(node: exp.Join) -> str:
    words = (node.args.get("method"), node.side, node.kind)
    named = " ".join(word.lower() for word in words if word and word.lower() != "outer")
    if named:
        return named
    return "inner" if node.args.get("on") or node.args.get("using") else "comma"


def _refused_forms(node: exp.Expr) -> Iterator[str]:
    """Forms of allowed constructs that one engine does not know."""
    if isinstance(node, exp.Group) and node.args.get("all"):
        yield "group by all"
    if isinstance(node, exp.Star) and any(node.args.get(key) for key in ("except", "except_", "replace", "rename")):
        yield "select * with exclude or replace"
    if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
        yield "union by name"
    if isinstance(node, exp.Select) and not node.expressions:
        yield "select without columns"
    if isinstance(node, exp.Div) and isinstance(node.expression, exp.Column):
        yield "division by a column: write safe_divide, a zero means something else to each engine"


def check_models(project: Path) -> list[str]:
    """What the allow-list refuses in the models and singular tests of a project.

    Args:
        project: the dbt project's folder.

    Returns:
        One line per refusal: file and what is refused. Empty when every model is portable.
    """
    allowed = load_allow_list()
    renderer = _Renderer(project, allowed.portable_prefix)
    files = sorted([*project.glob("models/**/*.sql"), *project.glob("tests/**/*.sql")])
    lines = []
    for path in files:
        text = renderer.render(path.read_text(encoding="utf-8"))
        lines += [f"{path.relative_to(project)}: {message}" for message in check_sql(text, allowed)]
    return lines
