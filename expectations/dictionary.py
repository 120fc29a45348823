"""Contracts → data dictionary (Chinese): the columns of every form and what of them reaches the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.markdown import GENERATED, table
from expectations.model import Column, Contract
from expectations.relations import accepted_columns
from expectations.template_sheets import header_text
from expectations.wording import load_wording


def dictionary(contracts: Mapping[str, Contract]) -> str:
    """The dictionary as Markdown: per form the columns sent, then the fields accepted.

    Args:
        contracts: all contracts by form.
    """
    words = load_wording()
    own = words["dictionary"]
    parts = [GENERATED, f"# {own['title']}\n\n{own['intro']}\n\n"]
    for contract in contracts.values():
        summary = own["summary"].format(
            title=contract.title,
            form=contract.form,
            description=contract.description,
            grain=contract.grain,
            frequency=words["frequency"][contract.frequency],
            owner=contract.owner,
        )
        parts.append(f"## {contract.title}（{contract.code}）\n\n{summary}\n\n")
        parts.append(table(own["headers"], (_column_row(column, words) for column in contract.columns)))
        parts.append(f"### {own['accepted_title']}\n\n")
        fields = accepted_columns(contract).items()
        parts.append(table(own["accepted_headers"], ((f"`{name}`", kind) for name, kind in fields)))
    return "".join(parts).rstrip() + "\n"


def _column_row(column: Column, words: Mapping[str, Any]) -> tuple[str, ...]:
    marks = words["template"]
    return (
        header_text(column),
        f"`{column.name}`",
        words["logical_type"][column.logical_type],
        marks["is_required"] if column.required else marks["is_optional"],
        column.header_unit or marks["none"],
        f"`code_{column.code_list}`" if column.code_list else marks["none"],
        words["classification"][column.classification],
        words["privacy"][column.privacy],
        column.description,
    )
