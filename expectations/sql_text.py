"""Texts and names as SQL writes them: the only place that quotes what may hold a quote."""

from __future__ import annotations

import re

# sqlglot takes this column name of ours for the type; both engines take it for a name.
MAP_COLUMN = re.compile(r"\bmap\b(?!\s*\()")


def literal(text: object) -> str:
    """An SQL string, for the statements that take no parameters; a path is one."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
