"""A city that one worker keeps is built once: whoever asks for it is in its group."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.groups import group_of

TESTS = Path(__file__).parents[1]
# Group → the fixtures that a worker makes for itself, and the folder whose fixtures they are.
KEPT = {"small city": (r"small_(?:city|home|late_home)", "*"), "dbt city": (r"city|empty_build", "dbt")}


def asking(fixtures: str, folder: str) -> set[str]:
    """The files with a test that takes one of the fixtures and has none of that name itself."""
    found = set()
    for path in TESTS.glob(f"{folder}/test_*.py"):
        text = path.read_text(encoding="utf-8")
        if set(re.findall(rf"\b({fixtures}): \w", text)) - set(re.findall(r"^def (\w+)\(", text, re.MULTILINE)):
            found.add(path.name)
    return found


@pytest.mark.parametrize("group", KEPT)
def test_who_asks_for_a_city_is_in_its_group(group: str) -> None:
    files = asking(*KEPT[group])
    assert files
    assert {file for file in files if group_of(f"tests/{file}::test") != group} == set()
