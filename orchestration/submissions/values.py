"""Text → typed values, as DuckDB SQL built from a form's contract.

A value that cannot be typed becomes NULL beside its text; saying so is the generic rules' work. The
tables the SQL looks up (code lists, village names) are made in ``lookups``.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

import duckdb

from expectations.contract import Column, Contract, load_cover
from expectations.relations import duckdb_type
from orchestration.submissions.headers import unit_factors
from orchestration.submissions.table import keeps_kind
from orchestration.submissions.words import load_words, plain

_NUMBER = r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?"
_FIRST_SERIAL, _LAST_SERIAL = 20000, 60000  # 1954-10-03 to 2064-04-08: nothing else has five digits
_DAYS_1900_TO_1904 = 1462
_BLOCK = 64  # bytes of a SHA-256 block, for HMAC
_BLANKS = "' \t\r\n' || chr(160) || chr(12288) || chr(65279) || chr(8203)"


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def words_list(words: tuple[str, ...] | list[str] | set[str]) -> str:
    """A SQL list of literals for ``in (…)``; never empty."""
    return "(" + ", ".join(literal(word) for word in sorted(words)) + ")"


@cache
def _half_width() -> tuple[str, str]:
    """Full-width ASCII and the characters it stands for; written by code point, as no eye tells them apart."""
    full = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F))
    return full, "".join(chr(code) for code in range(0x21, 0x7F))


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the SQL functions the typing uses."""
    words = load_words()
    full, half = _half_width()
    separators = literal(words.date_separators + "./")
    endings = literal(words.date_endings)
    dashes = literal("-" * (len(words.date_separators) + 2))
    statements = f"""
    create or replace temp macro tidy(t) as
        nullif(trim(ltrim(trim(t, {_BLANKS}), ''''), {_BLANKS}), '');
    create or replace temp macro half_width(t) as translate(t, {literal(full)}, {literal(half)});
    create or replace temp macro plain(t) as
        translate(half_width(t), {_BLANKS}, '');
    create or replace temp macro is_number(t) as regexp_full_match(t, '{_NUMBER}');
    create or replace temp macro to_decimal(t) as try_cast(replace(t, ',', '') as decimal(28, 8));
    create or replace temp macro dashed(t) as
        rtrim(translate(translate(regexp_replace(plain(t), '\\d\\d?:\\d\\d.*$', ''), {endings}, ''),
            {separators}, {dashes}), '-');
    create or replace temp macro serial_day(t, is_1904) as
        case when regexp_full_match(t, '\\d{{5}}(\\.0+)?')
                and cast(left(t, 5) as integer) between {_FIRST_SERIAL} and {_LAST_SERIAL}
            then date '1899-12-30' + cast(left(t, 5) as integer)
                + case when is_1904 then {_DAYS_1900_TO_1904} else 0 end end;
    create or replace temp macro to_day(t, is_1904) as
        case when regexp_full_match(dashed(t), '\\d{{4}}-\\d\\d?-\\d\\d?') then try_cast(dashed(t) as date)
            when regexp_full_match(dashed(t), '\\d{{8}}')
                then try_cast(regexp_replace(dashed(t), '(....)(..)(..)', '\\1-\\2-\\3') as date)
            else serial_day(plain(t), is_1904) end;
    create or replace temp macro to_month(t, kind, is_1904) as
        case when regexp_full_match(dashed(t), '\\d{{4}}-\\d\\d?')
                then case when kind is distinct from 'number' or not ends_with(dashed(t), '-1')
                    then try_cast(dashed(t) || '-01' as date) end
            when regexp_full_match(dashed(t), '\\d{{6}}')
                then try_cast(left(dashed(t), 4) || '-' || right(dashed(t), 2) || '-01' as date)
            else cast(date_trunc('month', to_day(t, is_1904)) as date) end;
    create or replace temp macro id_shape(t) as
        case when regexp_full_match(t, '\\d{{17}}[\\dX](\\d\\d(\\d\\d)?)?') then left(t, 18) end;
    create or replace temp macro id_day(t) as
        try_cast(substr(t, 7, 4) || '-' || substr(t, 11, 2) || '-' || substr(t, 13, 2) as date);
    create or replace temp macro token(t) as
        left(sha256(getvariable('token_outer') || unhex(sha256(getvariable('token_inner') || encode(t)))), 32);
    """
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def set_token_key(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give the connection the key of the tokens; it lives in variables, never in SQL text or on disk."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    for name, mask in (("token_inner", 0x36), ("token_outer", 0x5C)):
        connection.execute(f"set variable {name} = cast(? as blob)", [bytes(byte ^ mask for byte in block)])


def person_token(key: bytes, id_number: str) -> str:
    """The token of an 18-character ID number: what the SQL computes, for tests and look-ups of one person."""
    return hmac.new(key, id_number.encode(), hashlib.sha256).hexdigest()[:32]


def text_expression(column: Column) -> str:
    """The text as sent, trimmed; NULL where it is blank or a word that means nothing was entered."""
    cover = load_cover()
    kept = {*cover.true_words, *cover.false_words} if column.logical_type == "boolean" else set()
    nothing = {word for word in (*cover.null_words, *column.null_words) if word} - kept
    tidy = f'tidy(raw."{column.name}")'
    return f"case when {tidy} not in {words_list(nothing)} then {tidy} end"


def kind_expression(column: Column) -> str:
    """How the cell was stored, where there is a text."""
    return f'case when "{column.name}__text" is not null then "{column.name}__kind" end'


def typed_expressions(column: Column) -> dict[str, str]:
    """The typed value of a column and what is derived from it: name → SQL over the cleaned text."""
    text = f'"{column.name}__text"'
    if column.code_list is not None or column.place is not None:
        return {column.name: f'"lookup_{column.name}".code'}
    if column.logical_type in {"number", "integer"}:
        return {column.name: _number(column, text)}
    if column.logical_type == "date":
        kind = f'"{column.name}__kind"'
        parsed = (
            f"to_month({text}, {kind}, is_1904)" if column.date_precision == "month" else f"to_day({text}, is_1904)"
        )
        return {column.name: parsed}
    if column.logical_type == "boolean":
        return {column.name: _boolean(text)}
    if column.privacy == "token":
        return _id_number(column, text)
    return {column.name: _string(column, text)}


def _string(column: Column, text: str) -> str:
    if not column.text_only and column.pattern is None:
        return text
    value = f"upper(plain({text}))"
    conditions = []
    if column.text_only:
        conditions.append(f"\"{column.name}__kind\" = 'text'")
    if column.pattern is not None:
        conditions.append(f"regexp_full_match({value}, {literal(column.pattern.removeprefix('^').removesuffix('$'))})")
    return f"case when {' and '.join(conditions)} then {value} end"


def _number(column: Column, text: str) -> str:
    factors = unit_factors(column)
    value = f"half_width({text})"
    exact = f'to_decimal({value}) * "{column.name}__factor"' if factors else f"to_decimal({value})"
    cases = [f"when is_number({value}) then {exact}"]
    for word, unit_factor in sorted(factors.items(), key=lambda item: -len(item[0])):
        number = f"left({value}, length({value}) - {len(word)})"
        cases.append(
            f"when ends_with({value}, {literal(word)}) and is_number({number}) "
            f"then to_decimal({number}) * cast({int(unit_factor)} as decimal(10, 0))"
        )
    decimal = f"case {' '.join(cases)} end"
    if column.logical_type == "integer":
        return f"case when ({decimal}) = trunc({decimal}) then try_cast({decimal} as bigint) end"
    return f"try_cast({decimal} as {duckdb_type(column)})"


def _boolean(text: str) -> str:
    cover, extra = load_cover(), load_words().boolean_cell_words
    words = {True: {plain(word) for word in cover.true_words}, False: {plain(word) for word in cover.false_words}}
    for word, truth in extra.items():
        words[truth].add(word)
    value = f"plain({text})"
    return (
        f"case when {value} in {words_list(words[True])} then true "
        f"when {value} in {words_list(words[False])} then false end"
    )


def _id_number(column: Column, text: str) -> dict[str, str]:
    base = column.token_base
    value = f"case when \"{column.name}__kind\" = 'text' then upper(plain({text})) end"
    digits = f"id_shape({value})"
    born = f"id_day({digits})"
    return {
        column.name: value,
        f"{base}_token": f"token({digits})",
        f"{base}_birth_date": born,
        f"{base}_age_years": f"datesub('year', {born}, last_day(cast(period || '-01' as date)))",
        f"{base}_id_sex": (
            f"case when {digits} is null then null "
            f"when cast(substr({digits}, 17, 1) as integer) % 2 = 1 then '1' else '2' end"
        ),
        f"{base}_id_county_code": f"left({digits}, 6)",
    }


def raw_columns(contract: Contract) -> dict[str, str]:
    """Name → type of the text rows that reading hands to typing."""
    columns = {
        "submission_id": "VARCHAR",
        "submitter_code": "VARCHAR",
        "period": "VARCHAR",
        "received_at": "TIMESTAMP",
        "mode": "VARCHAR",
        "sheet": "VARCHAR",
        "row_number": "BIGINT",
        "is_total": "BOOLEAN",
        "is_1904": "BOOLEAN",
    }
    for column in contract.columns:
        columns[column.name] = "VARCHAR"
        if keeps_kind(column):
            columns[f"{column.name}__kind"] = "VARCHAR"
        if unit_factors(column):
            columns[f"{column.name}__factor"] = "DECIMAL(10, 0)"
    return columns


def typing_query(contract: Contract, raw: str) -> str:
    """The select that turns text rows (a relation with ``raw_columns``) into typed rows, totals included.

    Its columns are those of ``landing_columns`` and ``is_total``.
    """
    carried = ["submission_id", "submitter_code", "period", "received_at", "mode", "sheet", "row_number"]
    clean = [*carried, "is_total", "is_1904"]
    typed = ["submission_id || '/' || sheet || '/' || row_number as record_id", *carried]
    joins = []
    for column in contract.columns:
        name = column.name
        clean.append(f'{text_expression(column)} as "{name}__text"')
        clean += [f'"{name}__kind"'] if keeps_kind(column) else []
        clean += [f'"{name}__factor"'] if unit_factors(column) else []
        expressions = typed_expressions(column)
        derived = {key: sql for key, sql in expressions.items() if key != name}
        typed += [f'{expressions[name]} as "{name}"', f'"{name}__text"']
        if column.text_only:
            typed.append(f'{kind_expression(column)} as "{name}__kind"')
        typed += [f'{sql} as "{key}"' for key, sql in derived.items()]
        if column.code_list is not None:
            joins.append(f'left join "lookup_{name}" on clean."{name}__text" = "lookup_{name}".text')
        elif column.place is not None:
            joins.append(
                f'left join "lookup_{name}" on clean."{name}__text" = "lookup_{name}".text '
                f'and clean.submitter_code = "lookup_{name}".submitter'
            )
    return (
        f"with raw as (select * from {raw}), clean as (select {', '.join(clean)} from raw) "
        f"select {', '.join(typed)}, is_total from clean {' '.join(joins)}"
    )
