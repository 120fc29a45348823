"""Every revised figure has a reason with a name, or is said to be unexplained."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.check.run import check_periods
from orchestration.core.settings import Settings
from orchestration.explain.lineage.explanation import SourceRow
from orchestration.explain.revisions.arrivals import Reason
from orchestration.explain.revisions.causes import Cause, Causes
from orchestration.explain.revisions.changed_definitions import DefinitionChange, changed_definitions
from orchestration.explain.revisions.pair import choose_pair
from orchestration.explain.revisions.reasons import reasons_of
from orchestration.explain.revisions.report import FigureRevision, Names, Revisions
from orchestration.explain.revisions.sides import Sides, read_sides
from orchestration.explain.revisions.text import report_lines
from orchestration.home.token_key import home_key
from orchestration.receive.archive import FormNotice, Receipt, receipt_folder
from orchestration.release.diff import FigureChange
from orchestration.release.draft import draft_release
from orchestration.release.manifest import Manifest, Release, ReleaseError, list_releases
from orchestration.release.publish import publish
from tests.landed import TOWNSHIP, Return, household, land

JULY_3 = datetime(2017, 7, 3, 8, tzinfo=UTC)
OLD, NEW = "20170703T080000_old", "20170710T080000_new"
CAME = Reason("correction", NEW, TOWNSHIP, "members", "2017-06", stated="对账后更正")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    home_key(settings)
    return settings


def row(submission: str, number: int, form: str = "members", *, above: bool = True) -> SourceRow:
    return SourceRow(submission, form, form, number, in_numerator=above, in_denominator=False, cells=())


def sides(**known) -> Sides:
    """Two sides of which only the old submission is known, unless told."""
    empty = Sides(arrived={}, origins={OLD: (TOWNSHIP, "2017-06")}, blocked=({}, {}), definitions=())
    return replace(empty, **known)


def test_a_row_that_came_leads_to_its_submission_and_one_that_went_to_what_replaced_it() -> None:
    found = sides(arrived={(NEW, "members"): CAME}, replacing={(TOWNSHIP, "members"): [CAME]})
    assert reasons_of(found, [row(OLD, 5)], [row(NEW, 5)]) == (CAME,)
    assert reasons_of(found, [row(OLD, 5), row(OLD, 6)], [row(OLD, 5)]) == (CAME,)


def test_a_row_carried_from_an_earlier_period_leads_to_the_return_of_the_later_one() -> None:
    late = replace(CAME, kind="late return", period="2017-07")
    found = sides(replacing={(TOWNSHIP, "members"): [late]})
    assert reasons_of(found, [row(OLD, 5)], []) == (late,)
    earlier = replace(CAME, period="2016-12")
    found = sides(replacing={(TOWNSHIP, "members"): [earlier]})
    assert reasons_of(found, [row(OLD, 5)], []) == (Reason("unexplained"),)


def test_where_one_thing_came_it_is_the_reason_of_what_no_row_explains() -> None:
    alone = sides(arrived={(NEW, "members"): CAME}, sole=replace(CAME, form=None))
    assert reasons_of(alone, [row(OLD, 5)], [row(OLD, 5, above=False)]) == (replace(CAME, form=None),)
    among_others = replace(alone, sole=None)
    assert reasons_of(among_others, [row(OLD, 5)], [row(OLD, 5, above=False)]) == (Reason("judged otherwise"),)
    assert reasons_of(among_others, [], []) == (Reason("counts nothing"),)


def test_a_row_that_a_rule_holds_or_lets_go_names_the_rule() -> None:
    blocked = {(OLD, "members"): frozenset({"HH-18", "HH-08"})}, {(OLD, "members"): frozenset({"HH-08"})}
    (now_free,) = reasons_of(sides(blocked=blocked), [], [row(OLD, 5)])
    assert (now_free.kind, now_free.rules, now_free.submitter) == ("no longer held by rule", ("HH-18",), TOWNSHIP)
    for after in ([], [row(OLD, 5)]):
        (held,) = reasons_of(sides(blocked=(blocked[1], blocked[0])), [row(OLD, 5)], after)
        assert (held.kind, held.rules) == ("held by rule", ("HH-18",))


def test_a_row_with_a_finding_of_its_own_was_held_and_not_replaced() -> None:
    held_now = {(OLD, "members", 5): frozenset({"MB-08"})}
    found = sides(replacing={(TOWNSHIP, "members"): [CAME]}, blocked_rows=({}, held_now))
    assert [reason.kind for reason in reasons_of(found, [row(OLD, 5), row(OLD, 6)], [])] == [
        "held by rule",
        "correction",
    ]


def test_a_figure_of_the_same_rows_changed_by_definitions_or_by_nothing_we_know() -> None:
    changed = sides(definitions=(DefinitionChange("parameter", "poverty_line"),))
    assert reasons_of(changed, [row(OLD, 5)], [row(OLD, 5)]) == (Reason("changed definition"),)
    assert reasons_of(sides(), [row(OLD, 5)], [row(OLD, 5)]) == (Reason("unexplained"),)
    assert reasons_of(changed, [row(OLD, 5)], [row(OLD, 5, above=False)]) == (Reason("changed definition"),)


# --- what came between two releases ----------------------------------------------------------------

SUBMISSIONS = """(values
    ('first', 'a', '2017-06', 'members', 'full', 'accepted', timestamp '2017-07-01'),
    ('again', 'a', '2017-06', 'members', 'full', 'accepted', timestamp '2017-07-02'),
    ('known', 'f', '2017-06', 'members', 'full', 'accepted', timestamp '2017-07-01'),
    ('known again', 'f', '2017-06', 'members', 'full', 'accepted', timestamp '2017-07-02'),
    ('mended', 'a', '2017-06', 'members', 'correction', 'partly accepted', timestamp '2017-07-03'),
    ('taken back', '350426202', '2017-06', 'households', 'correction', 'accepted', timestamp '2017-07-03'),
    ('nothing', 'b', '2017-06', 'members', 'nothing', 'nothing', timestamp '2017-07-03'),
    ('late', 'c', '2017-06', 'members', 'full', 'accepted', timestamp '2017-08-03'),
    ('of old', 'd', '2016-12', 'members', 'full', 'accepted', timestamp '2017-08-03'),
    ('refused', 'e', '2017-06', 'members', 'full', 'rejected', timestamp '2017-08-03'),
    ('decided', '350426', '2017-06', 'household_decisions', 'full', 'accepted', timestamp '2017-07-03')
) as told(submission_id, submitter_code, period, form, return_mode, verdict, received_at)"""
NOTHING_YET = f"(select * from {SUBMISSIONS} limit 0)"
EXPECTED = {
    "first": "first return",
    "again": "first return",  # of a form of which no release shows the one before it
    "known again": "replacement",
    "mended": "correction",
    "taken back": "withdrawal",
    "nothing": "nothing to report",
    "late": "late return",
    "of old": "late return",
    "decided": "first return",
    "refused": "refused return",
}


def published(settings: Settings, day: int, submissions: str) -> Release:
    """A release with the tables that say what was sent, owed and found."""
    built = settings.home / "built.duckdb"
    built.unlink(missing_ok=True)
    with duckdb.connect(str(built)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.fct_submission as select * from {submissions}")
        connection.execute(
            "create table marts.fct_obligation as select 'c' as submitter_code, '2017-06' as period,"
            " 'members' as form, true as is_late"
        )
        connection.execute(
            "create table marts.fct_finding as select 'first' as submission_id, 'members' as form,"
            " 'members' as sheet, 5 as row_number, 'MB-01' as rule_code, 'block' as severity"
        )
    return publish(settings, draft_release(settings, built, JULY_3 + timedelta(days=day)))


def receive(settings: Settings, submission: str, *forms: str) -> None:
    receipt = Receipt(
        submission_id=submission,
        original_name="a.xlsx",
        stored_name="original.xlsx",
        sha256="0" * 64,
        size_bytes=1,
        received_at=JULY_3,
        inbox_path="a.xlsx",
        modified_ns=0,
        submitter_code=TOWNSHIP,
        period="2017-06",
        data_origin="synthetic",
        forms=tuple(FormNotice(form=form, mode="correction") for form in forms),
    )
    folder = receipt_folder(settings, receipt)
    folder.mkdir(parents=True)
    (folder / "receipt.json").write_text(receipt.model_dump_json(), encoding="utf-8")


def test_what_came_is_told_apart_and_quotes_what_its_sender_wrote(settings: Settings) -> None:
    receive(settings, "known", "members")
    before = published(settings, 1, SUBMISSIONS)
    for submission in EXPECTED:
        form = {"taken back": "households", "decided": "household_decisions"}.get(submission, "members")
        receive(settings, submission, form)
    gone = household(1, row_action="delete", deletion_reason="重复登记")
    land(
        settings,
        Return(forms={"households": [gone]}, mode="correction", submission_id="taken back"),
        Return(forms={"members": []}, mode="correction", submission_id="mended", explanation="对账后更正"),
    )
    after = published(settings, 2, SUBMISSIONS)
    # As where a reader has both open.
    with duckdb.connect(str(before.database), read_only=True), duckdb.connect(str(after.database), read_only=True):
        found = read_sides(settings, before, after)
    assert {submission: reason.kind for (submission, _), reason in found.arrived.items()} == EXPECTED
    stated = {submission: reason.stated for (submission, _), reason in found.arrived.items() if reason.stated}
    assert stated == {"mended": "对账后更正", "taken back": "重复登记"}
    assert [s for (s, _), reason in found.arrived.items() if reason.is_decision] == ["decided"]
    assert found.blocked == ({("first", "members"): frozenset({"MB-01"})},) * 2
    assert found.blocked_rows == ({("first", "members", 5): frozenset({"MB-01"})},) * 2


def returns_with_and_without_a_word() -> tuple[Return, ...]:
    """Corrections and nils of one township, explained on the cover, beside a withdrawn row, in both places or not."""
    gone = household(1, row_action="delete", deletion_reason="重复登记")
    hour = timedelta(hours=1)
    told: dict[str, dict[str, Any]] = {
        "whole": {
            "forms": {"households": [household(1), household(2), household(3)], "members": [], "cooperatives": []}
        },
        "silent": {"forms": {"households": [household(2, main_cause="01")]}, "mode": "correction"},
        "beside a row": {"forms": {"households": [gone, household(2)]}, "mode": "correction"},
        "on the cover": {"forms": {"households": [household(3)]}, "mode": "correction", "explanation": "对账后更正"},
        "both": {"forms": {"households": [gone]}, "mode": "correction", "explanation": "对账后更正"},
        "nil": {"forms": {"cooperatives": []}, "mode": "nothing"},
        "nil again": {"forms": {"cooperatives": []}, "mode": "nothing", "explanation": "已注销"},
    }
    return tuple(
        Return(submission_id=name, received_at=datetime(2017, 7, 3) + number * hour, **values)
        for number, (name, values) in enumerate(told.items())
    )


@pytest.mark.slow
def test_what_is_quoted_is_what_is_called_explained(settings: Settings) -> None:
    before = published(settings, 1, NOTHING_YET)
    sent = returns_with_and_without_a_word()
    land(settings, *sent)
    check_periods(settings, ("2017-06",))
    verdicts = str(settings.findings / "submissions" / "*" / "rows.parquet")
    for one in sent:
        receive(settings, one.id, *one.forms)
    after = published(settings, 2, f"(select *, mode as return_mode from read_parquet('{verdicts}'))")
    quoted = {key: reason.stated is not None for key, reason in read_sides(settings, before, after).arrived.items()}
    explained = duckdb.execute(
        "select submission_id, form, is_explained from read_parquet(?) where form is not null", [verdicts]
    ).fetchall()
    assert quoted == {(submission, form): is_explained for submission, form, is_explained in explained}
    assert {submission for (submission, _), is_explained in quoted.items() if is_explained} == {
        "beside a row",
        "on the cover",
        "both",
        "nil again",
    }


def test_of_two_nils_in_between_the_last_is_the_reason_and_says_why(settings: Settings) -> None:
    before = published(settings, 1, NOTHING_YET)
    nil = "'350426202', '2017-06', 'cooperatives', 'nothing', 'nothing'"
    for submission in ("nil", "nil again"):
        receive(settings, submission, "cooperatives")
    land(settings, *(one for one in returns_with_and_without_a_word() if one.mode == "nothing"))
    after = published(
        settings,
        2,
        f"(values ('nil', {nil}, timestamp '2017-07-03'), ('nil again', {nil}, timestamp '2017-07-04'))"
        " as told(submission_id, submitter_code, period, form, return_mode, verdict, received_at)",
    )
    found = read_sides(settings, before, after)
    gone = row(OLD, 5, "cooperatives")
    (reason,) = reasons_of(replace(found, origins={OLD: (TOWNSHIP, "2017-06")}), [gone], [])
    assert (reason.kind, reason.submission_id, reason.stated) == ("nothing to report", "nil again", "已注销")


def test_of_a_submission_that_did_it_alone_each_form_has_its_own_word(settings: Settings) -> None:
    before = published(settings, 1, NOTHING_YET)
    receive(settings, "both", "households", "members")
    land(settings, *(one for one in returns_with_and_without_a_word() if one.id == "both"))
    both = "'350426202', '2017-06', {!r}, 'correction', 'accepted', timestamp '2017-07-03'"
    rows = ", ".join(f"('both', {both.format(form)})" for form in ("households", "members"))
    columns = "submission_id, submitter_code, period, form, return_mode, verdict, received_at"
    after = published(settings, 2, f"(values {rows}) as told({columns})")
    sole = read_sides(settings, before, after).sole
    assert sole is not None
    assert (sole.form, sole.stated) == (None, "贫困户登记表: 对账后更正; 重复登记")


def manifest(settings: Settings, name: str, definitions: dict[str, str], versions: dict[str, str]) -> Manifest:
    """A manifest of which only the definitions matter, its seeds kept beside it."""
    folder = settings.working / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "build.duckdb")) as connection:
        connection.execute("create schema seeds")
        amount = 2952 if name == "was" else 3200
        connection.execute(f"create table seeds.poverty_line as select '2016' as income_year, {amount} as amount_yuan")
    return Manifest(
        release_id=name,
        content_hash="",
        known_on=JULY_3,
        latest_period="2017-06",
        data_origin="synthetic",
        tables=(),
        inputs=(),
        batches=(),
        contract_versions=versions,
        definitions_hash=name,
        code_version=None,
        checks_held=(),
        definitions=definitions,
    )


def test_definitions_that_changed_are_named_with_their_rows(settings: Settings) -> None:
    seeds, contract = "dbt_project/seeds", "expectations/contracts/members.odcs.yaml"
    same = {"dbt_project/models/marts/a.sql": "1"}
    changing = (contract, "rule/MB-01", f"{seeds}/poverty_line.csv", f"{seeds}/village_2017.csv")
    was = manifest(settings, "was", {**same, **dict.fromkeys(changing, "1")}, {"members": "1.0.0"})
    new = {**same, **dict.fromkeys(changing, "2"), "rule/MB-99": "1", f"{seeds}/poverty_line.yml": "1"}
    now = manifest(settings, "now", new, {"members": "1.1.0"})
    assert changed_definitions(settings, was, now) == (
        DefinitionChange("parameter", "poverty_line", ("- 2016, 2952", "+ 2016, 3200")),
        DefinitionChange("boundary", "village_2017"),
        DefinitionChange("contract", "members, version 1.0.0 → 1.1.0"),
        DefinitionChange("rule", "MB-01"),
        DefinitionChange("rule", "MB-99 (new)"),
    )
    assert changed_definitions(settings, was, was) == ()
    (unknown,) = changed_definitions(settings, was.model_copy(update={"definitions": {}}), now)
    assert "not on record" in unknown.name


# --- which releases, and in words ------------------------------------------------------------------


def test_releases_are_chosen_by_id_or_day_and_are_the_last_two_unless_named(settings: Settings) -> None:
    for day in (1, 5, 9):
        published(settings, day, f"(select * from {SUBMISSIONS} limit {day})")
    first, second, third = list_releases(settings)
    assert choose_pair(settings, None, None) == (second, third)
    assert choose_pair(settings, None, "2017-07-09") == (first, second)
    assert choose_pair(settings, "2017-07-05", third.release_id) == (first, third)
    with pytest.raises(ReleaseError, match="nothing was known on that day"):
        choose_pair(settings, "2017-07-01", None)
    with pytest.raises(ReleaseError, match="no earlier release"):
        choose_pair(settings, None, first.release_id)


def test_a_word_about_one_form_is_no_reason_of_another_and_forms_with_the_same_word_are_told_together() -> None:
    causes = Causes()
    told = {"guarantee_loans": "全部还清", "members": "对账后更正", "households": "对账后更正", "village_income": None}
    numbers = {form: causes.number(replace(CAME, form=form, stated=text)) for form, text in told.items()}
    assert numbers == {"guarantee_loans": 1, "members": 2, "households": 2, "village_income": 3}
    assert [(cause.reason.stated, cause.forms) for cause in causes.in_order()] == [
        ("全部还清", ("guarantee_loans",)),
        ("对账后更正", ("households", "members")),
        (None, ("village_income",)),
    ]


def test_a_report_numbers_its_reasons_and_says_what_is_unexplained(settings: Settings) -> None:
    was, now = (manifest(settings, name, {}, {}) for name in ("was", "now"))
    figure = FigureChange("poor_persons", "350400", "city", "2017", "2017-06", Decimal(28700), Decimal("28650.500000"))
    lost = replace(figure, indicator="funds", before=None, after=Decimal(3))
    report = Revisions(
        before=was,
        after=now,
        submissions=1,
        definitions=(),
        causes=(
            Cause(replace(CAME, form=None), ("members",)),
            Cause(Reason("unexplained"), ()),
        ),
        figures=(FigureRevision(figure, ("2017", "2023"), (1,)), FigureRevision(lost, ("2017",), (2,))),
        first_published={"2017-07": 12},
        left_out=3,
        elsewhere=0,
        names=Names(
            {"poor_persons": "未脱贫人口"}, {"poor_persons": "persons"}, {"350400": "三明市"}, {TOWNSHIP: "溪尾乡"}
        ),
    )
    text = "\n".join(report_lines(report))
    assert f"1. **Correction**: 溪尾乡 ({TOWNSHIP}), 2017-06, 贫困人口登记表; submission `{NEW}`" in text
    assert "stated: “对账后更正” – 1 figure\n" in text
    assert (
        "| 未脱贫人口 `poor_persons` | 三明市 350400 | 2017-06 | 2017, 2023 | persons | 28,700 | 28,650.5 | -49.5 |"
        in text
    )
    assert "**Not explained: 1 of them.**" in text
    assert "12 figures of 2017-07 are published for the first time" in text
    assert "3 revised figures more were not looked into" in text


@pytest.mark.parametrize("moved", [True, False])
def test_definitions_stand_below_the_reason_that_they_are_or_else_apart(settings: Settings, moved: bool) -> None:
    was, now = (manifest(settings, name, {}, {}) for name in ("was", "now"))
    changed = Cause(Reason("changed definition"), ())
    report = Revisions(
        before=was,
        after=now,
        submissions=0,
        definitions=(DefinitionChange("parameter", "seeds/poverty_line.csv", ("2017: 2855",)),),
        causes=(Cause(Reason("unexplained"), ()), changed) if moved else (Cause(Reason("unexplained"), ()),),
        figures=(),
        first_published={},
        left_out=0,
        elsewhere=0,
        names=Names({}, {}, {}, {}),
    )
    lines = [line for line in report_lines(report) if line.strip()]
    definition = lines.index("   - parameter `seeds/poverty_line.csv`")
    assert lines[definition + 1] == "     - `2017: 2855`"
    above = "2. **Definitions changed**" if moved else "- Definitions changed, and no figure told here with them:"
    assert lines[definition - 1].startswith(above)
    assert lines.count("   - parameter `seeds/poverty_line.csv`") == 1
