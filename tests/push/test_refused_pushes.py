"""What a push refuses, in one sentence and without a password."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psycopg
import pytest
from click.testing import CliRunner, Result

from orchestration.cli.main import main
from orchestration.core.settings import Settings
from orchestration.release.checklist import Checklist, Item, write_checklist
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish
from tests.push.releases import TABLES, pushed, release_of
from tests.push.server import PASSWORD, Server


@pytest.fixture
def release(settings: Settings) -> Release:
    return release_of(settings)


def run(settings: Settings, *arguments: str, **variables: str) -> Result:
    """The command, in a shell that has the variables and no password file of its own."""
    environment = {"SANMING_HOME": str(settings.home), "PGPASSFILE": "/nonexistent", **variables}
    return CliRunner().invoke(main, ["release", "push", *arguments], env=environment)


def test_the_command_says_what_it_did(server: Server, settings: Settings, release: Release) -> None:
    url = server.url(server.new_database())
    first, second = run(settings, url), run(settings, url, release.release_id)
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert f"{release.release_id}: {len(TABLES) + 1} tables copied (14 rows), 0 kept" in first.output
    assert f"{release.release_id}: 0 tables copied (0 rows), {len(TABLES) + 1} kept" in second.output


def test_the_password_is_found_where_libpq_looks_and_told_nowhere(
    server: Server, settings: Settings, release: Release, tmp_path: Path
) -> None:
    name, role = server.new_database(), server.new_role(password=PASSWORD)
    url = server.url_over_network(name, role)
    with server.connect(name) as connection:
        connection.execute(f"grant create on database {name} to {role}")
    secrets = tmp_path / "pgpass"
    secrets.write_text(f"127.0.0.1:*:*:{role}:{PASSWORD}\n")
    secrets.chmod(0o600)
    outcomes = [run(settings, url, PGPASSWORD=PASSWORD), run(settings, url, PGPASSFILE=str(secrets))]
    wrong = run(settings, url, PGPASSWORD=PASSWORD[::-1])
    assert [outcome.exit_code for outcome in outcomes] == [0, 0], outcomes[0].output
    assert wrong.exit_code == 1
    assert re.search(r"cannot be reached \(.*password authentication failed.*\); expected .*~/.pgpass", wrong.output)
    for outcome in (*outcomes, wrong):
        assert PASSWORD not in outcome.output
        assert PASSWORD[::-1] not in outcome.output


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://office:s3cret@db:5432/mart",
        "postgresql://office:s3/cr@et@db/mart",
        "postgresql://office@db/mart?password=s3cret",
        "postgresql://office@db/mart?sslpassword=s3cret",
        "postgresql://office:s3cret@[db/mart",
        "postgresql://office:s3%zzcret@db/mart",
        "postgresql://office@db/mart?pasword=s3cret",
        "host=db password=s3cret",
        "mysql://office:s3cret@db/mart",
        "s3cret",
    ],
)
def test_an_address_with_a_password_or_none_is_refused_and_not_repeated(
    settings: Settings, release: Release, url: str
) -> None:
    outcome = run(settings, url)
    assert outcome.exit_code == 64
    assert "expected postgresql://USER@HOST:PORT/DATABASE, the password in ~/.pgpass or PGPASSWORD" in outcome.output
    for part in ("s3", "cret", "cr@et"):
        assert part not in outcome.output


@pytest.mark.parametrize(
    "url", ["postgresql://office@127.0.0.1:1/mart", "postgresql://office@no-such-host.invalid/mart?connect_timeout=2"]
)
def test_a_server_that_is_not_there_is_named(settings: Settings, release: Release, url: str) -> None:
    outcome = run(settings, url)
    assert outcome.exit_code == 1
    assert f"{url}: cannot be reached (" in outcome.output
    assert "Mend the address" in outcome.output


def test_a_user_who_may_not_create_schemas_is_told_who_can_help(
    server: Server, settings: Settings, release: Release
) -> None:
    name, role = server.new_database(), server.new_role()
    outcome = run(settings, server.url(name, role))
    assert outcome.exit_code == 1
    assert f"user {role} may not create schemas there" in outcome.output
    assert f"`grant create on database {name} to {role}`" in outcome.output


def test_another_user_cannot_push_over_the_copy(server: Server, settings: Settings, release: Release) -> None:
    name, role = server.new_database(), server.new_role()
    pushed(settings, server.url(name))
    with server.connect(name) as connection:
        connection.execute(f"grant create on database {name} to {role}")
    outcome = run(settings, server.url(name, role))
    assert outcome.exit_code == 1
    assert f"the schemas of the copy belong to postgres; expected {role}" in outcome.output


def test_a_database_of_another_encoding_is_refused(server: Server, settings: Settings, release: Release) -> None:
    outcome = run(settings, server.url(server.new_database(encoding="LATIN1")))
    assert outcome.exit_code == 1
    assert "keeps texts as LATIN1; expected UTF8" in outcome.output


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("create table marts.own (a integer)", "marts.own (among the tables of the copy)"),
        ("create view public.mine as select * from marts.dim_cause", "mine (made of marts.dim_cause)"),
        (
            "create materialized view public.mine as select count(*) from marts.dim_cause",
            "mine (made of marts.dim_cause)",
        ),
        (
            "create table public.mine (h varchar references marts.dim_household)",
            "mine (referring to marts.dim_household)",
        ),
    ],
)
def test_what_others_made_of_the_copy_is_never_dropped(
    server: Server, settings: Settings, release: Release, made: str, told: str
) -> None:
    name = server.new_database()
    pushed(settings, server.url(name))
    with server.connect(name) as connection:
        connection.execute(made)
        release_of(settings, {**TABLES, "marts.dim_cause": "select '02' as cause_code"}, day=1)
        outcome = run(settings, server.url(name))
        assert outcome.exit_code == 1
        assert f"1 relations that no push made are in the way: {told}" in outcome.output
        (of,) = connection.execute("select release_id from quality.release_info").fetchone() or ("",)
    assert of == release.release_id


def test_schemas_that_were_there_before_any_push_are_left_alone(
    server: Server, settings: Settings, release: Release
) -> None:
    name = server.new_database()
    with server.connect(name) as connection:
        connection.execute("create schema marts; create table marts.dim_cause as select 1 as a")
        assert run(settings, server.url(name)).exit_code == 1
        assert connection.execute("select a from marts.dim_cause").fetchall() == [(1,)]


def test_a_release_that_readers_may_not_see_is_not_pushed(server: Server, settings: Settings, release: Release) -> None:
    built, name = settings.home / "leaking.duckdb", server.new_database()
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_person as select '350490197101090016' as person_key")
    draft = draft_release(settings, built, datetime(2017, 7, 2, tzinfo=UTC))
    found = Item(name="privacy", found=1, first=("marts.dim_person.person_key",), advice="mend it")
    checklist = Checklist(release_id=draft.release_id, compared_with=None, signatures=0, items=(found,))
    write_checklist(draft.folder, checklist)
    blocked = publish(settings, draft)
    assert not blocked.is_current
    outcome = run(settings, server.url(name), blocked.release_id)
    assert outcome.exit_code == 1
    assert f"{blocked.release_id}: readers may not see it (blocked by privacy)" in outcome.output
    assert run(settings, server.url(name)).exit_code == 0
    with server.connect(name) as copy:
        assert copy.execute("select release_id from quality.release_info").fetchall() == [(release.release_id,)]


def test_a_file_that_is_not_what_the_manifest_says_is_not_shown(
    server: Server, settings: Settings, release: Release
) -> None:
    name = server.new_database()
    release.database.chmod(0o644)
    with duckdb.connect(str(release.database)) as connection:
        connection.execute("delete from marts.dim_cause")
    outcome = run(settings, server.url(name))
    assert outcome.exit_code == 1
    assert "marts.dim_cause: has 0 rows, the manifest says 1. Run `sanming release verify`." in outcome.output
    with server.connect(name) as copy, pytest.raises(psycopg.errors.UndefinedTable):
        copy.execute("select * from quality.release_info")
