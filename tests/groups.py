"""Which tests stay together on one worker, since they share what is dear to build, and which of them begin first."""

from __future__ import annotations

from pathlib import Path

# Tests that share a small city's finished night. What is in no group stays together by the name of its file.
SMALL_CITY = (
    "test_answer_key",
    "test_article",
    "test_areas",
    "test_article_moves",
    "test_bi",
    "test_boards",
    "test_code_words",
    "test_dry_run",
    "test_oracle",
    "test_privacy",
    "test_receipts",
    "test_spans",
    "test_superset",
    "test_wide_tables",
)
TINY_CITY = (
    "test_damaged_home",
    "test_killed_nights",
    "test_pages",
    "test_period_life",
    "test_rebuild",
    "test_repeatable",
    "test_revisions",
    "test_rule_trial",
    "test_told_tables",
)
# Tests of the twin (test_twin…) share the whole city as frames (tests/states.py).
# Tests that share the small warehouse built in tests/dbt/conftest.
DBT_CITY = ("test_figures", "test_lineage", "test_project", "test_silence")
# Tests that share a copy of a kept release (tests/push/conftest).
KEPT_COPY = ("test_clients", "test_copied_release")
# What takes a minute and more, the longest first: begun last, one of them would keep one worker waiting.
LONGEST = (
    "small city",
    "tiny city",
    "test_arriving_city",
    "test_night",
    "dbt city",
    "twin",
    "test_checking",
    "test_carrying",
)


def group_of(nodeid: str) -> str:
    """What a test belongs to: the tests of a group share something dear to build and stay on one worker."""
    name = Path(nodeid.split("::")[0]).stem
    if name in DBT_CITY:
        return "dbt city"
    if name.startswith("test_twin"):
        return "twin"
    if name in KEPT_COPY:
        return "kept copy"
    if name in TINY_CITY:
        return "tiny city"
    return "small city" if name in SMALL_CITY else name
