"""One server for the tests of a worker, and a home whose small releases they push."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
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
