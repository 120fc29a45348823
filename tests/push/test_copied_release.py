"""A release in PostgreSQL is the release: every value, type, comment, key and reference of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.reader_roles import sight_of
from orchestration.core.settings import Settings
from orchestration.release.content import SCHEMAS, hash_relation
from orchestration.release.data_package import data_package
from orchestration.release.manifest import Release, list_releases
from orchestration.release.open_edition import OPEN_ROLE
from tests.push.releases import COMMENTS, TABLES, pushed, release_of
from tests.push.server import Server

TYPES = {
    "VARCHAR": "character varying", "BOOLEAN": "boolean", "DATE": "date", "DOUBLE": "double precision",
    "TIMESTAMP": "timestamp without time zone", "BIGINT": "bigint", "INTEGER": "integer",
}  # fmt: skip


def tables_of(release: Release) -> list[str]:
    return [*(table.name for table in release.manifest.tables), "quality.release_info"]


def read_all(connection: Any, table: str) -> Counter[tuple[Any, ...]]:
    return Counter(connection.execute(f"select * from {table}").fetchall())


def differing(server: Server, database: str, release: Release, folder: Path) -> list[str]:
    """The tables of a copy that, read back out of the server, have another hash than the manifest says."""
    found = []
    with server.connect(database) as copy, duckdb.connect() as reader:
        for table in release.manifest.tables:
            file = folder / "read_back.csv"
            with file.open("wb") as out, copy.cursor().copy(f"copy {table.name} to stdout (format csv)") as texts:
                for text in texts:
                    out.write(text)
            columns = dict(table.columns)
            read = f"read_csv('{file}', header = false, columns = {columns}, allow_quoted_nulls = false, quote = '\"')"
            if not table.rows:
                assert file.stat().st_size == 0
            elif hash_relation(reader, read) != (table.rows, table.content_hash):
                found.append(table.name)
    return found


def test_every_value_is_the_releases(server: Server, database: str, release: Release, tmp_path: Path) -> None:
    assert differing(server, database, release, tmp_path) == []


def test_every_column_has_the_type_of_the_release(server: Server, database: str, release: Release) -> None:
    with server.connect(database) as copy:
        found = copy.execute(
            "select attrelid::regclass::text || '.' || attname, format_type(atttypid, atttypmod) from pg_attribute"
            " inner join pg_class on pg_class.oid = attrelid where attnum > 0 and relkind = 'r'"
            " and relnamespace::regnamespace::text = any(%s)",
            [list(SCHEMAS)],
        ).fetchall()
    expected = {
        f"{table.name}.{column}": TYPES.get(kind) or kind.lower().replace("decimal", "numeric")
        for table in release.manifest.tables
        for column, kind in table.columns
    }
    assert len(expected) > 1_000
    assert {name: kind for name, kind in found if not name.startswith("quality.release_info.")} == expected


def test_every_comment_is_carried(server: Server, database: str, release: Release) -> None:
    with server.connect(database) as copy, duckdb.connect(str(release.database), read_only=True) as source:
        found = copy.execute(
            "select objoid::regclass::text, coalesce(attname, ''), description from pg_description"
            " left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0"
            " where classoid = 'pg_class'::regclass and objoid >= 16384"
        ).fetchall()
        expected = source.execute(
            "select schema_name || '.' || table_name, column_name, comment from duckdb_columns()"
            " where comment is not null and not internal union all"
            " select schema_name || '.' || table_name, '', comment from duckdb_tables() where comment is not null"
        ).fetchall()
    assert len(expected) > 1_000
    assert set(expected) == {told for told in found if not told[0].startswith("sanming.")}


def test_keys_and_references_are_those_of_the_data_package(server: Server, database: str, release: Release) -> None:
    with duckdb.connect(str(release.database), read_only=True) as source:
        resources = data_package(source, release.database.stem, release.release_id)["resources"]
        keys = {told["name"]: told["schema"].get("primaryKey", []) for told in resources}
        with_null = {
            table
            for table, key in keys.items()
            if key
            and source.sql(f"select count(*) from {table} where {' is null or '.join(key)} is null").fetchall()
            != [(0,)]
        }
    with server.connect(database) as copy:
        found = copy.execute(
            "select conrelid::regclass::text, contype::text, array(select attname::text"
            " from unnest(conkey) with ordinality as k(number, place)"
            " inner join pg_attribute on attrelid = conrelid and attnum = number order by place),"
            " confrelid::regclass::text, convalidated from pg_constraint"
            " where connamespace::regnamespace::text = any(%s)",
            [list(SCHEMAS)],
        ).fetchall()
        unique = copy.execute(
            "select indrelid::regclass::text from pg_index inner join pg_class on pg_class.oid = indrelid"
            " where indisunique and not indisprimary and relnamespace::regnamespace::text = any(%s)",
            [list(SCHEMAS)],
        ).fetchall()
    assert {table: columns for table, kind, columns, *_ in found if kind == "p"} == {
        table: key for table, key in keys.items() if key and table not in with_null
    }
    assert {table for (table,) in unique} == with_null
    expected = {
        (told["name"], *key["fields"], key["reference"]["resource"])
        for told in resources
        for key in told["schema"].get("foreignKeys", [])
    }
    assert len(expected) > 40
    assert {(table, *columns, target) for table, kind, columns, target, _ in found if kind == "f"} == expected
    assert all(is_held for *_, is_held in found)


def test_the_copy_says_which_release_it_is(server: Server, database: str, release: Release) -> None:
    with server.connect(database) as copy:
        assert copy.execute("select release_id from quality.release_info").fetchall() == [(release.release_id,)]


def test_pushing_twice_changes_nothing(server: Server, database: str, kept: Settings, release: Release) -> None:
    state = "select oid, xmin, relname, relacl from pg_class order by 1"
    with server.connect(database) as copy:
        before = copy.execute(state).fetchall()
        found = pushed(kept, server.url(database), release)
        assert (found.copied, found.kept) == ((), len(tables_of(release)))
        assert copy.execute(state).fetchall() == before


def test_a_county_reads_of_every_table_its_rows_and_the_citys_open_ones(
    server: Server, database: str, kept: Settings, release: Release
) -> None:
    role, county = server.new_role(), "350423"
    with server.connect(database) as connection:
        connection.execute("insert into sanming.reader values (%s, %s, 'whole', '县扶贫办申请')", [role, county])
    pushed(kept, server.url(database), release)
    found, expected = {}, {}
    with server.connect(database, role) as reader, duckdb.connect(str(release.database), read_only=True) as source:
        for table in release.manifest.tables:
            mine = f"county_code = '{county}'"
            if "county_code" not in dict(table.columns):
                mine = "true"
            elif sight_of(OPEN_ROLE, table.name):
                mine += " or county_code is null"
            count = f"select count(*) from {table.name}"
            found[table.name] = reader.execute(count).fetchall()
            expected[table.name] = source.execute(f"{count} where {mine}").fetchall()
    assert found == expected
    assert sum(count for ((count,),) in found.values()) < release.rows / 2


def test_the_next_release_takes_the_place_of_the_one_before(
    server: Server, kept: Settings, release: Release, tmp_path: Path
) -> None:
    name, last = server.new_database(), list_releases(kept)[-1]
    pushed(kept, server.url(name), release)
    found = pushed(kept, server.url(name))
    assert found.release_id == last.release_id
    assert found.kept > 15
    assert found.broken_references == ()
    assert differing(server, name, last, tmp_path) == []
    with server.connect(name) as copy:
        schemas = copy.execute("select nspname from pg_namespace where nspname !~ '^pg_' order by 1").fetchall()
    assert [name for (name,) in schemas] == ["information_schema", "marts", "public", "quality", "reports", "sanming"]


def oids(server: Server, database: str) -> dict[str, int]:
    with server.connect(database) as copy:
        return dict(
            copy.execute(
                "select schemaname || '.' || tablename, (schemaname || '.' || tablename)::regclass::oid from pg_tables"
                " where schemaname in ('marts', 'reports', 'quality')"
            ).fetchall()
        )


def test_after_a_correction_only_what_changed_is_copied(server: Server, settings: Settings) -> None:
    name = server.new_database()
    release_of(settings)
    pushed(settings, server.url(name))
    before = oids(server, name)
    corrected = TABLES["marts.fct_household_income"].replace("10.50", "11.50")
    release_of(settings, {**TABLES, "marts.fct_household_income": corrected}, day=1)
    found = pushed(settings, server.url(name))
    assert sorted(found.copied) == ["marts.fct_household_income", "quality.release_info"]
    after = oids(server, name)
    assert {table for table in after if after[table] != before[table]} == set(found.copied)


def test_a_kept_table_refers_to_the_new_one(server: Server, settings: Settings) -> None:
    name = server.new_database()
    release_of(settings)
    pushed(settings, server.url(name))
    more = TABLES["marts.dim_household"].replace("['H1', 'H2']", "['H1', 'H2', 'H3']")
    release_of(settings, {**TABLES, "marts.dim_household": more}, day=1)
    assert sorted(pushed(settings, server.url(name)).copied) == ["marts.dim_household", "quality.release_info"]
    with server.connect(name) as copy:
        held = copy.execute(
            "select confrelid = 'marts.dim_household'::regclass, convalidated from pg_constraint where contype = 'f'"
        )
        assert held.fetchall() == [(True, True)]


def test_a_changed_comment_is_carried_and_a_table_that_is_gone_goes(server: Server, settings: Settings) -> None:
    name = server.new_database()
    release_of(settings)
    pushed(settings, server.url(name))
    fewer = {table: query for table, query in TABLES.items() if table != "marts.dim_cause"}
    release_of(settings, fewer, {**COMMENTS, "table marts.dim_household": "贫困户：One poor household."}, day=1)
    found = pushed(settings, server.url(name))
    assert sorted(found.copied) == ["marts.dim_household", "quality.release_info"]
    assert found.gone == ("marts.dim_cause",)
    assert set(oids(server, name)) == {*fewer, "quality.release_info"}
    with server.connect(name) as copy:
        told = copy.execute("select obj_description('marts.dim_household'::regclass)").fetchall()
    assert told == [("贫困户：One poor household.",)]


def test_a_table_that_somebody_dropped_is_copied_again(server: Server, settings: Settings) -> None:
    name = server.new_database()
    release_of(settings)
    pushed(settings, server.url(name))
    with server.connect(name) as copy:
        copy.execute("drop table marts.dim_cause")
    assert pushed(settings, server.url(name)).copied == ("marts.dim_cause",)
    with server.connect(name) as copy:
        copy.execute("drop schema marts, reports, quality cascade")
    assert len(pushed(settings, server.url(name)).copied) == len(TABLES) + 1


CRAFTED = (
    "O'Brien", '"quoted"', "a\nb\r\nc", "a\tb", "'); drop table marts.dim_cause; --", "\\.", "\\N", "", "NULL", "%s",
    "{}", "$$", "=cmd|' /C calc'!A0", "<script>", "汉字𠮷", "a,b", '""', "\\", "x" * 5_000,
)  # fmt: skip


def test_crafted_cells_and_comments_arrive_as_they_are(server: Server, settings: Settings) -> None:
    name, texts = server.new_database(), "marts.texts"
    listed = ", ".join("'" + text.replace("'", "''") + "'" for text in CRAFTED)
    query = f"select unnest([{listed}, null]) as cell, unnest(range({len(CRAFTED) + 1})) as number"
    told = "名【主键】：it's \"quoted\"; \n'); drop table marts.texts; --\\ %s"
    comments = {f"column {texts}.cell": told, f"table {texts}": "表：$$ '' \\"}
    release_of(settings, {texts: query}, comments)
    assert pushed(settings, server.url(name)).broken_references == ()
    with server.connect(name) as copy:
        found = copy.execute(f"select cell from {texts} order by number").fetchall()
        commented = copy.execute(
            f"select col_description('{texts}'::regclass, 1), obj_description('{texts}'::regclass)"
        )
        assert commented.fetchall() == [(told, "表：$$ '' \\")]
    assert [cell for (cell,) in found] == [*CRAFTED, None]


def test_a_nul_that_no_text_of_postgresql_can_hold_is_shown_as_unreadable(server: Server, settings: Settings) -> None:
    name = server.new_database()
    release_of(settings, {"marts.texts": "select 'a' || chr(0) || 'b' as cell"}, {})
    pushed(settings, server.url(name))
    with server.connect(name) as copy:
        assert copy.execute("select cell from marts.texts").fetchall() == [("a\ufffdb",)]


def test_numbers_and_moments_at_their_edges_arrive_exactly(server: Server, settings: Settings) -> None:
    name = server.new_database()
    query = """
        select unnest([1e-300, -0.1, 'inf'::double, 1/3, null]) as share,
            unnest([9999999999999999.99, -0.01, 0, 12, null]::decimal(18, 2)[]) as amount_yuan,
            unnest([9223372036854775807, -9223372036854775808, 0, 1, null]::bigint[]) as row_number,
            unnest(['2017-06-30 23:59:59.999999', '1900-01-01', '0001-01-01', '9999-12-31', null]::timestamp[]) as at,
            unnest(['2017-06-30', '1900-01-01', '0001-01-01', '9999-12-31', null]::date[]) as day,
            unnest([true, false, null, true, false]) as is_poor"""
    release = release_of(settings, {"marts.edges": query}, {})
    pushed(settings, server.url(name))
    with server.connect(name) as copy, duckdb.connect(str(release.database), read_only=True) as source:
        assert read_all(copy, "marts.edges") == read_all(source, "marts.edges")


def test_a_reference_that_a_row_does_not_keep_is_told_and_stays_declared(server: Server, settings: Settings) -> None:
    name = server.new_database()
    release_of(settings, {**TABLES, "marts.dim_household": "select 'H1' as household_code, '350423' as county_code"})
    found = pushed(settings, server.url(name))
    assert found.broken_references == ("marts.fct_household_income household_code_refers",)
    with server.connect(name) as copy:
        assert copy.execute("select convalidated from pg_constraint where contype = 'f'").fetchall() == [(False,)]


def test_a_type_without_an_equal_is_refused(server: Server, settings: Settings) -> None:
    release_of(settings, {"marts.places": "select ['350423'] as places"}, {})
    with pytest.raises(Exception, match=r"places: is of type VARCHAR\[\]; expected one of VARCHAR"):
        pushed(settings, server.url(server.new_database()))


def test_a_release_of_before_there_were_comments_is_copied(server: Server, settings: Settings, tmp_path: Path) -> None:
    name = server.new_database()
    release_of(settings, TABLES, {})
    assert len(pushed(settings, server.url(name)).copied) == len(TABLES) + 1
