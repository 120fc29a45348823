"""What mkdocs.yml cannot say: pages of the root, whole folders in the navigation, and a search that finds table rows.

`make docs` runs it; mkdocs calls the functions by their names. It imports nothing of the pipeline.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import jieba
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

# Page of the site → file of the root.
_OF_ROOT = {
    "index.md": "README.md",
    "README.zh-CN.md": "README.zh-CN.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
_LINK = re.compile(r"\[([^\]\[]*)\]\((?!\w+:|#)([^)#\s]*)(#[^)\s]*)?\)")
# Pages that are looked things up in: a row of a table is what somebody searches for.
_OF_ROWS = ("handbook.md", "dictionary.md", "indicators.md")
_ROW = re.compile(r"<tr>\s*(<td.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]+")
# The theme's worker cuts a Chinese query into words of the index but leaves out its last character, and gives each word
# a star that it takes for a letter: 担保基金 would be looked for as 担保*. Each is one place of its minified text.
_MENDED = (
    (re.compile(r"(for\(let (\w)=\w\+1;\2)<(\w\.length;\2\+\+\)\w\.slice)"), r"\1<=\3"),
    (re.compile(r'\.join\("\* "\)'), '.join(" ")'),
)

_rows: list[dict[str, str]] = []


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every page of a folder in the place of `folder/` in the navigation, in the order of their names."""
    _rows.clear()
    config.nav = _with_folders(config.nav, Path(config.docs_dir))
    return config


def _with_folders(entry: Any, docs: Path) -> Any:
    if isinstance(entry, dict):
        return {title: _with_folders(inner, docs) for title, inner in entry.items()}
    if isinstance(entry, list):
        return [_with_folders(inner, docs) for inner in entry]
    if not entry.endswith("/"):
        return entry
    pages = sorted((docs / entry).glob("*.md"), key=lambda path: (path.stem != "README", path.name))
    return [path.relative_to(docs).as_posix() for path in pages]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root, with their links as they are from docs/."""
    root = Path(config.docs_dir).parent
    pages = {source: page for page, source in _OF_ROOT.items()}
    for page, source in _OF_ROOT.items():
        text = (root / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_LINK.sub(lambda link: _from_docs(link, pages), text)))
    return files


def _from_docs(link: re.Match[str], pages: dict[str, str]) -> str:
    words, target, anchor = link[1], link[2], link[3] or ""
    if target.startswith("docs/"):
        return f"[{words}]({target.removeprefix('docs/')}{anchor})"
    # What is no page of the site, such as LICENSE, leads nowhere from it; its words stay.
    return f"[{words}]({pages[target]}{anchor})" if target in pages else words


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Give every row of a page of rows an anchor, and keep its words for the search."""
    if page.file.src_uri not in _OF_ROWS:
        return html
    seen: dict[str, int] = {}

    def named(row: re.Match[str]) -> str:
        cells = [unescape(re.sub("<[^>]+>", " ", cell)).strip() for cell in _CELL.findall(row[1])]
        name = next((cell for cell in cells[:2] if cell.isascii()), cells[0])
        seen[name] = seen.get(name, 0) + 1
        anchor = name if seen[name] == 1 else f"{name}_{seen[name]}"
        words = {"title": " ".join(cells[:2]), "text": f"<p>{' · '.join(cells[2:])}</p>"}
        _rows.append({"location": f"{page.url}#{anchor}", **{part: _segmented(text) for part, text in words.items()}})
        return f'<tr id="{anchor}">{row[1]}</tr>'

    return _ROW.sub(named, html)


def _segmented(text: str) -> str:
    """A text as the theme's search wants it: a zero-width space between Chinese words."""
    return _HAN.sub(lambda run: "\u200b" + "\u200b".join(jieba.cut(run[0])) + "\u200b", text)


@event_priority(50)  # before the search plugin writes its index
def on_post_build(config: MkDocsConfig) -> None:
    """Search rows instead of the long sections that hold them, and the whole of a Chinese query."""
    index = config.plugins["material/search"].search_index
    pages = tuple(page.replace(".md", ".html") for page in _OF_ROWS)
    for entry in index.entries:
        if entry["location"].startswith(pages):
            entry["text"] = ""
    index.entries.extend(_rows)
    _mend_worker(Path(config.site_dir))


def _mend_worker(site: Path) -> None:
    (worker,) = (site / "assets/javascripts/workers").glob("search.*.min.js")
    text = worker.read_text(encoding="utf-8")
    for place, instead in _MENDED:
        text, mended = place.subn(instead, text)
        if mended != 1:
            raise PluginError(f"{worker.name}: expected {place.pattern} once, found it {mended} times")
    worker.write_text(text, encoding="utf-8")
