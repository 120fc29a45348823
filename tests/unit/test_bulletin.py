"""The bulletin says what the release says: its words follow from the numbers, and a silence is never told as zero."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from expectations.seed_rows import read_seed_rows
from orchestration.bulletin import write_bulletins
from orchestration.bulletin.document import number_cell
from orchestration.bulletin.edition import as_of
from orchestration.bulletin.print_pages import cannot_print
from orchestration.bulletin.statements import said, statement
from orchestration.bulletin.words import bulletin_words
from orchestration.bulletin.write_bulletins import make_bulletins
from orchestration.cli.main import main
from orchestration.core.settings import CHECKOUT, Settings
from orchestration.core.steps import Steps
from orchestration.release.derived_folder import derived_problems
from orchestration.release.manifest import Release, ReleaseError
from orchestration.release.verify import verify
from orchestration.runs.derived import make_derived
from orchestration.site.opened import Opened, read_opened
from orchestration.site.printed import Units, read_units
from tests.bulletins import CITY, edition, publish_corrected
from tests.sites import publish_figures

SEEDS = CHECKOUT / "dbt_project" / "seeds"
NO_BROWSER = "no browser in this test"
CRAFTED = "=1+1</td><script>document.title='run'</script>\"'><img src=x onerror=\"document.title='run'\">"


class Page(HTMLParser):
    """A bulletin as a browser takes it: its tags and text, the cells of its tables, the words for its pictures."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.tables: list[list[list[str]]] = []
        self.alts: list[str] = []
        self._quiet = self._in_cell = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._quiet = tag in ("style", "script", "sup")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._in_cell = True
        elif tag == "img":
            self.alts.append(dict(attrs)["alt"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._quiet = False
        if tag in ("td", "th", "p"):
            self.text += " "
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._quiet:
            return
        self.text += data.strip()
        if self._in_cell:
            self.tables[-1][-1][-1] += data.strip()


@pytest.fixture(scope="module")
def units() -> Units:
    return read_units(SEEDS)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Release]:
    settings = _settings(tmp_path_factory.mktemp("bulletins"))
    release = publish_figures(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write_bulletins, "cannot_print", lambda: NO_BROWSER)
        make_bulletins(settings, release)
    return settings, release


@pytest.fixture(scope="module")
def folder(small: tuple[Settings, Release]) -> Path:
    return small[1].path / "bulletin" / "2017-06"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(write_bulletins, "cannot_print", lambda: NO_BROWSER)
    return _settings(tmp_path)


def _settings(folder: Path) -> Settings:
    settings = Settings(home=folder / "home", areas=False)
    settings.warehouse.mkdir(parents=True)
    return settings


def told(opened: Opened, units: Units) -> str:
    opened = as_of(opened, None)
    return said(opened, CITY, [statement(opened, units, opened.indicators["poor_persons"], CITY)])


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (30203, 29000, "比上期末减少1203人，下降4.0%"),
        (1000, 1100, "比上期末增加100人，增长10.0%"),
        (1000, 1000, "与上期末持平"),
        (0, 0, "与上期末持平"),
        (0, 12, "比上期末增加12人（上期末为零）"),
        (12, 0, "比上期末减少12人（降至零）"),
        (-40, 10, "比上期末增加50人"),
        (40, -10, "比上期末减少50人"),
        (-40, -10, "比上期末增加30人"),
        (100000, 100002, "比上期末增加2人"),
        (10, 100, "比上期末增加90人，为上期末的10.0倍"),
        (10, 99, "比上期末增加89人，增长890.0%"),
        (10, 10.2, "与上期末基本持平"),
    ],
)
def test_the_words_of_a_change_follow_from_the_numbers(before: float, now: float, words: str, units: Units) -> None:
    assert (
        told(edition({"2016-12": before, "2017-06": now}), units)
        == f"截至2017年6月末，全市未脱贫人口{now:.0f}人，{words}。"
    )


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (0.02, 0.0163, "比上期末下降0.37个百分点"),
        (0.0, 0.0163, "比上期末上升1.63个百分点"),
        (0.02, 0.02001, "与上期末基本持平"),
        (0.02, 0.02, "与上期末持平"),
    ],
)
def test_a_ratio_moves_in_points(before: float, now: float, words: str, units: Units) -> None:
    assert told(edition({"2016-12": before, "2017-06": now}, unit="ratio"), units).endswith(f"%，{words}。")


def test_without_a_figure_before_nothing_is_compared(units: Units) -> None:
    assert told(edition({"2017-06": 5}), units) == "截至2017年6月末，全市未脱贫人口5人。"
    assert told(edition({"2016-12": None, "2017-06": 5}), units) == "截至2017年6月末，全市未脱贫人口5人。"


def test_what_is_compared_is_named(units: Units) -> None:
    skipped = edition({"2015-12": 10, "2016-12": None, "2017-06": 5})
    assert "比2015年12月末减少5人，下降50.0%" in told(skipped, units)
    year = edition({"2015-12": 10, "2016-12": 5})
    assert told(year, units) == "截至2016年12月末，全市未脱贫人口5人，比上年同期减少5人，下降50.0%。"
    both = edition({"2016-12": 8, "2017-06": 10, "2017-12": 5})
    assert "，比上期末减少5人，下降50.0%，比上年同期减少3人，下降37.5%。" in told(both, units)


def test_what_counts_from_january_is_not_compared_across_its_end(units: Units) -> None:
    assert told(edition({"2016-12": 26502, "2017-06": 12}, basis="year-to-date"), units).endswith("未脱贫人口12人。")
    assert "比上期增加8人" in told(edition({"2017-06": 12, "2017-12": 20}, basis="year-to-date"), units)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("not returned", "全市未脱贫人口本期未报，不以零计。"),
        ("not evaluated", "全市未脱贫人口本期尚未评估。"),
        ("provisional", "全市未脱贫人口因分母为零或缺失，本期无法计算。"),
    ],
)
def test_a_figure_without_a_value_is_told_by_its_reason(status: str, words: str, units: Units) -> None:
    assert told(edition({"2016-12": 5, "2017-06": None}, status=status), units) == words


def test_a_zero_of_what_little_came_is_not_told_as_zero(units: Units) -> None:
    sentence = told(edition({"2016-12": 5, "2017-06": 0}, coverage=0.3), units)
    assert sentence == "全市未脱贫人口在已收到的报表中未见发生（覆盖率仅30.0%），其余未报，不以零通报。"
    assert told(edition({"2016-12": 5, "2017-06": 0}), units).startswith("截至2017年6月末，全市未脱贫人口0人，")
    assert "未脱贫人口4人（覆盖率仅30.0%）" in told(edition({"2017-06": 4}, coverage=0.3), units)


def test_a_zero_of_what_little_came_before_is_no_zero_to_compare_with(units: Units) -> None:
    little = edition({"2016-12": 5, "2017-06": 0, "2017-12": 7}, coverage=0.3)
    (subject,) = little.figures
    figures = tuple(replace(one, coverage=0.3) for one in little.figures[subject])
    sentence = told(replace(little, figures={subject: figures}), units)
    assert sentence == (
        "截至2017年12月末，全市未脱贫人口7人（覆盖率仅30.0%），比上年同期增加2人，增长40.0%。各期收到的范围不同，增减仅供参考。"
    )


def test_a_low_coverage_of_all_is_said_once(units: Units) -> None:
    little = as_of(edition({"2017-06": 4}, coverage=0.3), None)
    one = statement(little, units, little.indicators["poor_persons"], CITY)
    assert said(little, CITY, [one, one]) == (
        "截至2017年6月末，全市（按收到的报表计，覆盖率仅30.0%）未脱贫人口4人；未脱贫人口4人。"
    )


def test_a_figure_of_an_earlier_period_says_so(units: Units) -> None:
    yearly = edition({"2015-12": 10, "2016-12": 5}, also=("2017-06",))
    assert "未脱贫人口（2016年12月）5人，比上年同期减少5人" in told(yearly, units)


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text", "number"),
    [
        (1203.0, 0, False, "1,203", 1203),
        (-1203.5, 0, True, "−1,204", -1204),
        (0.004, 2, True, "0.00", 0),
        (-0.004, 2, True, "0.00", 0),
        (0.005, 2, True, "+0.01", 0.01),
    ],
)
def test_a_cell_s_number_is_what_it_prints(value: float, decimals: int, signed: bool, text: str, number: float) -> None:
    cell = number_cell(value, decimals, signed=signed)
    assert (cell.text, cell.number) == (text, number)
    assert str(cell.number) != "-0.0"


def test_the_figures_are_the_release_s(small: tuple[Settings, Release], folder: Path) -> None:
    with duckdb.connect(str(small[1].path / "open.duckdb"), read_only=True) as connection:
        figures = connection.execute(
            "select indicator_name, f.value, f.display, unit from reports.figure as f"
            " inner join marts.dim_indicator using (indicator)"
            " where division_code = '350400' and map_edition = '2017' and period = '2017-06'"
        ).fetchall()
    page = Page(folder / "350400.html")
    rows = {row[0]: row for table in page.tables for row in table if len(row) > 5}
    assert len(figures) == 4
    for name, value, display, unit in figures:
        assert f"{name}{display.replace(' ', '')}" in page.text, name
        assert float(rows[name][2].replace(",", "")) == pytest.approx(value * (100 if unit == "ratio" else 1))


def test_the_workbook_holds_the_numbers_of_the_page(folder: Path) -> None:
    for path in sorted(folder.glob("*.html")):
        page, book = Page(path), openpyxl.load_workbook(path.with_suffix(".xlsx"))
        sheets = book.worksheets[1:]
        assert len(sheets) == len(page.tables)
        compared = 0
        for sheet, table in zip(sheets, page.tables, strict=True):
            assert sheet.freeze_panes == "B4"
            assert sheet.print_title_rows == "$3:$3"
            cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=2 + len(table))]
            assert [str(head).replace("\n", "") for head in cells[0]] == table[0], path
            for read, shown in zip(cells[1:], table[1:], strict=True):
                for value, text in zip(read, shown, strict=True):
                    if isinstance(value, int | float):
                        assert value == float(text.replace(",", "").replace("−", "-")), (path, text)
                        compared += 1
                    else:
                        assert value == text, (path, text)
        assert compared > 10


@pytest.mark.parametrize(("county", "indicator"), [(CRAFTED, "@SUM(A1)"), ("-1+1", "{{ 7 * 7 }}"), ("+1", CRAFTED)])
def test_a_name_can_do_no_more_than_be_read(folder: Path, settings: Settings, county: str, indicator: str) -> None:
    release = publish_figures(settings, county_name=county, indicator_name=indicator)
    written = make_bulletins(settings, release).page
    assert Page(written).tags == Page(folder / "350400.html").tags
    page = html.unescape(written.read_text(encoding="utf-8"))
    book = openpyxl.load_workbook(written.with_suffix(".xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for name in (county, indicator):
        assert name in page
        assert any(cell.value == name for cell in cells)
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.value for cell in cells if cell.hyperlink] == []


def test_a_county_s_file_names_only_that_county_and_the_city(folder: Path) -> None:
    for code, name, other in (("350423", "清流县", "尤溪县"), ("350426", "尤溪县", "清流县")):
        text = (folder / f"{code}.html").read_text(encoding="utf-8")
        book = openpyxl.load_workbook(folder / f"{code}.xlsx")
        text += "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
        assert name in text
        assert "三明市" in text
        assert other not in text
    assert "溪尾乡扶贫办 1 贫困人口登记表" in Page(folder / "350426.html").text


def test_the_page_says_what_it_is_of_and_that_nobody_is_meant(folder: Path) -> None:
    text = Page(folder / "350400.html").text
    for words in ("三明市脱贫攻坚数据通报", "2017年第1期（总第3期）", "2017年7月20日", "虚构数据", "2017-07-20 18:00"):
        assert words in text
    assert "本版本之前没有发布过数据，没有修订。" in text
    assert "应报表3份，收到2份，未报1份，未报的不以零计；迟报1份" in text


def test_every_picture_has_words_for_who_cannot_see_it(folder: Path) -> None:
    page = Page(folder / "350400.html")
    assert len(page.alts) == page.tags.count("img") == 6
    assert all(len(alt) > 10 for alt in page.alts)


def test_nothing_of_a_later_period_is_in_an_earlier_one_s(small: tuple[Settings, Release], settings: Settings) -> None:
    opened = read_opened(small[1].path / "open.duckdb")
    earlier = as_of(opened, "2016-12")
    assert max(earlier.periods) == "2016-12"
    assert {figure.period for history in earlier.figures.values() for figure in history} == {"2015-12", "2016-12"}
    written = make_bulletins(settings, publish_figures(settings), "2016-12")
    assert written.page.parent.name == "2016-12"
    text = Page(written.page).text
    assert "截至2016年12月末，全市未脱贫人口2.87万人，比上年同期减少2.65万人，下降48.0%" in text
    assert "6046" not in text
    with pytest.raises(ReleaseError, match=r"has no figures of 2014-12; it has those of 2015-12, 2016-12, 2017-06"):
        as_of(opened, "2014-12")


def test_what_was_revised_is_told_with_what_came(settings: Settings) -> None:
    first, second = publish_corrected(settings)
    city = Page(make_bulletins(settings, second).page)
    assert f"与上一个发布版本（{first.release_id}，" in city.text
    assert "全市已公布各期的数字有1项变动，其中本通报所列指标1项，见下表。" in city.text
    assert "收到更正、重报和撤回3份，附书面说明的1份，没有说明的2份；其中1份未通过审核，不影响数字。" in city.text
    assert "另收到已公布各期的补报1份。" in city.text
    (revised,) = [row for table in city.tables for row in table if row[0] == "未脱贫人口" and row[1] == "2016年12月"]
    assert revised[2:] == ["人", "28,700", "28,650", "更正2份（附说明1份）；补报1份"]
    county = Page(second.path / "bulletin" / "2017-06" / "350423.html")
    assert "清流县已公布各期的数字有1项变动" in county.text
    other = Page(second.path / "bulletin" / "2017-06" / "350426.html")
    assert "尤溪县已公布各期的数字没有变动。" in other.text
    assert "其间没有收到更正、重报或撤回。" in other.text


def test_a_release_before_that_is_gone_is_said_to_be_gone(settings: Settings) -> None:
    first, second = publish_corrected(settings)
    settings.manifests.mkdir(exist_ok=True)
    shutil.copy(first.path / "manifest.json", settings.manifests / f"{first.release_id}.json")
    subprocess.run(["chmod", "-R", "u+w", str(first.path)], check=True)
    shutil.rmtree(first.path)
    text = Page(make_bulletins(settings, second).page).text
    assert "已不保留，其中的数字无从逐项对比" in text
    assert "收到更正、重报和撤回3份" in text


def test_the_night_makes_them_once_and_says_once_that_there_is_no_pdf(settings: Settings) -> None:
    release = publish_figures(settings)
    steps = Steps()
    made = make_derived(settings, steps, release)
    assert made.bulletin == release.path / "bulletin" / "2017-06" / "350400.html"
    assert made.notes == (f"the bulletins have no PDF: {NO_BROWSER}; the pages and workbooks are there.",)
    assert made.failures == ()
    assert steps.seconds["bulletin"] > 0
    again = make_derived(settings, Steps(), release)
    assert (again.bulletin, again.notes) == (None, ())
    folder = made.bulletin.parent
    assert {path.suffix for path in folder.iterdir()} == {".html", ".xlsx", ".json"}
    assert derived_problems(folder) == []
    assert verify(settings).ok


def test_what_goes_wrong_is_one_sentence_and_readers_keep_their_release(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = publish_figures(settings)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write_bulletins, "page_of", fail)
    made = make_derived(settings, Steps(), release)
    assert made.site is not None
    (sentence,) = made.failures
    assert sentence.startswith("the bulletins were not made: No space left on device")
    assert sentence.endswith("`sanming bulletin` makes them anew.")
    assert settings.current.resolve() == release.path
    assert not (release.path / "bulletin" / "2017-06").exists()


def test_the_command_makes_those_of_any_period_and_names_the_sender(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = publish_figures(settings)
    shown: list[str] = []
    monkeypatch.setenv("SANMING_HOME", str(settings.home))
    monkeypatch.setenv("SANMING_ISSUER", "某市扶贫办")
    monkeypatch.setattr("webbrowser.open", lambda address: bool(shown.append(address)) or True)
    done = CliRunner().invoke(main, ["bulletin", release.release_id, "--period", "2016-12", "--open"])
    assert done.exit_code == 0, done.output
    page = release.path / "bulletin" / "2016-12" / "350400.html"
    assert done.output.splitlines() == [str(page), f"no PDF: {NO_BROWSER}"]
    assert shown == [page.as_uri()]
    assert "某市扶贫办" in Page(page).text
    refused = CliRunner().invoke(main, ["bulletin", "--period", "1999-12"])
    assert refused.exit_code == 1
    assert "has no figures of 1999-12" in refused.output


@pytest.mark.skipif(cannot_print() is not None, reason=f"cannot print: {cannot_print()}")
def test_the_pdf_has_the_words_of_the_page(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    release = publish_figures(settings)
    written = make_bulletins(settings, release)
    assert written.without_pdf is None
    printed = {path.stem: path for path in written.page.parent.glob("*.pdf")}
    assert set(printed) == {"350400", "350423", "350426"}
    assert all(path.read_bytes().startswith(b"%PDF-") for path in printed.values())
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler-utils to read it")
    read = subprocess.run(["pdftotext", str(printed["350400"]), "-"], capture_output=True, text=True, check=True)
    text = re.sub(r"\s", "", read.stdout)
    for words in ("三明市脱贫攻坚数据通报", "虚构数据", "未脱贫人口6046人", "第1页共", "五、报送与数据质量"):
        assert words in text


def test_without_a_browser_or_a_font_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no Chromium was found on PATH" in (cannot_print() or "")
    (tmp_path / "msedge").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "msedge").chmod(0o755)
    assert "no Chinese font was found" in (cannot_print() or "")


def test_every_indicator_of_the_words_is_one_of_the_seeds_and_every_sheet_has_a_name_of_its_own() -> None:
    words = bulletin_words()
    groups = [*words["overview"], *words["mechanisms"], *words["place_tables"]]
    named = {key for group in groups for key in group["indicators"]} | {*words["ranked"]}
    named |= {key for keys in words["pictures"].values() for key in keys}
    assert named <= {row["indicator"] for row in read_seed_rows(SEEDS / "indicator_definition.csv")}
    sheets = [words["sheet_text"], *(one["sheet"] for one in (*words["tables"].values(), *words["place_tables"]))]
    assert len(set(sheets)) == len(sheets)
    assert all(len(sheet) <= 31 and not set(sheet) & set("[]:*?/\\") for sheet in sheets)
