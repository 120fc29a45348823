"""What newcomers read: both READMEs say the same, and what they and CONTRIBUTING name is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from expectations.contract import load_contracts
from expectations.seed_rows import read_seed_rows

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
FOLDERS = ("expectations/", "orchestration/", "dbt_project/", "twin/", "tests/", "docs/", "requirements/")
STAGES = {path.name for path in (ROOT / "orchestration").iterdir() if path.is_dir()}


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def skeleton(page: str) -> list[str]:
    """Levels of headings, code blocks and pictures, in their order."""
    marks = re.findall(r"^(#+ |```\w*|!\[)", text_of(page), re.MULTILINE)
    return [mark.strip() for mark in marks]


def commands(page: str) -> list[str]:
    """What stands in the first column of tables and what is typed in a shell, without the words behind it."""
    cells = re.findall(r"^\| (`(?:sanming|make) .*?) \|", text_of(page), re.MULTILINE)
    blocks = re.findall(r"```bash\n(.*?)```", text_of(page), re.DOTALL)
    return cells + [line.split(" #")[0].strip() for block in blocks for line in block.splitlines()]


def test_both_readmes_have_the_same_parts_and_the_same_commands() -> None:
    assert skeleton("README.md") == skeleton("README.zh-CN.md")
    assert commands("README.md") == commands("README.zh-CN.md")
    assert "(README.zh-CN.md)" in text_of("README.md")
    assert "(README.md)" in text_of("README.zh-CN.md")


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("README.md", "Thirty-nine forms come in.* Out come (\\d+) indicators"),
        ("README.zh-CN.md", "共 39 张报表；产出 (\\d+) 个指标"),
    ],
)
def test_both_readmes_count_forms_and_indicators(page: str, sentence: str) -> None:
    assert len(load_contracts()) == 39
    (counted,) = re.findall(sentence, text_of(page), re.DOTALL)
    assert int(counted) == len(read_seed_rows(ROOT / "dbt_project" / "seeds" / "indicator_definition.csv"))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_that_is_linked_is_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", text_of(page))
    assert len(links) > 3
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_is_named_is_there(page: str) -> None:
    named = [name for name in re.findall(r"`([\w./-]+)`", text_of(page)) if name.startswith(FOLDERS)]
    assert [name for name in named if not (ROOT / name).exists()] == []


def names_a_thing(dotted: str) -> bool:
    """Whether a package, a module, or what a module defines goes by this name."""
    parts = dotted.split(".")
    for base in (ROOT, ROOT / "orchestration"):
        if (base.joinpath(*parts)).is_dir() or base.joinpath(*parts).with_suffix(".py").is_file():
            return True
        module = base.joinpath(*parts[:-1]).with_suffix(".py")
        if module.is_file():
            body = ast.parse(module.read_text(encoding="utf-8")).body
            if parts[-1] in {getattr(one, "name", None) for one in body}:
                return True
    return False


def test_every_module_and_function_of_the_walks_is_there() -> None:
    heads = "|".join(sorted(STAGES | {"expectations", "orchestration", "tests", "twin"}))
    named = re.findall(rf"`((?:{heads})(?:\.\w+)+)`", text_of("CONTRIBUTING.md"))
    assert len(named) > 20
    assert [name for name in named if not names_a_thing(name)] == []


@pytest.mark.parametrize("name", ["read.nowhere", "receive.inbox.nothing"])
def test_a_name_that_is_gone_is_noticed(name: str) -> None:
    assert not names_a_thing(name)
