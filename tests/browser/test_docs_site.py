"""The site of `make docs`: built strictly, read from files without a word to the outside, searched in Chinese."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.pages import CHROMIUM, browser_page

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
FETCHED_BY_STYLES = re.compile(r"(?:@import\s+|url\()[\"']?https?://[^)]*")

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("jieba") is None,
    reason="needs what `make docs` installs (requirements/site.lock)",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder / "site")],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return folder / "site"


def test_no_page_takes_a_script_a_font_or_a_style_from_the_web(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 50
    found = {path.name: OUTSIDE.findall(path.read_text(encoding="utf-8")) for path in pages}
    assert {name: links for name, links in found.items() if links} == {}
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert [text for style in styles for text in FETCHED_BY_STYLES.findall(style)] == []


@pytest.mark.parametrize(
    ("word", "places"),
    [
        ("空壳\u200b村", {"handbook.html#VI-10", "indicators.html#shell_villages", "dictionary.html#recorded_shell"}),
        ("担保\u200b基金", {"handbook.html#GL-20", "indicators.html#funds"}),
    ],
)
def test_the_index_has_the_words_of_rules_columns_and_indicators(site: Path, word: str, places: set[str]) -> None:
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"] for entry in index["docs"] if word in entry["title"]}
    assert places <= found
    for place in places:
        page, anchor = place.split("#")
        assert f'id="{anchor}"' in (site / page).read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")
def test_a_reader_without_a_server_finds_chinese_words(site: Path) -> None:
    asked: list[str] = []
    with browser_page() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        for word in ("空壳村", "担保基金", "GL-10"):
            box = page.locator(".md-search__input")
            box.click()
            box.fill("")
            page.keyboard.insert_text(word)
            page.keyboard.press("End")
            hit = page.locator(".md-search-result__article").filter(has_text=word).first
            hit.wait_for(state="attached", timeout=20_000)
            assert hit.locator(".md-search-result__terms").filter(has_text="Missing").count() == 0
    assert [address for address in asked if not address.startswith(("file:", "data:", "blob:", "about:"))] == []
