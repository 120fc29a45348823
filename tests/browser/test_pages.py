"""`sanming ui` in a headless browser: the pages come up, without a word to the outside, and show a night."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest

from orchestration.core.settings import Settings
from tests.browser.pages import CHROMIUM, browser_page, served, shots, take
from tests.nights import home_settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]


@pytest.fixture
def settings(tiny_home: Path, copy_of: Callable[[Path], Path]) -> Settings:
    return home_settings(copy_of(tiny_home))


def test_the_graph_the_rule_checks_and_the_night_s_run_can_be_seen(settings: Settings, tmp_path: Path) -> None:
    asked: set[str] = set()
    with served(settings) as address, browser_page() as page:
        page.on("request", lambda request: asked.add(urlparse(request.url).hostname or ""))
        pictures = [take(page, address, shot, tmp_path) for shot in shots(settings, "members")]
    assert all(picture.stat().st_size > 20_000 for picture in pictures)
    assert asked - {""} == {"127.0.0.1"}
