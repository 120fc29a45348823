"""`sanming ui` in a headless browser: the pages come up, without a word to the outside, and show a night."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse

import pytest

from orchestration.night import run_night
from orchestration.settings import Settings
from tests.browser.pages import CHROMIUM, browser_page, served, shots, take
from tests.nights import lend_project
from twin.city import build_city

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


@pytest.fixture(scope="module")
def settings(parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    build_city(home / "raw", scale=0.05, townships=1, periods=("2015-12",))
    settings = Settings(home=home, settle_seconds=0)
    lend_project(parsed_project, home)
    assert run_night(settings).success
    return settings


def test_the_graph_the_rule_checks_and_the_night_s_run_can_be_seen(settings: Settings, tmp_path: Path) -> None:
    asked: set[str] = set()
    with served(settings) as address, browser_page() as page:
        page.on("request", lambda request: asked.add(urlparse(request.url).hostname or ""))
        pictures = [take(page, address, shot, tmp_path) for shot in shots(settings, "members", "MB-09")]
    assert all(picture.stat().st_size > 20_000 for picture in pictures)
    assert asked - {""} == {"127.0.0.1"}
