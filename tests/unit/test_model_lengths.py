"""A model is read on two screens: more than 150 lines are two models."""

from __future__ import annotations

from pathlib import Path

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
MOST_LINES = 150


def _long_models(folder: Path) -> set[str]:
    return {
        path.stem for path in folder.rglob("*.sql") if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    }


def test_no_model_is_longer_than_two_screens() -> None:
    assert _long_models(MODELS) == set()


def test_a_model_of_one_line_more_is_found(tmp_path: Path) -> None:
    (tmp_path / "most.sql").write_text("select 1\n" * MOST_LINES, encoding="utf-8")
    (tmp_path / "more.sql").write_text("select 1\n" * (MOST_LINES + 1), encoding="utf-8")
    assert _long_models(tmp_path) == {"more"}
