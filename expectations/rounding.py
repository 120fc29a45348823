"""What a written number may differ from the true one by: half a unit of its last written digit.

``rounding_<form>`` tells it row by row as ``<column>__half`` of every measured column, in the unit of its typed value,
so that a rule may add up what the numbers of a sum leave open (docs/decisions/0024). No SQL is run here.
"""

from __future__ import annotations

from collections.abc import Callable

from expectations.model import Column, Contract

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_SIGNS = "0123456789.,"
_WIDE_SIGNS = "".join(chr(ord(sign) + 0xFEE0) for sign in _SIGNS)


def measured(contract: Contract) -> list[Column]:
    """The columns whose numbers may be rounded: decimals that survive acceptance."""
    return [c for c in contract.columns if c.logical_type == "number" and c.privacy == "keep"]


def rounding_query(contract: Contract, rows: str) -> str:
    """The select of ``record_id`` and, for each measured column, half a unit of its last written digit.

    Args:
        contract: of the form.
        rows: a relation with its landing columns. Each sheet in it is looked at by itself: an xlsx cell keeps no
            closing zeros, so a number was written in as many decimals as any of its column and unit.
    """
    columns = measured(contract)
    if not columns:
        return f"select record_id from {rows}"
    widest = f"greatest({', '.join(f'max({_step(c)}) over sheet' for c in columns)})"
    return f"""
        with written as (select record_id, submission_id, sheet, {_listed(_written, columns)} from {rows}),
        stepped as (select *, {_listed(_stepped, columns)} from written)
        select record_id, {", ".join(f"{_half(c, widest)} as {c.name}__half" for c in columns)}
        from stepped
        window sheet as (partition by submission_id, sheet)
    """


def _listed(made: Callable[[Column], str], columns: list[Column]) -> str:
    return ", ".join(made(column) for column in columns)


def _step(column: Column) -> str:
    return f"{column.name}__step"


def _written(column: Column) -> str:
    """Decimals of the text, and what the unit multiplied its number with: none of a zero, which tells no unit."""
    name, text = column.name, f"translate({column.name}__text, '{_WIDE_SIGNS}', '{_SIGNS}')"
    number = f"try_cast(replace(regexp_extract({text}, '{_NUMBER}'), ',', '') as double)"
    return (
        f"{name}, length(regexp_extract({text}, '\\.(\\d+)', 1)) as {name}__decimals,"
        f" round(cast(abs({name}) as double) / nullif({number}, 0), 6) as {name}__factor"
    )


def _stepped(column: Column) -> str:
    """The last written digit's unit: of the cell's own decimals or, where they are more, its column's.

    More decimals than the type holds were computed, not written: they say nothing of the other cells.
    """
    name, least = column.name, 10.0**-column.scale
    factor, decimals = f"nullif({name}__factor, 0)", f"{name}__decimals"
    is_written = f"{factor} * pow(10, -{decimals}) >= {least} * 0.999"
    usual = (
        f"max({decimals}) filter (where {is_written})"
        f" over (partition by submission_id, sheet, round(log10({factor}), 1))"
    )
    step = f"{factor} * pow(10, -greatest({decimals}, {usual}))"
    return f"case when {factor} > 0 then greatest({step}, {least}) end as {_step(column)}"


def _half(column: Column, widest: str) -> str:
    """Half the step; a zero has that of its column's widest or, in a column of zeros, of its sheet's."""
    step = f"coalesce({_step(column)}, max({_step(column)}) over sheet, {widest}, 0)"
    return f"case when {column.name} is null then 0 else {step} / 2 end"
