"""Text → typed values: one DuckDB select over the different cells of columns that are typed alike.

A value that cannot be typed becomes NULL beside its text; saying so is the generic rules' work. Which cells are typed
together and how they get back into rows is ``typing_run``'s; codes and places are looked up in ``lookups``' tables.
"""

from __future__ import annotations

import hashlib
import re

import duckdb

from expectations.contract import load_cover
from expectations.model import Column
from expectations.relations import duckdb_type, landing_fields
from expectations.sql_text import literal
from orchestration.read.lookups import lookup_query
from orchestration.workbook.unit_words import unit_factors
from orchestration.workbook.words import coded, load_words

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# Six decimals: 0.01 yuan written in 万元. DuckDB casts text to decimals of up to 18 digits a hundred times faster
# than to wider ones, so plain yuan go straight to their type.
_MEASURED = "decimal(18, 6)"
# Wide enough for any product with a factor: in narrower types an absurd 亿元 would be an error, not a NULL.
_MULTIPLIED = "decimal(24, 6)"
_GAP = r"[\s\x{3000}\x{a0}]*"
_INTEGER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?"
_CELL = "cell"  # what every column is called while it is typed
_BLOCK = 64  # bytes of a SHA-256 block, for HMAC


def _constant_list(words: set[str]) -> str:
    """A SQL list constant. ``in (…)`` of many words would become a join of its own for every column."""
    return "[" + ", ".join(literal(word) for word in sorted(words)) + "]"


def set_token_key(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give the connection the key of the tokens; it lives in variables, never in SQL text or on disk."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    for name, mask in (("token_inner", 0x36), ("token_outer", 0x5C)):
        connection.execute(f"set variable {name} = cast(? as blob)", [bytes(byte ^ mask for byte in block)])


def text_expression(column: Column) -> str:
    """The text as sent, trimmed; NULL where it is blank or a word that means nothing was entered.

    It is over rows with the column's text tidied beside it.
    """
    cover = load_cover()
    kept = {*map(coded, (*cover.true_words, *cover.false_words))} if column.logical_type == "boolean" else set()
    nothing = {coded(word) for word in (*cover.null_words, *column.null_words) if word} - kept
    text = f'"{column.name}__tidy"'
    # Only a short text can be one of these words, so no other is folded to find out.
    said = (
        f"not (length({text}) <= {max(map(len, nothing))} and list_contains({_constant_list(nothing)}, coded({text})))"
    )
    if column.logical_type in {"number", "integer"}:
        said = f'({said} or accounting_zero("{column.name}"))'
    if column.logical_type == "date":
        # A formula that finds no date gives day 0; its cell shows nothing, or a day there never was.
        zero = "'0'" if column.required else "null"
        return f"case when {said} then case when zero_day({text}) then {zero} else {text} end end"
    return f"case when {said} then {text} end"


def kind_expression(column: Column) -> str:
    """How the cell was stored, where there is a text."""
    return f'case when "{column.name}__text" is not null then "{column.name}__kind" end'


def prepared_expression(column: Column) -> str | None:
    """The text in the shape its typing looks at, worked out once: half-width, dashes in dates, X in IDs."""
    text = f'"{column.name}__text"'
    if column.code_list is not None or column.place is not None:
        return None
    if column.logical_type in {"number", "integer"}:
        # A lone dash got here as the zero of an accounting format.
        return rf"regexp_replace(half_width({text}), '^[¥$]?\s*-$', '0')"
    if column.logical_type == "date":
        return f"dashed({text})"
    if column.logical_type == "boolean":
        return f"keyed({text})"
    if column.text_only:
        return f"case when \"{column.name}__kind\" = 'text' then coded({text}) end"
    return f"coded({text})" if column.pattern is not None else None


def typed_expressions(column: Column) -> dict[str, str]:
    """The typed value of a column and what is derived from it: name → SQL over the prepared text."""
    value = f'"{column.name}__prepared"'
    if column.code_list is not None or column.place is not None:
        return {column.name: "looked_up.code"}
    if column.logical_type in {"number", "integer"}:
        return {column.name: _number(column, value)}
    if column.logical_type == "date":
        kind = f'"{column.name}__kind"'
        is_month = column.date_precision == "month"
        parsed = f"to_month({value}, {kind}, is_1904)" if is_month else f"to_day({value}, is_1904)"
        return {column.name: parsed}
    if column.logical_type == "boolean":
        return {column.name: _boolean(value)}
    if column.privacy == "token":
        return {column.name: value, **_id_number(column, f"id_shape({value})")}
    if column.pattern is not None:
        return {column.name: f"case when regexp_matches({value}, {literal(column.pattern)}) then {value} end"}
    return {column.name: value if column.text_only else f'visible("{column.name}__text")'}


def _number(column: Column, value: str) -> str:
    """A strict number, thousands marks in their places; a unit behind it goes before the header's."""
    number = _INTEGER if column.logical_type == "integer" else _NUMBER
    target = duckdb_type(column)
    digits = f"replace({value}, ',', '')"
    plainly = f"else try_cast({digits} as {target})"
    unread = f"not regexp_full_match({value}, '{number}')"
    if not unit_factors(column):
        return f"case when {unread} then null {plainly} end"
    factor = f'"{column.name}__factor"'
    stated = _with_unit(column, value)
    if column.logical_type == "integer":  # 1.23456 万人 is no number of persons
        whole = f"case when {stated} % 1 = 0 then try_cast({stated} as {target}) end"
        return f"case when {unread} or {factor} <> 1 then {whole} {plainly} end"
    multiplied = f"cast(try_cast({digits} as {_MEASURED}) as {_MULTIPLIED}) * {factor}"
    return (
        f"case when {unread} then try_cast({stated} as {target}) "
        f"when {factor} <> 1 then try_cast({multiplied} as {target}) {plainly} end"
    )


def _with_unit(column: Column, value: str) -> str:
    """A number times the unit behind it or its column's, a mark of the currency about it allowed; else NULL."""
    words = load_words()
    mark = f"(?:{'|'.join(words.currency_marks)})?" if column.unit in words.currency_units else ""
    unit = "|".join(re.escape(word) for word in sorted(unit_factors(column), key=lambda word: (-len(word), word)))
    pattern = literal(f"^{mark}{_GAP}({_NUMBER}){_GAP}({unit})?{mark}$")
    parts = f"regexp_extract(unit_text({value}), {pattern}, ['amount', 'unit'])"
    factor = f"coalesce(getvariable('factors_{column.unit}')[{parts}.unit], \"{column.name}__factor\")"
    return f"cast(try_cast(replace({parts}.amount, ',', '') as {_MEASURED}) as {_MULTIPLIED}) * {factor}"


def _boolean(value: str) -> str:
    cover = load_cover()
    words = {True: {coded(word) for word in cover.true_words}, False: {coded(word) for word in cover.false_words}}
    for word, truth in load_words().boolean_cell_words.items():
        words[truth].add(coded(word))
    return (
        f"case when list_contains({_constant_list(words[True])}, {value}) then true "
        f"when list_contains({_constant_list(words[False])}, {value}) then false end"
    )


def _id_number(column: Column, digits: str) -> dict[str, str]:
    base = column.token_base
    born = f"id_day({digits})"
    return {
        f"{base}_token": f"token({digits})",
        f"{base}_birth_date": born,
        f"{base}_age_years": f"datesub('year', {born}, last_day(cast(period || '-01' as date)))",
        f"{base}_id_sex": (
            f"case when {digits} is null then null "
            f"when cast(substr({digits}, 17, 1) as integer) % 2 = 1 then '1' else '2' end"
        ),
        f"{base}_id_county_code": f"left({digits}, 6)",
    }


def typed_alike(column: Column) -> Column:
    """The column as typing looks at it, named ``cell``: columns that are equal here mean the same by a text."""
    return Column(
        name=_CELL,
        header="",
        description="",
        logical_type=column.logical_type,
        required=column.required and column.logical_type == "date",
        unit=column.unit,
        scale=column.scale,
        pattern=column.pattern,
        code_list=None if column.code_list is None else _CELL,  # which list stands beside the cell
        multiple=column.multiple,
        place=column.place,
        date_precision=column.date_precision,
        text_only=column.text_only,
        null_words=column.null_words,
        privacy="token" if column.privacy == "token" else "keep",
        token_base=_CELL if column.privacy == "token" else None,
    )


def row_fields(column: Column) -> list[str]:
    """The fields of a row that the meaning of the column's cells rests on, besides the cell's own."""
    fields = ["is_1904"] if column.logical_type == "date" else []
    fields += ["submitter_code"] if column.place is not None else []
    return fields + (["period"] if column.privacy == "token" else [])


def typing_query(column: Column, cells: str) -> str:
    """The select that types the cells of a column that is ``typed_alike``, in the order of their ``number``.

    ``cells`` is a relation with the column's ``raw_fields``, its ``row_fields``, ``number`` and, of a coded column,
    its ``code_list``; the select gives what ``landing_fields`` names, in that order.
    """
    expressions = typed_expressions(column)
    typed = [expressions.pop(_CELL), f'"{_CELL}__text"']
    typed += [kind_expression(column)] if column.text_only else []
    typed += expressions.values()
    prepared = prepared_expression(column)
    steps = [
        f'raw as (select *, tidy("{_CELL}") as "{_CELL}__tidy" from {cells})',
        f'clean as (select *, {text_expression(column)} as "{_CELL}__text" from raw)',
        f'prepared as (select *, {prepared or "null"} as "{_CELL}__prepared" from clean)',
    ]
    looked_up = ""
    if column.code_list is not None or column.place is not None:
        steps.append(f"looked_up as ({lookup_query(column, 'clean')})")
        looked_up = "left join looked_up using (number)"
    named = ", ".join(f"{sql} as {literal(name)}" for name, sql in zip(landing_fields(column), typed, strict=True))
    return f"with {', '.join(steps)} select {named} from prepared {looked_up} order by number"
