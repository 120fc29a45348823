"""The macro of an identity's rows: parts are added up, and what states their sum is taken away."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.macros import rendered

GIVEN = "'holdings_to_capital', 'holdings', 'equity_holdings', 'cooperative', 'amount', 'amount_before'"


def _rows(arguments: str, columns: str) -> list[tuple[Any, ...]]:
    statement = rendered("identity_rows", f"{{{{ identity_rows({arguments}) }}}}")
    with duckdb.connect() as connection:
        connection.execute("""
            create table holdings as
            from (values
                ('2017-06', 'c', 'h', 10, 9, true, 's', '表', 1), ('2017-06', 'c', 'gone', 5, 5, false, 's', '表', 2)
            ) as listed (
                period, cooperative, holder, amount, amount_before, stands, submission_id, sheet, row_number
            )
        """)
        return connection.execute(f"select {columns} from ({statement}) order by row_number").fetchall()


def test_a_part_is_added_up_and_its_row_is_named() -> None:
    columns = "period, identity_kind, subject_code, component_code, form, sign, submission_id, sheet, row_number"
    assert _rows(f"{GIVEN}, part='holder'", columns) == [
        ("2017-06", "holdings_to_capital", "c", "h", "equity_holdings", 1, "s", "表", 1),
        ("2017-06", "holdings_to_capital", "c", "gone", "equity_holdings", 1, "s", "表", 2),
    ]


def test_what_has_no_part_states_the_sum_of_its_subject() -> None:
    assert _rows(GIVEN, "component_code, sign") == [("c", -1), ("c", -1)]


def test_an_amount_stands_beside_what_it_should_be() -> None:
    assert _rows(GIVEN, "amount_yuan, own_expected_yuan") == [(10, 9), (5, 5)]


def test_every_row_is_present_unless_a_column_says_otherwise() -> None:
    assert _rows(GIVEN, "is_present") == [(True,), (True,)]
    assert _rows(f"{GIVEN}, is_present='stands'", "is_present") == [(True,), (False,)]


def test_rows_can_be_left_out() -> None:
    assert _rows(f"{GIVEN}, part='holder', where='stands'", "component_code") == [("h",)]
