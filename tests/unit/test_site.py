"""The pages of a release: they hold what the release holds, and a name can do no more in them than be read."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
import vl_convert
from click.testing import CliRunner

from expectations.seed_rows import read_seed_rows
from orchestration.cli.main import main
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.release.derived_folder import derived_problems
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.verify import verify
from orchestration.site.changes import since_last, since_last_year
from orchestration.site.charts import chart_specifications
from orchestration.site.opened import Opened, read_opened
from orchestration.site.printed import Units, read_units
from orchestration.site.words import words
from orchestration.site.write_site import make_site, write_site
from tests.releases import publish_total
from tests.sites import CRAFTED, KNOWN_ON, publish_figures, small_opened

SEEDS = CHECKOUT / "dbt_project" / "seeds"


class Read(HTMLParser):
    """A page as a browser takes it: its tags, links and names of places, what is read, and the rows of its charts."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.charts: list[tuple[dict[str, str | None], list[dict]]] = []
        self._figure: dict[str, str | None] = {}
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.links += [found[name] or "" for name in ("href", "src") if name in found]
        self.ids |= {found["id"] or ""} if "id" in found else set()
        if "data-chart" in found:
            self._figure = found

    def handle_data(self, data: str) -> None:
        if self.get_starttag_text() == '<script type="application/json">' and data.strip().startswith("["):
            self.charts.append((self._figure, json.loads(data)))
        else:
            self.text += data


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_opened(tmp_path_factory.mktemp("small-release"))


@pytest.fixture(scope="module")
def opened(database: Path) -> Opened:
    return read_opened(database)


@pytest.fixture(scope="module")
def units() -> Units:
    return read_units(SEEDS)


@pytest.fixture(scope="module")
def site(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(database, SEEDS, folder)
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    settings.warehouse.mkdir(parents=True)
    return settings


def pages(site: Path) -> Iterator[tuple[Path, Read]]:
    return ((page, Read(page)) for page in sorted(site.rglob("*.html")))


def test_there_is_a_page_of_everything(site: Path) -> None:
    assert {str(page.relative_to(site)) for page, _ in pages(site)} == {
        "index.html",
        "county/350423.html",
        "county/350426.html",
        "theme/status.html",
        "theme/exits.html",
        "theme/needs.html",
        "indicator/index.html",
        "indicator/poor_persons.html",
        "indicator/poverty_rate.html",
        "indicator/exits_persons.html",
        "indicator/need_answered_share.html",
        "article.html",
        "help.html",
    }


def test_every_page_says_which_release_it_is_of_and_that_nobody_is_meant(site: Path, opened: Opened) -> None:
    for page, read in pages(site):
        for told in (opened.release_id, "2017-07-20 18:00", "虚构数据"):
            assert told in read.text, page
        assert '<html lang="zh-CN">' in page.read_text(encoding="utf-8")


def test_every_link_leads_somewhere_in_the_site(site: Path) -> None:
    read = {page.resolve(): read for page, read in pages(site)}
    for page, found in read.items():
        links = found.links + [row["link"] for _, rows in found.charts for row in rows if "link" in row]
        assert links
        for link in links:
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.is_file(), (page, link)
            assert not anchor or anchor in read[target].ids, (page, link)


def test_a_figure_is_printed_as_the_release_prints_it(site: Path, database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        figures = connection.execute(
            "select indicator, division_level, coalesce(display, status_name) from reports.figure"
            " where map_edition = '2017'"
        ).fetchall()
    assert len(figures) == 16
    for indicator, level, display in figures:
        read = Read(site / "indicator" / f"{indicator}.html")
        assert f"{display}" in read.text, (indicator, level)
    read = Read(site / "indicator" / "exits_persons.html")
    drawn = [row["display"] for figure, rows in read.charts for row in rows if figure["data-chart"] == "series"]
    assert drawn == ["3.00 万人", "2.65 万人", "12 人"]


def test_no_page_shows_the_later_map_a_village_or_what_is_not_public(site: Path) -> None:
    everything = "".join(page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    assert [hidden for hidden in ("999999", "888888", "一户的贷款") if hidden in everything] == []


@pytest.mark.parametrize("name", [CRAFTED, "{{ 7 * 7 }}", "${alert(1)}"])
def test_a_name_can_do_no_more_than_be_read(site: Path, settings: Settings, tmp_path: Path, name: str) -> None:
    release = publish_figures(settings, county_name=name, indicator_name=name)
    write_site(release.path / "open.duckdb", SEEDS, tmp_path / "site")
    expected = {page.relative_to(site): read for page, read in pages(site)}
    for page, read in pages(tmp_path / "site"):
        assert read.tags == expected[page.relative_to(tmp_path / "site")].tags, page
        named = [row["name"].removesuffix(" ⚠") for figure, rows in read.charts for row in rows if "link" in row]
        assert not named or name in named, page
    assert html.unescape(name) in Read(tmp_path / "site" / "county/350423.html").text


def test_every_chart_has_words_for_who_cannot_see_it_and_rows_that_its_specification_draws(site: Path) -> None:
    specifications = chart_specifications()
    drawn = set()
    for page, read in pages(site):
        for figure, rows in read.charts:
            name = figure["data-chart"] or ""
            assert figure["data-alt"], (page, name)
            assert rows, (page, name)
            fields = set(re.findall(r'"field": "([a-z_]+)"', json.dumps(specifications[name])))
            assert all(fields <= set(row) for row in rows), (page, name, fields - set(rows[0]))
            drawn.add(name)
    assert drawn == set(specifications)
    for specification in specifications.values():
        assert vl_convert.vegalite_to_vega(specification)["marks"]


def test_each_step_of_a_flow_begins_where_the_one_before_it_ended(site: Path) -> None:
    ((_, rows),) = [one for one in Read(site / "theme/exits.html").charts if one[0]["data-chart"] == "flow"]
    inner = rows[1:-1]
    assert [row["start"] for row in inner] == [rows[0]["end"], *(row["end"] for row in inner[:-1])]
    assert inner[-1]["end"] == rows[-1]["end"] == 6046
    assert [
        (row["name"], row["amount"], row["kind"]) for row in rows if row["name"] in ("脱贫", "自然变动", "期末")
    ] == [
        ("自然变动", "−2", "out"),
        ("脱贫", "−22658", "out"),
        ("期末", "6046", "stock"),
    ]


def test_a_tile_is_the_darker_the_more_and_grey_without_a_figure(site: Path) -> None:
    def shades(indicator: str) -> dict[str, int]:
        read = Read(site / "indicator" / f"{indicator}.html")
        return {row["name"]: row["shade"] for figure, rows in read.charts for row in rows if "shade" in row}

    assert shades("poor_persons") == {"清流县 ⚠": 0, "尤溪县": 5}
    assert shades("poverty_rate") == {"清流县": 0, "尤溪县": -1}


@pytest.mark.parametrize(
    ("indicator", "period", "last", "last_year"),
    [
        ("poor_persons", "2015-12", "—", "—"),
        ("poor_persons", "2016-12", "▼ 2.65 万人（48.0\u00a0%）", "▼ 2.65 万人（48.0\u00a0%）"),
        ("poor_persons", "2017-06", "▼ 2.27 万人（78.9\u00a0%）", "—"),
        ("poverty_rate", "2017-06", "▼ 0.37 个百分点", "—"),
        ("exits_persons", "2016-12", "▼ 3500 人（11.7\u00a0%）", "▼ 3500 人（11.7\u00a0%）"),
        ("exits_persons", "2017-06", "本年累计，不与上年末相比", "—"),
    ],
)
def test_a_change_is_told_in_words(
    opened: Opened, units: Units, indicator: str, period: str, last: str, last_year: str
) -> None:
    figure = opened.figure(indicator, "350400", period)
    assert figure is not None
    assert since_last(opened, units, figure).text == last
    assert since_last_year(opened, units, figure).text == last_year


def test_the_start_page_says_what_is_doubtful(site: Path) -> None:
    text = " ".join(Read(site / "index.html").text.split())
    assert "1 / 4 项全市数字含有疑问尚未答复的行" in text
    assert "2 项覆盖率低于九成五，最低 90.0 %" in text
    assert "1 份表应报未报或被退回，1 份迟报" in text
    assert "6040 人 – 6100 人" in text
    assert "溪尾乡扶贫办未报1贫困人口登记表" in text.replace(" ", "")


def test_the_article_stands_beside_what_was_computed(site: Path) -> None:
    text = "".join(Read(site / "article.html").text.split())
    for told in (
        "2015年底全市未脱贫的5.52万人5.52万人5.52万人✓相符",
        "90家90家88家✗不符",
        "空壳村消除率87.04%未报—",
        "首个乡级基金尤溪县溪尾乡尤溪县溪尾乡✓相符",
        "其他报道报道的数算出的数相符期性质来自别的话3things",
    ):
        assert told in text


def test_an_indicator_s_page_has_the_command_that_explains_its_figure(site: Path) -> None:
    text = Read(site / "indicator/poor_persons.html").text
    assert "sanming explain poor_persons --division 350400 --period 2017-06" in text
    assert "未脱贫人口的定义" in text


def test_every_indicator_and_fact_of_the_words_is_one_of_the_seeds() -> None:
    said = words()
    named = {key for shape in said["themes"].values() for key in shape["lead"]}
    named |= {*said["headlines"], *said["maps"], *said["county_bars"]}
    assert named <= {row["indicator"] for row in read_seed_rows(SEEDS / "indicator_definition.csv")}
    public = {row["fact"] for row in read_seed_rows(SEEDS / "article_reading.csv") if row["is_public"] == "true"}
    facts = {row["fact"]: row for row in read_seed_rows(SEEDS / "article_facts.csv") if row["fact"] in public}
    assert {fact for section in said["article_sections"] for fact in section["facts"]} == public
    assert {row["kind"] for row in facts.values()} <= set(said["article_kinds"])
    assert {row["unit"] for row in facts.values()} - {"code", "ratio"} <= set(said["article_units"])
    assert {fact for fact, row in facts.items() if not row["printed"]} == set(said["article_derived"])
    themes = {row["code"] for row in read_seed_rows(SEEDS / "published_code.csv") if row["code_list"] == "theme"}
    assert set(said["themes"]) == themes


def test_the_site_stands_beside_its_release_and_leaves_it_as_it_was(settings: Settings) -> None:
    release = publish_figures(settings)
    start = make_site(settings, release)
    assert start == release.path / "site" / "index.html"
    assert (settings.current / "site" / "index.html").is_file()
    assert derived_problems(start.parent) == []
    assert verify(settings).ok


def test_a_file_of_one_county_gives_the_pages_of_that_county(database: Path, tmp_path: Path) -> None:
    own = tmp_path / "county.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as whole (read_only)")
        connection.execute(f"attach '{own}' as own")
        connection.execute("copy from database whole to own")
        for table in ("marts.dim_place", "reports.figure", "reports.stock_flow", "reports.coverage"):
            connection.execute(f"delete from own.{table} where left(division_code, 6) <> '350423'")
    write_site(own, SEEDS, tmp_path / "site")
    start = Read(tmp_path / "site" / "index.html").text
    assert "清流县主要数字" in start
    everything = "".join(page.read_text(encoding="utf-8") for page in (tmp_path / "site").rglob("*.html"))
    assert [
        hidden for hidden in ("尤溪县", "3280 人", "6046") if hidden in everything.replace("尤溪县溪尾乡", "")
    ] == []


def test_a_release_from_before_figures_had_names_is_refused_in_a_sentence(settings: Settings) -> None:
    release: Release = publish_total(settings, KNOWN_ON, 7.0)
    with pytest.raises(ReleaseError, match=r"has no marts.dim_place, .*before figures had names"):
        make_site(settings, release)
    assert not (release.path / "site").exists()


def test_the_command_makes_the_site_of_any_release_and_opens_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = publish_figures(settings)
    shown: list[str] = []
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    monkeypatch.setattr("webbrowser.open", lambda address: bool(shown.append(address)) or True)
    done = CliRunner().invoke(main, ["site", release.release_id, "--open"])
    assert done.exit_code == 0, done.output
    start = release.path / "site" / "index.html"
    assert done.output.strip() == str(start)
    assert shown == [start.as_uri()]
    refused = CliRunner().invoke(main, ["site", "2016-12-nothing"])
    assert refused.exit_code == 1
    assert "no such release" in refused.output
