"""Writes the pages of a release into a folder: templates filled in, the charts' scripts once beside them."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import vl_convert
from jinja2 import Environment

from orchestration.core.settings import Settings
from orchestration.core.templates import template_environment
from orchestration.release.derived_folder import SITE_NAME, START_PAGE, make_derived_folder
from orchestration.release.manifest import Release
from orchestration.release.open_edition import OPEN_NAME
from orchestration.site.charts import SHADES, chart_specifications
from orchestration.site.opened import Opened, read_opened
from orchestration.site.pages import Page, county_path, indicator_path, site_pages, themes_of
from orchestration.site.printed import read_units, share
from orchestration.site.words import FOLDER, words

_ASSETS = "assets"


def make_site(settings: Settings, release: Release) -> Path:
    """Make the site of a release beside it, instead of the one that stands there.

    Returns:
        Its start page.

    Raises:
        ReleaseError: the release has no open edition, or is from before figures had names.
    """
    folder = make_derived_folder(
        settings, release, SITE_NAME, lambda folder: write_site(release.path / OPEN_NAME, settings.seeds, folder)
    )
    return folder / START_PAGE


def write_site(database: Path, seeds: Path, folder: Path) -> None:
    """Write the site of an open edition, or of a file of the same tables that holds a county alone, into a folder."""
    opened = read_opened(database)
    _write_assets(folder / _ASSETS)
    environment = _environment(opened)
    for page in site_pages(opened, read_units(seeds)):
        target = folder / page.path
        target.parent.mkdir(exist_ok=True)
        target.write_text(_filled_in(environment, page), encoding="utf-8")


def _write_assets(folder: Path) -> None:
    shutil.copytree(FOLDER / _ASSETS, folder)
    specifications = json.dumps(chart_specifications(), ensure_ascii=False)
    (folder / "charts.js").write_text(f"window.charts = {specifications};\n", encoding="utf-8")
    (folder / "vega.js").write_text(_vega(), encoding="utf-8")


@cache
def _vega() -> str:
    """What draws the charts: Vega, Vega-Lite and vega-embed, which ask nothing of the web."""
    found: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # what it is typed to need it does without
    return found


def _environment(opened: Opened) -> Environment:
    environment = template_environment(FOLDER / "templates")
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.globals.update(
        opened=opened,
        known_on=f"{opened.known_on:%Y-%m-%d %H:%M}",
        words=words(),
        themes=themes_of(opened),
        shades=SHADES[1:],
        no_figure=SHADES[0],
        indicator_path=indicator_path,
        whole=words()["whole"].get(opened.whole.division_level, opened.whole.short_name),
        county_path=county_path,
        share=share,
    )
    return environment


def _filled_in(environment: Environment, page: Page) -> str:
    root = "../" * page.path.count("/")
    return environment.get_template(page.template).render(page=page, root=root, **page.given)
