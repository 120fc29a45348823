"""Splitting by the largest remainder: exact in sum, fair to a fen, the same in whatever order, and the same in SQL."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import examples
from tests.macros import rendered
from twin.largest_remainder import part_fen, split_fen

amounts = st.integers(0, 10_000_000_00)
weights = st.dictionaries(st.text("abcdefgh0123456789", min_size=1, max_size=4), st.integers(0, 50), min_size=1).filter(
    lambda shares: sum(shares.values()) > 0
)


@given(amounts, weights)
def test_parts_add_up_and_each_is_within_a_fen_of_its_share(amount: int, shares: dict[str, int]) -> None:
    parts = split_fen(amount, shares)
    total = sum(shares.values())
    assert sum(parts.values()) == amount
    assert all(abs(parts[key] - Fraction(amount * shares[key], total)) < 1 for key in shares)


@given(amounts, weights, st.randoms(use_true_random=False))
def test_the_order_in_which_shares_come_does_not_matter(amount: int, shares: dict[str, int], random: object) -> None:
    shuffled = list(shares.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert split_fen(amount, dict(shuffled)) == split_fen(amount, shares)


@given(amounts, weights)
def test_larger_weights_never_get_less_and_equal_ones_differ_by_the_order_of_keys(
    amount: int, shares: dict[str, int]
) -> None:
    parts = split_fen(amount, shares)
    ordered = sorted(shares, key=lambda key: (shares[key], key))
    for smaller, larger in pairwise(ordered):
        if shares[smaller] == shares[larger]:
            assert 0 <= parts[smaller] - parts[larger] <= 1
        else:
            assert parts[smaller] <= parts[larger]


def test_the_articles_group_gets_whole_fen() -> None:
    parts = split_fen(480_000_00, {f"{number:02d}": 4 if number < 14 else 3 for number in range(16)})
    assert sum(parts.values()) == 480_000_00
    assert set(parts.values()) <= {30_967_74, 30_967_75, 23_225_80, 23_225_81}


@pytest.mark.parametrize(("amount", "shares"), [(-1, {"a": 1}), (1, {"a": 0}), (1, {"a": 2, "b": -1})])
def test_what_cannot_be_split_is_refused(amount: int, shares: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        split_fen(amount, shares)


@given(amounts, st.integers(0, 1000), st.integers(1, 1000))
def test_a_part_is_rounded_half_up(amount: int, share: int, whole: int) -> None:
    exact = Fraction(amount * share, whole)
    assert Fraction(-1, 2) < part_fen(amount, share, whole) - exact <= Fraction(1, 2)


@pytest.fixture(scope="module")
def statement() -> str:
    """The models' macro as DuckDB gets it."""
    return rendered(
        "split_by_largest_remainder",
        "{{ split_by_largest_remainder('shares', ['part'], 'name', 'amount', 'weight') }}",
        integer_divide=lambda dividend, divisor: f"(({dividend}) // nullif({divisor}, 0))",
    )


@settings(deadline=None, max_examples=examples(60))
@given(amount=amounts, shares=weights)
def test_sql_splits_like_the_reference(statement: str, amount: int, shares: dict[str, int]) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table shares (part int, name varchar, amount decimal(18, 2), weight bigint)")
        rows = [[1, name, amount / 100, weight] for name, weight in shares.items()]
        connection.executemany("insert into shares values (?, ?, ?, ?)", rows)
        found = connection.execute(f"select name, cast(share_yuan * 100 as bigint) from ({statement})").fetchall()
    assert dict(found) == split_fen(amount, shares)


def test_sql_gives_nothing_where_all_weights_are_zero(statement: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table shares as select 1 as part, 'a' as name, 1.00 as amount, 0 as weight")
        assert connection.execute(f"select share_yuan from ({statement})").fetchall() == [(None,)]
