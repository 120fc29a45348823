"""Texts and names as SQL writes them: the only place that quotes what may hold a quote."""

from __future__ import annotations


def literal(text: object) -> str:
    """An SQL string, for the statements that take no parameters; a path is one."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
