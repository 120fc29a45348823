"""Dagster's pages of a home in a headless browser: started as `sanming ui` starts them, and photographed.

    python -m tests.browser.pages HOME docs/images

writes the pictures of the documentation from a home with a finished night.
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
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PageTimeoutError

from orchestration.core.settings import CHECKOUT, Settings
from orchestration.defs.automation import ASSETS_JOB
from orchestration.defs.checking import RULES_CHECK
from orchestration.defs.instance import open_instance

CHROMIUM = Path("/usr/bin/chromium")  # Debian's package
_START_SECONDS = 120
# Drawn in two seconds on a quiet machine; the last load is given what the busiest needs.
_LOAD_MILLISECONDS = (30_000, 60_000, 240_000)


@dataclass(frozen=True)
class Shot:
    """One picture: where, what must be readable on it before it is taken, and its file name."""

    name: str
    path: str
    texts: tuple[str, ...]


def shots(settings: Settings, form: str) -> tuple[Shot, ...]:
    """The graph, a form with the check of its rules, the lineage of a report, and the latest night's run."""
    with open_instance(settings) as instance:
        (run,) = instance.get_runs(dg.RunsFilter(job_name=ASSETS_JOB), limit=1)
    return (
        Shot("asset-graph", "/asset-groups", ("receive", "landing", "staging", "marts", "reports", "release")),
        Shot("rule-checks", f"/assets/accepted/{form}?view=checks&checkDetail={RULES_CHECK}", (RULES_CHECK, "by_rule")),
        Shot("accepted-overview", f"/assets/accepted/{form}?view=overview", ("findings", "rows")),
        Shot("report-lineage", "/assets/reports/article_2017?view=lineage", ("article_2017", "int_article_computed")),
        Shot("night-run", f"/runs/{run.run_id}", ("checking", "dbt", "release")),
    )


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Webserver and daemon of the home, stopped at the end; the address.

    Started with interrupts ignored, as a shell starts `make ui &`: it has to stop all the same.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from orchestration.cli.main import main; main()", "ui", "--port", str(port)]
    environ = {**os.environ, "SANMING_HOME": str(settings.home)}
    log = settings.home / "ui.log"
    with log.open("w") as stream:
        process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=environ,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            preexec_fn=_ignore_interrupts,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/server_info", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    started = time.monotonic()
    while time.monotonic() - started < _START_SECONDS and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise RuntimeError(f"the pages did not come up:\n{log.read_text()[-2000:]}")


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1600, "height": 900})
            page.set_default_timeout(_LOAD_MILLISECONDS[-1])
            yield page
        finally:
            browser.close()


def take(page: Page, address: str, shot: Shot, folder: Path) -> Path:
    """Open a page, wait until its texts stand there, and photograph it.

    Dagster lays a graph out in a worker of the page and draws only what is in view; on a busy machine a page now and
    then stays half drawn for good. A person loads it again, and so does this.

    Raises:
        AssertionError: A text did not come, however often the page was loaded.
    """
    for milliseconds in _LOAD_MILLISECONDS:
        page.goto(address + shot.path)
        missing = _missing(page, shot, milliseconds)
        if missing is None:
            break
    else:
        said = page.locator("body").inner_text()[:2000]
        raise AssertionError(f"{shot.name}: {missing!r} is not on {shot.path}, however often loaded; it says:\n{said}")
    page.wait_for_timeout(3000)  # the graph is drawn after its data came
    target = folder / f"{shot.name}.png"
    page.screenshot(path=str(target))
    return target


def _missing(page: Page, shot: Shot, milliseconds: int) -> str | None:
    """The first text that does not come to the page in the time given to each."""
    for text in shot.texts:
        try:
            page.get_by_text(text, exact=True).first.wait_for(state="attached", timeout=milliseconds)
        except PageTimeoutError:
            return text
    return None


def main(home: Path, folder: Path) -> None:
    """Write the pictures of the documentation."""
    settings = Settings(home=home)
    folder.mkdir(parents=True, exist_ok=True)
    with served(settings) as address, browser_page() as page:
        for shot in shots(settings, "members"):
            print(take(page, address, shot, folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
