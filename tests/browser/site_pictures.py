"""Photographs pages of a release's site for the documentation.

    python -m tests.browser.site_pictures HOME docs/images

The site is made anew of the release that readers see, beside the home.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from orchestration.core.settings import Settings
from orchestration.release.manifest import read_release
from orchestration.release.open_edition import OPEN_NAME
from orchestration.site.write_site import write_site
from tests.browser.pages import browser_page

# Name of the picture → page, and how much of it from the top.
PICTURES = {
    "site-start": ("index.html", 1180),
    "site-theme": ("theme/villages.html", 1180),
    "site-indicator": ("indicator/poor_persons.html", 1180),
}
_WIDTH = 1180


def main(home: Path, folder: Path) -> None:
    """Write the pictures."""
    settings = Settings(home=home)
    with tempfile.TemporaryDirectory() as scratch, browser_page() as page:
        site = Path(scratch)
        write_site(read_release(settings).path / OPEN_NAME, settings.seeds, site)
        for name, (path, height) in PICTURES.items():
            page.set_viewport_size({"width": _WIDTH, "height": height})
            page.goto((site / path).as_uri())
            page.wait_for_function("document.querySelectorAll('figure[data-state=drawn]').length > 1")
            target = folder / f"{name}.png"
            page.screenshot(path=str(target))
            print(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
