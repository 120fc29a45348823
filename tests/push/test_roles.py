"""Who reads what of the copy: by role and area from a table of the database that every push leaves as it is."""

from __future__ import annotations

import psycopg
import pytest

from orchestration.core.settings import Settings
from tests.push.releases import TABLES, pushed, release_of
from tests.push.server import Server

COVERAGE = "select division_code from reports.coverage order by 1"
INCOME = "select household_code from marts.fct_household_income order by 1"
FINDING = "select row_number from marts.fct_finding order by 1"
CAUSE = "select cause_code from marts.dim_cause"
ENTERPRISE = "select enterprise_code from marts.dim_enterprise"
CITY = ["350400", "350423", "350423101202", "350426"]


@pytest.fixture
def database(server: Server, settings: Settings) -> str:
    name = server.new_database()
    release_of(settings)
    pushed(settings, server.url(name))
    return name


def allow(server: Server, database: str, role: str, area: str, sees: str = "open") -> None:
    with server.connect(database) as connection:
        connection.execute(
            "insert into sanming.reader (role_name, area, sees, reason) values (%s, %s, %s, '县扶贫办申请')",
            [role, area, sees],
        )


def reader(server: Server, settings: Settings, database: str, *granted: tuple[str, str]) -> str:
    """A new role that reads areas, open or whole."""
    role = server.new_role()
    for area, sees in granted:
        allow(server, database, role, area, sees)
    assert pushed(settings, server.url(database)).copied == ()
    return role


def rows(server: Server, database: str, role: str, query: str) -> list[object] | str:
    """The first column, or why the server gives none."""
    with server.connect(database, role) as connection:
        try:
            return [row[0] for row in connection.execute(query).fetchall()]
        except psycopg.errors.InsufficientPrivilege as error:
            return str(error.diag.message_primary)


@pytest.mark.parametrize(
    ("granted", "coverage", "income", "finding", "enterprise"),
    [
        ([("350423", "whole")], ["350400", "350423", "350423101202"], ["H1"], [1], ["E1"]),
        ([("350426", "whole")], ["350400", "350426"], ["H2", "H2"], [], ["E1"]),
        ([("city", "whole")], CITY, ["H1", "H2", "H2"], [1, 2], ["E1"]),
        ([("350423", "open")], ["350400", "350423"], None, None, None),
        ([("city", "open")], ["350400", "350423", "350426"], None, None, None),
        # Two areas: the whole of one gives no household of the other.
        ([("350423", "whole"), ("350426", "open")], CITY, ["H1"], [1], ["E1"]),
        ([("350423", "whole"), ("city", "open")], CITY, ["H1"], [1], ["E1"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_role_sees_its_area_and_what_is_the_citys(
    server: Server,
    settings: Settings,
    database: str,
    granted: list[tuple[str, str]],
    coverage: list[str],
    income: list[str] | None,
    finding: list[int] | None,
    enterprise: list[str] | None,
) -> None:
    role = reader(server, settings, database, *granted)
    assert rows(server, database, role, COVERAGE) == coverage
    assert rows(server, database, role, CAUSE) == ["01"]
    assert len(rows(server, database, role, "select release_id from quality.release_info")) == 1
    for query, expected in ((INCOME, income), (FINDING, finding), (ENTERPRISE, enterprise)):
        denied = f"permission denied for table {query.split('.')[1].split()[0]}"
        assert rows(server, database, role, query) == (denied if expected is None else expected)


def test_a_role_without_a_grant_sees_nothing(server: Server, settings: Settings, database: str) -> None:
    role = reader(server, settings, database)
    for query in (COVERAGE, INCOME, CAUSE, "select release_id from quality.release_info"):
        assert str(rows(server, database, role, query)).startswith("permission denied for schema")
    assert rows(server, database, role, "select 1 from sanming.reader") == "permission denied for schema sanming"


def test_grants_survive_a_correction(server: Server, settings: Settings, database: str) -> None:
    role = reader(server, settings, database, ("350423", "whole"))
    corrected = TABLES["marts.fct_household_income"].replace("10.50", "11.50")
    release_of(settings, {**TABLES, "marts.fct_household_income": corrected}, day=1)
    assert pushed(settings, server.url(database)).copied
    assert rows(server, database, role, "select amount_yuan::text from marts.fct_household_income") == ["11.50"]


def test_a_user_with_no_right_but_the_databases_pushes_and_grants(server: Server, settings: Settings) -> None:
    name, owner, county = server.new_database(), server.new_role(), server.new_role()
    with server.connect(name) as connection:
        connection.execute(f"alter database {name} owner to {owner}")
    release_of(settings)
    pushed(settings, server.url(name, owner))
    with server.connect(name, owner) as connection:
        connection.execute("insert into sanming.reader values (%s, '350423', 'whole', '县扶贫办申请')", [county])
    release_of(settings, {**TABLES, "marts.dim_cause": "select '02' as cause_code"}, day=1)
    found = pushed(settings, server.url(name, owner))
    assert (len(found.copied), found.broken_references) == (2, ())
    assert rows(server, name, county, INCOME) == ["H1"]
    assert rows(server, name, county, CAUSE) == ["02"]


def test_who_is_taken_out_of_the_table_sees_nothing_at_once(server: Server, settings: Settings, database: str) -> None:
    role = reader(server, settings, database, ("city", "whole"))
    with server.connect(database) as connection:
        connection.execute("delete from sanming.reader where role_name = %s", [role])
    assert rows(server, database, role, COVERAGE) == rows(server, database, role, INCOME) == []
    pushed(settings, server.url(database))
    assert str(rows(server, database, role, COVERAGE)).startswith("permission denied for schema")


def test_what_was_granted_past_the_table_is_taken_back(server: Server, settings: Settings, database: str) -> None:
    role = server.new_role()
    with server.connect(database) as connection:
        connection.execute(f"grant usage on schema marts to {role}; grant select on marts.dim_cause to public")
    assert rows(server, database, role, CAUSE) == "permission denied for table reader"
    pushed(settings, server.url(database))
    assert rows(server, database, role, CAUSE) == "permission denied for schema marts"
    with server.connect(database) as connection:
        assert connection.execute("select relacl::text from pg_class where relname = 'dim_cause'").fetchall() in (
            [("{postgres=arwdDxt/postgres}",)],
            [("{postgres=arwdDxtm/postgres}",)],  # from 17 on there is one right more
        )


def test_a_member_of_a_group_sees_what_the_group_sees(server: Server, settings: Settings, database: str) -> None:
    group, member = reader(server, settings, database, ("350423", "whole")), server.new_role()
    with server.connect(database) as connection:
        connection.execute(f"grant {group} to {member}")
    assert rows(server, database, member, INCOME) == ["H1"]


def test_a_role_that_is_gone_disturbs_nobody_and_is_told(server: Server, settings: Settings, database: str) -> None:
    role = reader(server, settings, database, ("350423", "whole"))
    allow(server, database, "剩余'role\"", "city")
    assert pushed(settings, server.url(database)).unknown_roles == ("剩余'role\"",)
    assert rows(server, database, role, INCOME) == ["H1"]


@pytest.mark.parametrize(("area", "sees"), [("三元", "open"), ("", "open"), ("350423", "all"), ("CITY", "whole")])
def test_an_area_that_is_none_cannot_be_granted(server: Server, database: str, area: str, sees: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        allow(server, database, "nobody", area, sees)


def test_a_reader_is_asked_for_its_areas_once_a_statement(server: Server, settings: Settings, database: str) -> None:
    role = reader(server, settings, database, ("350423", "whole"))
    plan = "\n".join(map(str, rows(server, database, role, "explain select * from reports.coverage")))
    assert "InitPlan" in plan
    filters = [line for line in plan.splitlines() if "Filter" in line and "county_code" in line]
    assert len(filters) == 1
    assert "SubPlan" not in filters[0]


LEAK = """
    create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0000001 as
    $$ begin raise notice 'seen %', $1; return true; end $$;
    select household_code from marts.fct_household_income where pg_temp.leak(household_code)
"""
ATTACKS = {
    "set row_security = off; select * from marts.fct_household_income": "query would be affected by row-level security",
    "select grantee.* from sanming.reader as grantee where role_name <> current_user": None,
    "update sanming.reader set area = 'city'": "permission denied for table reader",
    "insert into sanming.reader values ('x', 'city', 'whole', 'x')": "permission denied for table reader",
    "select * from pg_stats where schemaname = 'marts' and tablename = 'fct_household_income'": None,
    "select fingerprint from sanming.copied_table": "permission denied for table copied_table",
    "delete from marts.fct_household_income": "permission denied for table fct_household_income",
    "drop policy whole_rows on marts.fct_household_income": "must be owner of relation fct_household_income",
    "create table marts.own (a integer)": "permission denied for schema marts",
    "select * from marts.fct_household_income where county_code = '350426' or true": ["H1"],
    "select household_code from marts.fct_household_income where county_code is distinct from '350423'": None,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_county_gets_no_row_of_another(server: Server, settings: Settings, database: str, attack: str) -> None:
    role, other = reader(server, settings, database, ("350423", "whole")), server.new_role()
    allow(server, database, other, "350426", "whole")
    found = rows(server, database, role, attack)
    expected = ATTACKS[attack] or []
    assert found == expected or str(found).startswith(str(expected))


def test_a_function_that_tells_what_it_sees_is_shown_no_row_of_another(
    server: Server, settings: Settings, database: str
) -> None:
    role, seen = reader(server, settings, database, ("350423", "whole")), []
    with server.connect(database, role) as connection:
        connection.add_notice_handler(lambda notice: seen.append(notice.message_primary))
        for statement in LEAK.split(";\n    select"):
            connection.execute(statement if "create" in statement else f"select {statement}")
    assert seen == ["seen H1"]
