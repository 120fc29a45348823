"""One server for the tests of a worker, and a home whose small releases they push."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.release.manifest import Release, list_releases
from tests.kept_home import unpack
from tests.push.releases import pushed
from tests.push.server import Server, programs, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if programs() is None:
        pytest.skip("needs Debian's package postgresql: apt-get install --no-install-recommends postgresql")
    with running_server() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home of three releases of two townships, and of all places."""
    return Settings(home=unpack("2026-11-29_8ab353f", tmp_path_factory.mktemp("kept")))


@pytest.fixture(scope="session")
def release(kept: Settings) -> Release:
    return list_releases(kept)[0]


@pytest.fixture(scope="session")
def database(server: Server, kept: Settings, release: Release) -> str:
    name = server.new_database()
    found = pushed(kept, server.url(name), release)
    assert len(found.copied) == len(release.manifest.tables) + 1
    assert (found.kept, found.gone, found.unknown_roles, found.broken_references) == (0, (), (), ())
    return name
