"""No message of any rule shows a blank left open, a Python object, or the same text as wrong and as right."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from expectations.contract import load_contracts, load_file_rules
from expectations.rule_model import FileRule, Rule
from expectations.wording import load_screen
from orchestration.workbook.notices import Notice
from orchestration.workbook.words import load_words

RULES = [rule for contract in load_contracts().values() for rule in contract.rules]
TOLD: list[Rule | FileRule] = [*RULES, *load_file_rules().values()]
OF_A_ROW = {"value", "header"}
OF_A_MESSAGE = {*OF_A_ROW, "unit"}  # a fix does not say in which unit a value was read
OF_A_FILE = {"file", "sheet", "cell", "form_title", "value", "expected"}
# Told by checking, which knows of a return as a whole only these.
OF_A_RETURN = {"FL-16": {"form_title", "value", "expected"}, "FL-17": {"form_title", "value", "expected"}}
PYTHON = re.compile(r"\b(None|True|False|nan|inf|datetime|Decimal|Problem)\b|[A-Za-z_]+\(|\['|\{'|<[a-z_]+ |Error\b")
VALUES = ["", "九", "#N/A", "{value}", "{", "}", "{0}", "[b]", "'", '"', "2017-06-30", "350426202", "a\nb"]


def blanks(text: str) -> set[str]:
    """The names of the blanks of a message."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_no_rule_leaves_a_blank_open_that_checking_does_not_fill() -> None:
    open_left = {rule.code: (blanks(rule.message) - OF_A_MESSAGE) | (blanks(rule.fix) - OF_A_ROW) for rule in RULES}
    assert {code: names for code, names in open_left.items() if names} == {}


def test_no_file_rule_leaves_a_blank_open_that_reading_does_not_fill() -> None:
    for rule in load_file_rules().values():
        texts = "".join(rule.texts(of_form=False) + rule.texts(of_form=True))
        assert blanks(texts) <= OF_A_RETURN.get(rule.code, OF_A_FILE), rule.code
        assert rule.code not in OF_A_RETURN or not blanks(rule.fix), rule.code


def test_no_rule_speaks_python() -> None:
    assert [rule.code for rule in TOLD if PYTHON.search(rule.message + rule.fix)] == []


def test_what_is_wrong_and_what_is_right_are_two_texts() -> None:
    for rule in TOLD:
        assert rule.message.strip() and rule.fix.strip(), rule.code
        assert rule.message != rule.fix, rule.code
        # The value stands as what is wrong; advice to write it again would contradict the message.
        assert "{value}" not in rule.fix, rule.code
        assert not re.search(r"应为“?\{value\}", rule.message), rule.code
        assert not re.search(r"填“?\{expected\}", rule.message), rule.code


@pytest.mark.parametrize("form", ["households", None])
@pytest.mark.parametrize("value", VALUES)
def test_a_finding_of_a_file_is_whole_whatever_was_written_there(value: str, form: str | None) -> None:
    for code, rule in load_file_rules().items():
        message, _ = rule.texts(of_form=form is not None)
        notice = Notice(code, form=form, sheet="表", cell="B5", value=value, expected="应填内容")
        told = notice.finding("s", "文件.xlsx", "350426202", "2017-06")
        around = told.message.replace(value or "\0", "")
        assert not set("{}") & set(around), code
        assert value in told.message or "value" not in blanks(message), code
        assert "应填内容" in told.message or "expected" not in blanks(message), code
        assert not PYTHON.search(around + told.fix), code


def test_a_clerk_s_braces_are_no_blank_of_a_message() -> None:
    told = Notice("FL-12", value="{expected}", expected="代码").finding("s", "{value}.xlsx", None, None)
    assert "“{expected}”" in told.message
    assert "{value}.xlsx" in told.message


def test_no_phrase_around_findings_shows_a_python_object() -> None:
    screen = load_screen()
    told = [*screen["trouble"].values(), *screen["outcome"].values(), *screen["verdict"].values()]
    for text in [*told, *load_words().phrases.values()]:
        assert text.strip() and not PYTHON.search(text)
