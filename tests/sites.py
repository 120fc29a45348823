"""A release small enough to know by heart, for tests of its pages: two counties, three townships, five indicators."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.core.settings import Settings
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Release
from orchestration.release.publish import publish

KNOWN_ON = datetime(2017, 7, 20, 10, 0, tzinfo=UTC)
# A name as only who means harm would write it.
CRAFTED = "</script><script>document.title='run'</script>\"'><img src=x onerror=\"document.title='run'\">"
PERIODS = {"2015-12": "2015年12月", "2016-12": "2016年12月", "2017-06": "2017年6月"}
_PLACES = (
    ("350400", "city", "三明市", None, None, None, None),
    ("350423", "county", "清流县", "350423", "清流县", 1, 4),
    ("350426", "county", "尤溪县", "350426", "尤溪县", 4, 3),
    ("350423101", "township", "嵩口镇", "350423", "清流县", None, None),
    ("350423102", "township", "灵地镇", "350423", "清流县", None, None),
    ("350426202", "township", "溪尾乡", "350426", "尤溪县", None, None),
)
_INDICATORS = (
    ("poor_persons", "未脱贫人口", "status", "贫困状况", "persons", "人", "as-of"),
    ("poverty_rate", "贫困发生率", "status", "贫困状况", "ratio", "%", "as-of"),
    ("exits_persons", "本年脱贫人口", "exits", "识别、脱贫与返贫", "persons", "人", "year-to-date"),
    ("need_answered_share", "对症帮扶率", "needs", "致贫原因与帮扶", "ratio", "%", "as-of"),
    ("urban_persons", "城市困难人口", "urban", "城市困难户", "persons", "人", "as-of"),
)
# indicator, place, period → value, as it is printed, status, coverage, low, high, rows questioned
_FIGURES = {
    ("poor_persons", "350400", "2015-12"): (55200, "5.52 万人", "final", 1.0, 55200, 55200, 0),
    ("poor_persons", "350400", "2016-12"): (28700, "2.87 万人", "county-confirmed", 1.0, 28700, 28700, 0),
    ("poor_persons", "350400", "2017-06"): (6046, "6046 人", "provisional", 0.9, 6040, 6100, 3),
    ("poor_persons", "350423", "2016-12"): (2800, "2800 人", "county-confirmed", 1.0, 2800, 2800, 0),
    ("poor_persons", "350423", "2017-06"): (2766, "2766 人", "provisional", 1.0, 2766, 2766, 3),
    ("poor_persons", "350426", "2017-06"): (3280, "3280 人", "provisional", 0.8, 3270, 3330, 0),
    ("poor_persons", "350423101", "2017-06"): (427, "427 人", "provisional", 1.0, 427, 427, 0),
    ("poor_persons", "350423102", "2017-06"): (374, "374 人", "provisional", 1.0, 374, 374, 0),
    ("poor_persons", "350426202", "2017-06"): (None, None, "not returned", 0.0, None, None, 0),
    ("poverty_rate", "350400", "2016-12"): (0.0200, "2.00 %", "county-confirmed", 1.0, 0.02, 0.02, 0),
    ("poverty_rate", "350400", "2017-06"): (0.0163, "1.63 %", "provisional", 0.9, 0.016, 0.017, 0),
    ("poverty_rate", "350423", "2017-06"): (0.0219, "2.19 %", "provisional", 1.0, 0.0219, 0.0219, 0),
    ("exits_persons", "350400", "2015-12"): (30000, "3.00 万人", "final", 1.0, 30000, 30000, 0),
    ("exits_persons", "350400", "2016-12"): (26500, "2.65 万人", "final", 1.0, 26500, 26500, 0),
    ("exits_persons", "350400", "2017-06"): (12, "12 人", "provisional", 1.0, 12, 12, 0),
    ("need_answered_share", "350400", "2017-06"): (0.5229, "52.29 %", "provisional", 1.0, None, None, 0),
}
_STATUSES = {
    "provisional": "未确认",
    "county-confirmed": "县已确认",
    "final": "最终",
    "not returned": "未报",
}
_FACTS = (
    ("persons_in_poverty", "printed", "2015年底全市未脱贫的5.52万人", 55200, 55200, 0, "persons", "2015-12"),
    ("base_fostering_enterprises", "printed", "90家", 90, 88, -2, "enterprises", "2017-06"),
    ("shell_villages_removed_rate", "derived", None, 0.8704, None, None, "ratio", "2017-06"),
    ("first_township_fund", "case", "首个乡级基金", 350426202, 350426202, 0, "code", "2017-06"),
    ("of_no_section", "printed", "别的话", 3, 3, 0, "things", "2017-06"),
)


def publish_figures(settings: Settings, county_name: str = "清流县", indicator_name: str = "未脱贫人口") -> Release:
    """Publish the small release; a name can be another, as nobody should write it."""
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        for schema in ("marts", "reports", "quality"):
            connection.execute(f"create schema {schema}")
        _places(connection, county_name)
        _indicators(connection, indicator_name)
        _figures(connection)
        _flows_and_needs(connection)
        _returns(connection)
        _article(connection)
    return publish(settings, draft_release(settings, built, KNOWN_ON))


def small_opened(folder: Path) -> Path:
    """The open edition of the small release, in a home of its own."""
    settings = Settings(home=folder / "home")
    settings.warehouse.mkdir(parents=True)
    return publish_figures(settings).path / "open.duckdb"


def _places(connection: duckdb.DuckDBPyConnection, county_name: str) -> None:
    connection.execute(
        "create table marts.dim_place (division_code varchar, division_level varchar, short_name varchar,"
        " full_name varchar, county_code varchar, county_name varchar, name_2023 varchar, grid_column integer,"
        " grid_row integer, sort_order bigint)"
    )
    for order, (code, level, name, county, county_of, column, row) in enumerate(_PLACES):
        shown = county_name if code == "350423" else name
        full = f"{county_of}{name}" if level == "township" else shown
        connection.execute(
            "insert into marts.dim_place values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [code, level, shown, full, county, county_of, shown, column, row, order],
        )


def _indicators(connection: duckdb.DuckDBPyConnection, indicator_name: str) -> None:
    connection.execute(
        "create table marts.dim_indicator (indicator varchar, indicator_name varchar, theme varchar,"
        " theme_name varchar, definition varchar, numerator_name varchar, denominator_name varchar, unit varchar,"
        " unit_name varchar, basis varchar, additivity varchar, frequency varchar, first_period varchar,"
        " latest_period varchar, source varchar, is_verified boolean, sort_order bigint)"
    )
    for order, (indicator, name, theme, theme_name, unit, unit_name, basis) in enumerate(_INDICATORS):
        periods = sorted({period for key, _, period in _FIGURES if key == indicator})
        rest = "none", "half-year", min(periods, default=None), max(periods, default=None), "公开报表口径", False
        below = "农村户籍人口" if unit == "ratio" else None
        shown = indicator_name if indicator == "poor_persons" else name
        connection.execute(
            f"insert into marts.dim_indicator values ({', '.join('?' * 17)})",
            [indicator, shown, theme, theme_name, f"{name}的定义", name, below, unit, unit_name, basis, *rest, order],
        )


def _figures(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table reports.figure (indicator varchar, division_code varchar, division_level varchar,"
        " map_edition varchar, period varchar, period_name varchar, value double, display varchar, status varchar,"
        " status_name varchar, coverage double, low double, high double, rows_questioned bigint, basis_name varchar,"
        " additivity_name varchar, indicator_order bigint, place_order bigint)"
    )
    levels = {code: level for code, level, *_ in _PLACES}
    for (indicator, place, period), figure in _FIGURES.items():
        value, display, status, coverage, low, high, questioned = figure
        row = [indicator, place, levels[place], period, PERIODS[period], value, display, status, _STATUSES[status]]
        connection.execute(
            "insert into reports.figure values (?, ?, ?, '2017', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '期末', '不可加', 1, 1)",
            [*row, coverage, low, high, questioned],
        )
    # What no page may show: the later map, and a village.
    connection.execute(
        "insert into reports.figure select * replace ('2023' as map_edition, 999999 as value, '999999 人' as display)"
        " from reports.figure where division_level = 'city'"
    )
    connection.execute(
        "insert into reports.figure select * replace ('village' as division_level, '350423101201' as division_code,"
        " '888888 人' as display) from reports.figure where division_level = 'city' and map_edition = '2017'"
    )


def _flows_and_needs(connection: duckdb.DuckDBPyConnection) -> None:
    persons = "entered returned exited removed split_merge natural residual".split()
    amounts = dict(zip(persons, (10, 4, 22658, 12, 0, -2, 4), strict=True))
    steps = ", ".join(f"{amount} as {step}_persons" for step, amount in amounts.items())
    connection.execute(
        "create table reports.stock_flow as select 'poor' as population, 'city' as division_level, '350400' as"
        " division_code, '2017' as map_edition, '2017-06' as period, '2016-12' as previous_period,"
        f" 28700 as opening_persons, {steps}, 6046 as closing_persons"
    )
    connection.execute(
        "create table marts.dim_cause as select '01' as cause_code, '因病' as cause_name, 1 as sort_order"
    )
    connection.execute(
        "create table reports.need_measure as select 'city' as division_level, '350400' as division_code,"
        " '2017' as map_edition, '2017-06' as period, '01' as main_cause, 1580 as households, 1519 as with_measure,"
        " 1465 as with_answer"
    )


def _returns(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table marts.dim_form as select 'members' as form, '贫困人口登记表' as form_title, 1 as sort_order"
    )
    connection.execute(
        "create table reports.coverage as select division_level, division_code, '2017' as map_edition,"
        " '2017-06' as period, 'members' as form, 3 as owed, 2 as received, 0 as nothing, 1 as missing, 1 as late,"
        " cast(0.9 as decimal(9, 6)) as coverage, 5 as rows_held"
        " from marts.dim_place where division_level in ('city', 'county')"
    )
    connection.execute(
        "create table marts.dim_submitter as select '350426202' as submitter_code, '溪尾乡扶贫办' as submitter_name"
    )
    connection.execute(
        "create table marts.fct_obligation as select '350426' as county_code, '2017-06' as period,"
        " '350426202' as submitter_code, 'members' as form, true as is_due, 'missing' as state"
    )


def _article(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table reports.article_2017 (fact varchar, kind varchar, printed varchar, value decimal(24, 6),"
        " computed decimal(24, 6), difference decimal(24, 6), unit varchar, as_of varchar, form varchar,"
        " is_public boolean)"
    )
    for fact in _FACTS:
        connection.execute(
            "insert into reports.article_2017 values (?, ?, ?, ?, ?, ?, ?, ?, 'members', true)", list(fact)
        )
    connection.execute(
        "insert into reports.article_2017 values"
        " ('loan_example_xintian', 'case', '一户的贷款', 30000, 30000, 0, 'yuan', '2017-06', 'members', false)"
    )
