"""Contract columns → the rules every form has: XX-01 … XX-07, XX-90 and XX-91, as ``generic_rules.yaml`` has them.

Only their queries and examples are made here, from what a column declares (required, code list, place,
pattern, key, bounds). Rules about what a form means are written in its contract.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from expectations.model import CONTRACTS_DIR, Column
from expectations.rule_model import Dimension, Example, Holds, Rule, Severity

GenericKind = Literal[
    "blank",
    "unreadable",
    "not_in_code_list",
    "unknown_place",
    "damaged_digits",
    "doubled_key",
    "out_of_range",
    "no_identity",
    "unusual",
]
_OLD_ID_NUMBER = "350490690512011"
# A deletion names a key and no more: only what makes the key doubtful is asked of it.
_JUDGES_DELETIONS: frozenset[GenericKind] = frozenset({"unknown_place", "damaged_digits", "doubled_key"})


class GenericRule(BaseModel):
    """The wording and weight of one generic rule, shared by all forms that get it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: GenericKind
    number: str = Field(pattern=r"^\d{2}$")
    title: str
    severity: Severity
    holds: Holds
    holds_in: dict[str, Holds] = {}
    dimension: Dimension
    ignored: tuple[str, ...] = ()
    left_out_of: tuple[str, ...] = ()
    message: str
    fix: str
    message_en: str
    source: str


@cache
def load_generic_rules(folder: Path = CONTRACTS_DIR) -> tuple[GenericRule, ...]:
    """The generic rules in the order of their numbers."""
    raw = yaml.safe_load((folder / "generic_rules.yaml").read_text(encoding="utf-8"))
    return tuple(GenericRule(**item) for item in raw["rules"])


def generate_rules(form: str, code: str, columns: Sequence[Column]) -> tuple[Rule, ...]:
    """The generic rules of one form; a rule no column of which could break is left out.

    Args:
        form: name of the form, also of its relation.
        code: the two letters its rule codes begin with.
        columns: its columns.
    """
    made = (_rule(generic, form, code, columns) for generic in load_generic_rules())
    return tuple(rule for rule in made if rule is not None)


def _rule(generic: GenericRule, form: str, code: str, columns: Sequence[Column]) -> Rule | None:
    judged = [c for c in columns if _JUDGED[generic.kind](c) and c.name not in generic.ignored]
    if not judged or form in generic.left_out_of:
        return None
    query = _doubled_key_query(judged) if generic.kind == "doubled_key" else _cell_query(generic.kind, judged)
    return Rule(
        code=f"{code}-{generic.number}",
        form=form,
        title=generic.title,
        severity=generic.severity,
        holds=generic.holds_in.get(form, generic.holds),
        columns=tuple(c.name for c in judged),
        query=query,
        message=generic.message,
        fix=generic.fix,
        message_en=generic.message_en,
        source=generic.source,
        dimension=generic.dimension,
        generated=True,
        good=Example(rows={form: ({},)}),
        bad=_bad_example(generic.kind, form, judged),
    )


# --- which columns a rule looks at -------------------------------------------------------------------


def _is_typed(column: Column) -> bool:
    return column.code_list is None and column.place is None


_JUDGED: dict[GenericKind, Callable[[Column], bool]] = {
    "blank": lambda c: c.required,
    "unreadable": _is_typed,
    "not_in_code_list": lambda c: c.code_list is not None,
    "unknown_place": lambda c: c.place is not None,
    # Phones and accounts are dropped at acceptance and often kept as numbers: no reason to hold a household.
    "damaged_digits": lambda c: c.text_only and c.privacy != "drop",
    "doubled_key": lambda c: c.key,
    "out_of_range": lambda c: c.minimum is not None or c.maximum is not None,
    "no_identity": lambda c: c.privacy == "token",
    "unusual": lambda c: c.usual_maximum is not None,
}


# --- queries -------------------------------------------------------------------------------------------


def _condition(kind: GenericKind, column: Column) -> str:
    """The condition under which a cell of the column breaks the rule; never NULL-true."""
    name, text = f'"{column.name}"', f'"{column.name}__text"'
    if kind == "blank":
        # A value carried down from the cell above is not blank, whatever the cell itself holds.
        return f"{text} is null and {name} is null"
    if kind == "damaged_digits":
        return f"{text} is not null and \"{column.name}__kind\" = 'number'"
    if kind == "out_of_range":
        below = [] if column.minimum is None else [f"{name} < {column.minimum:g}"]
        above = [] if column.maximum is None else [f"{name} > {column.maximum:g}"]
        return " or ".join(below + above)
    if kind == "unusual":
        return f"{name} > {column.usual_maximum:g}"
    if kind == "no_identity":
        # The column keeps the text itself; whether it tells a person shows in the token. XX-05 tells of numbers.
        return f"{text} is not null and {column.token_base}_token is null and \"{column.name}__kind\" <> 'number'"
    untyped = f"{text} is not null and {name} is null"
    if kind == "unreadable" and column.text_only:
        return f"{untyped} and coalesce(\"{column.name}__kind\", '') <> 'number'"
    return untyped


def _cell_query(kind: GenericKind, columns: Sequence[Column]) -> str:
    """One scan over the rows; one result row per failing cell."""
    conditions = [f"({_condition(kind, column)})" for column in columns]
    cases = ",\n".join(
        f"            case when {condition} then '{column.name}' end"
        for column, condition in zip(columns, conditions, strict=True)
    )
    stays = "" if kind in _JUDGES_DELETIONS else "coalesce(row_action, '') <> 'delete'\n        and "
    return (
        "with b as (select * from {batch}),\n"
        "failing as (\n"
        "    select record_id, unnest([\n"
        f"{cases}\n"
        "        ]) as column_name\n"
        "    from b\n"
        f"    where {stays}({' or '.join(conditions)})\n"
        ")\n"
        "select record_id, column_name from failing where column_name is not null\n"
    )


def _doubled_key_query(keys: Sequence[Column]) -> str:
    names = ", ".join(f'"{key.name}"' for key in keys)
    complete = " and ".join(f'"{key.name}" is not null' for key in keys)
    return (
        "with b as (select * from {batch}),\n"
        "counted as (\n"
        f"    select record_id, {names}, count(*) over (partition by submission_id, {names}) as times from b\n"
        ")\n"
        f"select record_id, '{keys[0].name}' as column_name\n"
        "from counted\n"
        f"where times > 1 and {complete}\n"
    )


# --- examples ------------------------------------------------------------------------------------------


def _bad_example(kind: GenericKind, form: str, columns: Sequence[Column]) -> Example:
    if kind == "doubled_key":
        key = {column.name: column.example for column in columns}
        return Example(rows={form: (key, key)})
    column = columns[0]
    cells: dict[GenericKind, dict[str, Any]] = {
        "blank": {column.name: None},
        "damaged_digits": {column.name: None, f"{column.name}__text": "1E+15", f"{column.name}__kind": "number"},
        "out_of_range": {column.name: _outside(column)},
        "unusual": {column.name: (column.usual_maximum or 0) + 1},
    }
    if kind == "no_identity":
        return Example(rows={form: ({column.name: _OLD_ID_NUMBER},)})
    untyped = {column.name: None, f"{column.name}__text": "?"}
    return Example(rows={form: (cells.get(kind, untyped),)})


def _outside(column: Column) -> float:
    if column.maximum is not None:
        return column.maximum + 1
    return (column.minimum or 0) - 1
