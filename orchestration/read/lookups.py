"""What typing looks up: code lists with their aliases, and place names within a submitter's area.

Every way to write a code or a place stands in a table of keys; a cell is found in it by its own key, however clumsily
its word was written.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import load_contracts
from expectations.model import Column, Place
from expectations.seed_rows import read_seed_rows
from expectations.sql_text import literal
from orchestration.receive.submitters import load_submitters
from orchestration.workbook.words import load_words

_BETWEEN = ("", "-", ".", ":", "_")
_COUNTY_DIGITS = 6


def create_keys(connection: duckdb.DuckDBPyConnection, seeds: Path, submitters: list[str]) -> None:
    """Create ``code_key`` (list, key, code), ``submitter_area`` and ``<level>_key`` (area, key, code) per level.

    Names are kept by area, because every office of the city has the whole city for its area.
    """
    lists = {column.code_list for contract in load_contracts().values() for column in contract.columns}
    codes = [row for name in sorted(filter(None, lists)) for row in _code_keys(seeds, name)]
    _create(connection, "code_key", "list", codes)
    areas = load_submitters(seeds).areas
    of = {submitter: areas[submitter] for submitter in submitters if submitter in areas}
    levels = {column.place for contract in load_contracts().values() for column in contract.columns if column.place}
    for level in sorted(levels):
        places = [
            (area, name, code)
            for area in sorted({*of.values()})
            for name, code in place_names(seeds, area, level).items()
        ]
        _create(connection, f"{level}_key", "area", places)
    _create_areas(connection, of)


def _create_areas(connection: duckdb.DuckDBPyConnection, area_of: dict[str, str]) -> None:
    connection.execute(
        "create or replace table submitter_area as select unnest(?) as submitter, unnest(?) as area",
        [[*area_of], [*area_of.values()]],
    )


def _create(connection: duckdb.DuckDBPyConnection, table: str, scope: str, rows: list[tuple[str, str, str]]) -> None:
    names = (scope, "spelling", "code")
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    spelled = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    # Through Arrow: a city has 100,000 spellings, and lists of values cost microseconds each.
    connection.register("spelled", pa.table(spelled))
    # Two spellings that fold into one name are only a name when they mean one thing.
    connection.execute(
        f"create or replace table {table} as select {scope}, keyed(spelling) as key, min(code) as code "
        "from spelled group by all having min(code) = max(code)"
    )
    connection.unregister("spelled")


def _code_keys(seeds: Path, name: str) -> list[tuple[str, str, str]]:
    keys = []
    for row in read_seed_rows(seeds / f"code_{name}.csv"):
        code = row["code"]
        words = {row["name"], *filter(None, row["aliases"].split("|"))}
        # A drop-down list shows code and word, and some type both: 01 一般贫困户, 一般贫困户（01）.
        both = {f"{code}{mark}{word}" for word in words for mark in _BETWEEN} | {f"{word}({code})" for word in words}
        keys += [(name, spelling, code) for spelling in sorted({code, *words, *both})]
    return keys


@cache
def _villages(seeds: Path) -> tuple[dict[str, str], ...]:
    return tuple(read_seed_rows(seeds / "village_2017.csv"))


@cache
def _divisions(seeds: Path) -> tuple[dict[str, str], ...]:
    return tuple(read_seed_rows(seeds / "division_2017.csv"))


@cache
def _division_names(seeds: Path) -> dict[str, str]:
    return {row["code"]: row["name"] for row in _divisions(seeds)}


def _inside(area: str) -> str:
    """What the codes of all places of an area begin with: the city's own code ends in zeros."""
    return area.removesuffix("00") if len(area) == _COUNTY_DIGITS else area


@cache
def place_names(seeds: Path, area: str, level: Place) -> dict[str, str]:
    """Every unambiguous way to write a place of the level in the area → its code; a division is any of them."""
    if level == "village":
        return village_spellings(seeds, area)
    if level == "division":
        named = place_names(seeds, area, "county") | place_names(seeds, area, "township")
        villages = {v["code"]: v["code"] for v in _villages(seeds) if v["code"].startswith(_inside(area))}
        return named | villages | {code: code for code in _division_names(seeds) if code.startswith(_inside(area))}
    names: dict[str, str] = {}
    for division in _divisions(seeds):
        code = division["code"]
        if division["level"] == level and code.startswith(_inside(area)):
            names |= {prefix + division["name"]: code for prefix in ("", *_parents(seeds, code))} | {code: code}
    return names


def _parents(seeds: Path, code: str) -> tuple[str, ...]:
    names = _division_names(seeds)
    city, county = names.get(f"{code[:4]}00", ""), names.get(code[:6], "")
    return (city,) if len(code) == _COUNTY_DIGITS else (county, city + county)


def village_spellings(seeds: Path, area: str) -> dict[str, str]:
    """Every unambiguous way to write a village of the area → its 12-digit code.

    A full official name always means its village. A shorter form means one only while no second
    village of the area could be meant: beside an X居委会 the bare X of an X村委会 names nobody.
    """
    official: dict[str, str] = {}
    meant: dict[str, set[str]] = {}
    for village in _villages(seeds):
        code = village["code"]
        if not code.startswith(_inside(area)):
            continue
        prefixes = _prefixes(seeds, code)
        for prefix in prefixes:
            official[prefix + village["name"]] = code
        official[code] = code
        for alias in _aliases(village):
            for prefix in prefixes:
                meant.setdefault(prefix + alias, set()).add(code)
    names = {alias: codes.pop() for alias, codes in meant.items() if len(codes) == 1}
    return names | official


def _aliases(village: dict[str, str]) -> set[str]:
    words = load_words().village_kinds[village["kind"]]
    base = village["short_name"]
    for suffix in words.drop:
        if len(base) > len(suffix):
            base = base.removesuffix(suffix)
    return {village["short_name"], *(base + suffix for suffix in words.add)}


def _prefixes(seeds: Path, code: str) -> tuple[str, ...]:
    """Nothing, the township, county and township, or city, county and township before a village's name."""
    names = _division_names(seeds)
    city, county, township = (names.get(part, "") for part in (f"{code[:4]}00", code[:6], code[:9]))
    return "", township, county + township, city + county + township


def lookup_query(column: Column, cells: str) -> str:
    """The select of ``number`` and ``code`` of the cells that name a code of the column's list or a place of its level.

    ``cells`` is a relation with ``number``, the text of the column and its ``code_list`` or the ``submitter_code``.
    """
    # What a reader takes a text for; the table of characters is long, so it is named once.
    read = f'select *, compatible("{column.name}__text") as read from {cells}'
    if column.place is not None:
        return (
            f"select sent.number, {column.place}_key.code from ({read}) as sent "
            "inner join submitter_area on sent.submitter_code = submitter_area.submitter "
            f"inner join {column.place}_key on submitter_area.area = {column.place}_key.area "
            f"and keyed(sent.read) = {column.place}_key.key"
        )
    if not column.multiple:
        return (
            f"select sent.number, code_key.code from ({read}) as sent "
            "inner join code_key on keyed(sent.read) = code_key.key and sent.code_list = code_key.list"
        )
    separators = literal(f"[{load_words().list_separators}\\r\\n]")
    split = f"string_split_regex(read, {separators})"
    parts = f"select *, unnest({split}) as part, generate_subscripts({split}, 1) as position from ({read})"
    return (
        "select parts.number, case when count(*) = count(code_key.code) "
        "then string_agg(code_key.code, ',' order by parts.position) end as code "
        f"from ({parts}) as parts left join code_key "
        "on keyed(parts.part) = code_key.key and parts.code_list = code_key.list "
        "where keyed(parts.part) <> '' group by parts.number"
    )
