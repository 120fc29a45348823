"""What docs/bi.md shows of other clients runs: each block of Python, on a home and on a copy of its release."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import openpyxl
import pytest

from orchestration.core.settings import Settings
from orchestration.release.manifest import Release
from tests.push.server import Server

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "bi.md").read_text(encoding="utf-8")
SECTION = re.findall(r"\n## Other clients\n(.*?)\n## ", PAGE, re.DOTALL)[0]
BLOCKS = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
ADDRESS = "postgresql+psycopg://analyst@db.office:5432/mart"


def test_the_page_shows_each_client() -> None:
    assert [block.count("import pandas") + 2 * block.count("import polars") for block in BLOCKS] == [1, 1, 2, 1]
    assert ADDRESS in BLOCKS[-1]


@pytest.mark.parametrize("block", BLOCKS, ids=["pandas", "pandas-duckdb", "polars", "pandas-postgresql"])
def test_a_block_of_python_runs(block: str, server: Server, database: str, kept: Settings) -> None:
    if "import polars" in block and find_spec("polars") is None:
        pytest.skip("needs polars, which is no package of the suite (180 MB)")
    here = block.replace(ADDRESS, server.url(database).replace("postgresql:", "postgresql+psycopg:"))
    found = subprocess.run([sys.executable, "-c", here], cwd=kept.home, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert len(found.stdout.splitlines()) > 5
    if "to_excel" in block:
        sheet = openpyxl.load_workbook(kept.home / "poor_persons.xlsx").active
        assert [cell.value for cell in sheet[1]][:2] == ["indicator", "indicator_name"]
        assert sheet.max_row > 12


def test_psql_shows_the_comments_that_the_release_has(server: Server, database: str, release: Release) -> None:
    if shutil.which("psql") is None:
        pytest.skip("needs psql")
    command = ["psql", server.url(database), "-c", r"\d+ marts.dim_place"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "【主键】" in told
    assert '"dim_place_pkey" PRIMARY KEY, btree (division_code)' in told
