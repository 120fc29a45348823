"""Prints pages of HTML into PDF by the browser that is there: Chromium without a screen and without the web."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge")
_FONTS = "fc-list"
_SECONDS = 60  # a page takes one or two
_AT_ONCE = 2
_ALONE = (
    "--headless",
    "--no-sandbox",  # root has none, and the page is ours, without a script
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
)


def cannot_print() -> str | None:
    """What is missing here for a PDF with Chinese in it; none where nothing is."""
    if _browser() is None:
        return f"no Chromium was found on PATH ({', '.join(BROWSERS)})"
    if not _has_chinese_font():
        return f"no Chinese font was found (`{_FONTS} :lang=zh` lists none)"
    return None


def print_pages(pages: Sequence[Path]) -> list[str]:
    """Write a PDF beside each page.

    Returns:
        A sentence for each that was not written.
    """
    browser = _browser()
    if browser is None:
        return [f"{page.stem}: no browser" for page in pages]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        said = pool.map(lambda page: _print(browser, page), pages)
        return [sentence for sentence in said if sentence is not None]


def _print(browser: str, page: Path) -> str | None:
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *_ALONE, f"--user-data-dir={profile}", f"--print-to-pdf={target}", page.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - found by name
        except (OSError, subprocess.TimeoutExpired) as error:
            target.unlink(missing_ok=True)
            return f"{target.name}: {error}"
    if done.returncode == 0 and target.is_file():
        return None
    target.unlink(missing_ok=True)
    return f"{target.name}: the browser ended with {done.returncode}"


def _browser() -> str | None:
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def _has_chinese_font() -> bool:
    found = shutil.which(_FONTS)
    if found is None:
        return False
    listed = subprocess.run([found, ":lang=zh"], capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    return bool(listed.stdout.strip())
