"""The site of a release in a browser, from its files: drawn without an error, readable by everybody, on any screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from orchestration.core.settings import CHECKOUT, Settings
from orchestration.site.write_site import write_site
from tests.browser.pages import CHROMIUM, browser_page
from tests.sites import CRAFTED, publish_figures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium"),
]
SEEDS = CHECKOUT / "dbt_project" / "seeds"
# Rules of axe: WCAG 2.1 A and AA, and what it calls good practice.
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
PAGES = (
    "index.html",
    "county/350423.html",
    "theme/status.html",
    "theme/exits.html",
    "theme/needs.html",
    "indicator/index.html",
    "indicator/poor_persons.html",
    "article.html",
    "help.html",
)
_NOT_DRAWN = "figure[data-chart]:not([data-state=drawn])"
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def make(folder: Path, name: str) -> Path:
    """The site of the small release, with a county of some name."""
    settings = Settings(home=folder / "home")
    settings.warehouse.mkdir(parents=True)
    release = publish_figures(settings, county_name=name, indicator_name=name if name == CRAFTED else "未脱贫人口")
    write_site(release.path / "open.duckdb", SEEDS, folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("site"), "清流县")


class Watched:
    """A page of which everything is noted that it complains of or asks for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def show(self, path: Path) -> Page:
        """Open a page with all its boxes, and wait until every chart is drawn."""
        self.page.goto(path.as_uri())
        self.page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        self.page.wait_for_function(f"document.querySelectorAll('{_NOT_DRAWN}').length === 0", timeout=60_000)
        return self.page


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with browser_page() as page:
        yield Watched(page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_drawn_from_its_file_without_a_word(site: Path, watched: Watched, path: str) -> None:
    watched.said, watched.asked = [], []
    page = watched.show(site / path)
    assert watched.said == []
    assert [address for address in watched.asked if not address.startswith(("file:", "data:"))] == []
    for figure in page.locator("figure[data-chart]").all():
        drawing = figure.locator(".drawn")
        assert drawing.get_attribute("role") == "graphics-document"
        assert drawing.get_attribute("aria-label") == figure.get_attribute("data-alt")
        assert figure.locator("svg text").count() > 0


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_that_keeps_a_reader_out(site: Path, watched: Watched, path: str) -> None:
    found = Axe().run(watched.show(site / path), options=AXE)
    told = [
        (one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]])
        for one in found.response["violations"]
    ]
    assert told == []


@pytest.mark.parametrize("width", [360, 768, 1600])
def test_nothing_is_wider_than_the_screen(site: Path, watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        assert watched.show(site / path).evaluate(_TOO_WIDE) <= 0, path


def test_a_tile_leads_to_its_county(site: Path, watched: Watched) -> None:
    page = watched.show(site / "index.html")
    page.locator("svg text", has_text="尤溪县").first.click(force=True)
    page.wait_for_url("**/county/350426.html")
    assert page.locator("h1").inner_text() == "尤溪县"


def test_a_page_is_printed_with_its_charts_and_its_release(site: Path, watched: Watched) -> None:
    page = watched.show(site / "index.html")
    page.emulate_media(media="print")
    assert page.locator(".release code").first.is_visible()
    assert page.locator("figure svg").first.is_visible()
    assert not page.locator("nav").is_visible()
    page.emulate_media(media="screen")


def test_a_crafted_name_is_shown_and_never_run(tmp_path: Path, watched: Watched) -> None:
    site = make(tmp_path, CRAFTED)
    watched.said = []
    for path in PAGES:
        page = watched.show(site / path)
        assert page.title() != "run", path
        assert page.locator("img").count() == 0, path
    page = watched.show(site / "index.html")
    page.locator("svg .mark-rect path").first.hover(force=True, timeout=10_000)
    page.wait_for_timeout(300)
    assert page.locator("img").count() == 0
    assert page.title() != "run"
    assert watched.said == []
