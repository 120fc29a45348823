"""Copy a release into a database, as far as it is not there: the order of a push, and what is refused before it."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import psycopg

from orchestration.core.failpoints import failpoint
from orchestration.core.settings import Settings
from orchestration.core.steps import Steps
from orchestration.release.gate import refuse_unseen
from orchestration.release.manifest import Release, read_release
from orchestration.release.push.address import Address, PushError, only_push, read_address
from orchestration.release.push.copying import copy_tables
from orchestration.release.push.policies import apply_grants
from orchestration.release.push.standing import prepare, refuse_strangers, standing_tables
from orchestration.release.push.switching import hold_references, switch
from orchestration.release.push.tables import TargetTable, target_tables


@dataclass(frozen=True)
class Pushed:
    """What a push did.

    Attributes:
        copied: tables that were copied, and ``rows`` in them.
        kept: tables that stood there as the release has them.
        gone: tables of the release before that this one has not.
        unknown_roles: named in ``sanming.reader``, and not on the server.
        broken_references: some row refers to none.
    """

    release_id: str
    copied: tuple[str, ...]
    rows: int
    kept: int
    gone: tuple[str, ...]
    unknown_roles: tuple[str, ...]
    broken_references: tuple[str, ...]


def push(settings: Settings, url: str, release_id: str | None, steps: Steps, wait_seconds: float) -> Pushed:
    """Make a database hold a release (the current one unless named); its readers see the one before until all is there.

    Raises:
        SettingsError: the address is none.
        ReleaseError: there is no such release, readers may not see it, or the database does not take it.
        PushBusyError: another push is at work there.
    """
    address = read_address(url)
    release = read_release(settings, release_id)
    refuse_unseen(settings, release.release_id)
    try:
        with only_push(address) as connection, duckdb.connect(str(release.database), read_only=True) as source:
            return _push(settings, address, release, connection, source, steps, wait_seconds)
    except duckdb.Error as error:
        raise PushError(
            f"{release.database}: cannot be read ({error}); expected a sealed release. Run `sanming release verify`."
        ) from error
    except psycopg.Error as error:
        # What the server says below its first line may quote a row.
        reason = error.diag.message_primary or (str(error) or type(error).__name__).splitlines()[0]
        raise PushError(
            f"{address.text}: refused «{steps.at_work}» ({reason}); expected a database that takes a release."
            " `quality.release_info` there says what readers see; mend the cause and push again."
        ) from None


def _push(
    settings: Settings,
    address: Address,
    release: Release,
    connection: psycopg.Connection,
    source: duckdb.DuckDBPyConnection,
    steps: Steps,
    wait_seconds: float,
) -> Pushed:
    catalog = release.database.stem
    with steps.step("compare"):
        prepare(connection, address.text)
        refuse_strangers(connection, address.text)
        wanted = {table.qualified: table for table in target_tables(source, catalog, release)}
        standing = standing_tables(connection)
        replaced = [name for name, table in wanted.items() if standing.get(name) != table.fingerprint]
        gone = sorted(set(standing) - set(wanted))
    if replaced or gone:
        with steps.step("copy"):
            tables = [wanted[name] for name in replaced]
            copy_tables(
                address, source, catalog, tables, settings.workers, lambda: failpoint(settings, "push.after_table")
            )
        failpoint(settings, "push.before_switch")
        with steps.step("switch"):
            unknown = switch(connection, address.text, release.release_id, wanted, replaced, gone, wait_seconds)
        failpoint(settings, "push.before_references")
    else:
        unknown = _grant(connection, wanted)
    with steps.step("references"):
        broken = hold_references(connection)
    rows, kept = sum(wanted[name].rows for name in replaced), len(wanted) - len(replaced)
    return Pushed(release.release_id, tuple(replaced), rows, kept, tuple(gone), unknown, broken)


def _grant(connection: psycopg.Connection, wanted: dict[str, TargetTable]) -> tuple[str, ...]:
    with connection.transaction():
        return apply_grants(connection, wanted)
