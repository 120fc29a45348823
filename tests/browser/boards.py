"""The dashboards of a home in a headless browser: Superset as `make dashboards` starts it, and every board opened.

    python -m tests.browser.boards HOME docs/images

writes the pictures of docs/dashboards.md.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Page, Request, Response

from tests.browser.pages import browser_page

ROOT = Path(__file__).resolve().parents[2]
SUPERSET = ROOT / ".venv-superset" / "bin" / "python"
PICTURES = ("overview", "status", "needs")
_START_SECONDS = 900  # its own database is made first, by 300 migrations
_LOAD_MILLISECONDS = 240_000
_BUSY = '[data-test="loading-indicator"]:visible, .loading:visible'
# High enough that Superset draws all charts: it leaves out what is not in view.
_WINDOW = {"width": 1400, "height": 3600}
_PICTURE = {"x": 0, "y": 0, "width": 1400, "height": 1250}


@dataclass
class Seen:
    """What was met on a board.

    Attributes:
        errors: what Superset answered instead of a chart's data, and what the page says went wrong.
        empty: how many charts say that there is nothing to show.
        hosts: who was asked for anything and not kept from it by the page's own rules.
    """

    charts: int = 0
    errors: list[str] = field(default_factory=list)
    empty: int = 0
    hosts: set[str] = field(default_factory=set)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Superset over a home, stopped at the end; the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(SUPERSET), str(ROOT / "dashboards" / "start.py"), str(home), str(port)]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    log = home / "superset.log"
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=environ, stdout=stream, stderr=stream, start_new_session=True)
        try:
            _wait(f"http://127.0.0.1:{port}/health", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    started = time.monotonic()
    while time.monotonic() - started < _START_SECONDS and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(1)
    raise RuntimeError(f"Superset did not come up:\n{log.read_text()[-3000:]}")


def look(address: str, board: str, picture: Path | None = None) -> Seen:
    """Open a board as somebody without an account, until every chart is drawn."""
    seen = Seen()
    with browser_page() as page:
        page.set_viewport_size(_WINDOW)
        page.on("response", lambda response: _note(response, seen))
        page.on("requestfinished", lambda request: seen.hosts.add(_host(request)))
        page.goto(f"{address}/superset/dashboard/{board}/", timeout=_LOAD_MILLISECONDS)
        _settle(page)
        seen.charts = page.locator(".dashboard-chart").count()
        seen.empty = page.locator(".dashboard-chart .ant-empty:visible").count()
        seen.errors += page.locator('.ant-alert-error:visible, [role="alert"]:visible').all_inner_texts()
        if picture:
            page.screenshot(path=str(picture), clip=_PICTURE)
    return seen


def _settle(page: Page) -> None:
    """Wait until the charts are there, and none is on its way."""
    page.locator(".dashboard-chart").first.wait_for(timeout=_LOAD_MILLISECONDS)
    page.wait_for_load_state("networkidle", timeout=_LOAD_MILLISECONDS)
    page.wait_for_function(
        "busy => document.querySelectorAll(busy).length === 0",
        arg=_BUSY.replace(":visible", ""),
        timeout=_LOAD_MILLISECONDS,
    )
    page.wait_for_timeout(2000)  # drawn after its data came


def _note(response: Response, seen: Seen) -> None:
    if "/api/v1/chart/data" in response.url and response.status != 200:
        seen.errors.append(f"{response.status} {response.text()[:500]}")


def _host(request: Request) -> str:
    return urlparse(request.url).hostname or ""


def main(home: Path, folder: Path) -> None:
    """Write the pictures of the documentation."""
    with served(home) as address:
        for board in PICTURES:
            picture = folder / f"dashboard-{board}.png"
            print(picture, look(address, board, picture))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
