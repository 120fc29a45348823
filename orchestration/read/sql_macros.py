"""The SQL functions typing uses: texts tidied and folded, days and months in every spelling, identities.

The characters stand in ``characters`` and the words in ``contracts/reading.yaml``. Which column is typed how is
``values``' to say.
"""

from __future__ import annotations

import re

import duckdb

from expectations.relations import FACTOR_TYPE
from expectations.sql_text import literal
from orchestration.workbook.characters import COMPATIBLE, INVISIBLE, UNSEEN, bracket, compatible, folded, look_alikes
from orchestration.workbook.unit_words import converted_factors, native_factors
from orchestration.workbook.words import ClockWords, load_words

_DAYS_1900_TO_1904 = 1462
# Before it no form has a day: what shows 1905 was typed as 2017.06 into a cell made for dates.
FIRST_DAY = "1950-01-01"
_MINUTES_OF_SANMING = 480  # ahead of UTC
_FACTORS = f"map(varchar, {FACTOR_TYPE})"


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the SQL functions the typing uses, for every cursor on the database; dates and numbers come prepared."""
    for statement in (*_texts(), *_dates(), *_identities(), _unit_text()):
        connection.execute(f"create or replace macro {statement}")
    set_factors(connection)


def set_factors(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the factors of units; a variable is known to its own connection only."""
    for unit in load_words().units:
        factors = {**native_factors(unit), **converted_factors(unit)}
        names = ", ".join(literal(word) for word in factors)
        connection.execute(
            f"set variable factors_{unit} = cast(map([{names}], {list(factors.values())}) as {_FACTORS})"
        )


def _unit_text() -> str:
    """A number with its unit behind it, the unit as the maps of factors name it."""
    words = load_words()
    variants, usual = "".join(words.unit_variants), "".join(words.unit_variants.values())
    return f"unit_text(t) as lower(translate(t, {literal(variants + '￥％')}, {literal(usual + '¥%')}))"


def _folding(name: str, pairs: tuple[str, str], text: str) -> str:
    """A macro that replaces characters; a table of them costs 50 µs a text, so only a text that has one pays."""
    wanted = "".join(sorted({*pairs[0], *pairs[0].lower()}))
    replaced = f"regexp_replace(translate({text}, {literal(pairs[0])}, {literal(pairs[1])}), '[{INVISIBLE}]', '', 'g')"
    return (
        f"{name}(t) as case when is_ascii(t) then t "
        f"when regexp_matches(t, '[{bracket(wanted)}{INVISIBLE}]') then {replaced} else t end"
    )


def _texts() -> tuple[str, ...]:
    """Texts without what shows nothing, half-width, and as codes are compared.

    An argument is written out wherever a macro names it, so each names its own as rarely as it can.
    """
    latin = (folded()[0] + look_alikes()[0], folded()[1] + look_alikes()[1])
    return (
        "is_ascii(t) as strlen(t) = length(t)",
        # Printable ASCII without a blank or an apostrophe is tidy already: nearly every cell.
        rf"""tidy(t) as nullif(case when regexp_full_match(t, '[!-&(-~]+') then t
            else regexp_replace(t, '^[{UNSEEN}'']+|[{UNSEEN}]+$', '', 'g') end, '')""",
        f"visible(t) as case when is_ascii(t) then t else regexp_replace(t, '[{INVISIBLE}]', '', 'g') end",
        # The table is long, and a query that names it is slow to plan: for names and words that are looked up only.
        f"""compatible(t) as case when regexp_matches(t, '[{COMPATIBLE}]')
            then translate(t, {", ".join(map(literal, compatible()))}) else t end""",
        _folding("half_width", folded(), "t"),
        _folding("latin", latin, "upper(t)"),
        r"plain(t) as regexp_replace(half_width(t), '[\x00-\x20''\x7f]', '', 'g')",
        r"coded(t) as upper(regexp_replace(latin(t), '[\x00-\x20''\x7f]', '', 'g'))",
        # A spreadsheet drops the zero before a code typed as a number, and writes 1.0 into a text file.
        r"keyed(t) as regexp_replace(coded(t), '^0*(\d+?)(?:\.0+)?$', '\1')",
        # A zero of an accounting format leaves a dash between blanks in a text file; a dash alone means nothing.
        r"accounting_zero(t) as regexp_full_match(half_width(t), '\s+[¥$]?\s*-\s+')",
    )


def _alternatives(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in words) + ")"


def _time_pattern(clock: ClockWords, separators: str, endings: str) -> str:
    """A day with a time behind it. Groups: the day, the hour, the minute by its three spellings, the zone."""
    between = rf"\s*[{separators}./\s-]\s*"
    day = rf"\d{{8}}|\d{{4}}{between}\d{{1,2}}(?:{between}\d{{1,2}})?"
    part = _alternatives(clock.day_parts)
    weekday = rf"[(]?{_alternatives(clock.weekday_words)}[{clock.weekday_numbers}][)]?"
    # Something must part the day from the hour, or a digit of the day would go with the time.
    parted = rf"(?:[{separators}{endings}]|{weekday}|{part}|T|[\s,])(?:[\s,]|{weekday}|{part}|T)*"
    colons = r"\s*:\s*([0-5]?\d)(?:\s*:\s*(?:[0-5]?\d|60)(?:[.,]\d+)?)?"
    spoken = (
        rf"\s*[{clock.hours}](?:\s*([0-5]?\d)\s*[{clock.minutes}]?(?:\s*[0-5]?\d\s*[{clock.seconds}]?)?"
        rf"|\s*{_alternatives(clock.hour_ends)})?"
    )
    packed = r"([0-5]\d)(?:[0-5]\d(?:[.,]\d+)?)?"
    half = rf"(?:\s*(?:[AP]\.?M\.?|{part}))?"
    zone = rf"(Z|(?:UTC|GMT)?\s*[+-]\d{{1,2}}(?::?\d\d)?|UTC|GMT|{_alternatives(clock.local_zones)})?"
    return rf"(?i)^({day})\s*{parted}([01]?\d|2[0-4])(?:{colons}|{spoken}|{packed}){half}\s*{zone}$"


def _dates() -> tuple[str, ...]:
    """Days and months. The time is cut off before any blank goes: ``2016/12/31 0:00`` keeps both its digits."""
    words = load_words()
    separators = literal(words.date_separators + "./")
    dashes = literal("-" * (len(words.date_separators) + 2))
    pattern = literal(_time_pattern(words.clock, words.date_separators, words.date_endings))
    weekday = rf"\s*[(]?{_alternatives(words.clock.weekday_words)}[{words.clock.weekday_numbers}][)]?\s*$"
    minutes = (
        "cast(x.hour as integer) * 60 + cast(coalesce(nullif(x.minute || x.spoken || x.packed, ''), '0') as integer)"
    )
    return (
        # Blanks between digits part them; the second pass sees those that share a digit with the first.
        rf"""day_text(t) as rtrim(translate(translate(regexp_replace(regexp_replace(regexp_replace(
            t, '(\d)\s+(\d)', '\1-\2', 'g'), '(\d)\s+(\d)', '\1-\2', 'g'), '[\s'']+', '', 'g'),
            {literal(words.date_endings)}, ''), {separators}, {dashes}), '-')""",
        r"""packed_time(t) as regexp_replace(regexp_replace(t, '^(\d{8})(\d{4}(?:\d\d)?)$', '\1 \2'),
            '(?i)T(\d\d)(Z|[+-]\d\d(?::?\d\d)?)?$', 'T\1:00\2')""",
        rf"timed(t) as regexp_extract(t, {pattern}, ['day', 'hour', 'minute', 'spoken', 'packed', 'zone'])",
        rf"""minutes_ahead(zone) as case when regexp_matches(zone, '[+-]\d') then
            (case when contains(zone, '-') then -1 else 1 end) * (
                60 * cast(regexp_extract(zone, '[+-](\d\d?)', 1) as integer)
                + coalesce(try_cast(regexp_extract(zone, '[+-]\d\d?:?(\d\d)$', 1) as integer), 0))
            when regexp_full_match(zone, '(?i)Z|UTC|GMT') then 0 else {_MINUTES_OF_SANMING} end""",
        r"""ymd(t) as try_cast(case when length(t) = 8 and regexp_full_match(t, '\d+')
            then left(t, 4) || '-' || substr(t, 5, 2) || '-' || right(t, 2)
            when regexp_full_match(t, '\d{4}-\d\d?-\d\d?') then t end as date)""",
        # Midnight is how a day without a time is written, whatever the zone; any other moment has its day in Sanming.
        rf"""in_sanming(x) as case when x.zone = '' or {minutes} = 0 then day_text(x.day)
            else cast(cast(ymd(day_text(x.day)) + to_minutes({minutes} + {_MINUTES_OF_SANMING} - minutes_ahead(x.zone))
                as date) as varchar) end""",
        rf"""dated(t) as list_transform([timed(packed_time(t))], lambda x:
            case when x.day <> '' then in_sanming(x) else day_text(regexp_replace(t, '{weekday}', '')) end)[1]""",
        *_DAYS,
    )


# What is a day or a month once it is written without a time, and the numbers that workbooks keep for days.
_DAYS = (
    r"""dashed(t) as case when regexp_full_match(t, '\d{4}-\d\d-\d\d') then t
        when regexp_full_match(t, '[2-5]\d{4}\.\d+') then left(t, 5)
        when regexp_full_match(t, '[\d./-]{1,11}') then rtrim(translate(t, './', '--'), '-')
        else dated(trim(half_width(t))) end""",
    # Day 0, as 1900-01-00, 1899-12-30 or the time 00:00:00.
    r"""zero_day(t) as not starts_with(t, '20') and regexp_full_match(dashed(t), '0+(?:-0+)?|1900-0?1-0?0'
        || '|1899-12-3[01]|0000-00-00|0?0:00(?::00(?:-0+)?)?')""",
    rf"""serial_day(t, is_1904) as date '1899-12-30' + case when is_1904 then {_DAYS_1900_TO_1904} else 0 end
        + case when regexp_full_match(t, '[2-5]\d{{4}}') then cast(t as integer) end""",
    f"meant(day) as case when day >= date '{FIRST_DAY}' then day end",
    "to_day(t, is_1904) as meant(coalesce(ymd(t), serial_day(t, is_1904)))",
    r"""to_month(t, kind, is_1904) as case when regexp_full_match(t, '\d{4}-\d\d?')
            then case when kind is distinct from 'number' or not ends_with(t, '-1')
                then meant(try_cast(t || '-01' as date)) end
        when length(t) = 6 and regexp_full_match(t, '\d+')
            then meant(try_cast(left(t, 4) || '-' || right(t, 2) || '-01' as date))
        else cast(date_trunc('month', to_day(t, is_1904)) as date) end""",
)


def _identities() -> tuple[str, ...]:
    return (
        r"id_shape(t) as case when regexp_full_match(t, '\d{17}[\dX](\d\d(\d\d)?)?') then left(t, 18) end",
        """id_day(t) as
            try_cast(substr(t, 7, 4) || '-' || substr(t, 11, 2) || '-' || substr(t, 13, 2) as date)""",
        """token(t) as
            left(sha256(getvariable('token_outer') || unhex(sha256(getvariable('token_inner') || encode(t)))), 32)""",
    )
