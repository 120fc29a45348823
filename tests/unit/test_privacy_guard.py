"""No ID number in the repository could belong to a person: the never-assigned address codes only."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.unit.identity_scan import forbidden_id_numbers, is_valid_id_number

ROOT = Path(__file__).resolve().parents[2]
CHECK_DIGITS = "10X98765432"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(first_seventeen: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_seventeen, strict=True))
    return first_seventeen + CHECK_DIGITS[total % 11]


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("not a git checkout: there are no tracked files to look at")
    paths = [ROOT / name for name in listed.stdout.decode("utf-8").split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_tracked_files_hold_no_id_number_outside_the_test_address_codes() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): len(numbers)
        for path in tracked_files()
        if (numbers := forbidden_id_numbers(path.read_bytes()))
    }
    assert found == {}, "files with ID numbers that could be real (how many each)"


@pytest.mark.parametrize("text", ["{}", "户主 {} 已脱贫", '"{}",', "\ufeff{}\r\n", "id={}x"[:5]])
def test_a_planted_id_number_is_found(text: str) -> None:
    number = with_check_digit("35040219700101" + "123")
    assert forbidden_id_numbers(text.format(number).encode("utf-8")) == [number]


def test_a_planted_id_number_is_found_inside_a_workbook() -> None:
    number = with_check_digit("35042619651231" + "001")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{number}</t>")
    assert forbidden_id_numbers(content.getvalue()) == [number]


def test_test_identities_codes_and_damaged_numbers_pass() -> None:
    test_identity = with_check_digit("35049019700101" + "123")
    wrong_digit = with_check_digit("35040219700101" + "123")[:17] + "?"
    longer_code = "3504262022030001001"
    assert is_valid_id_number(test_identity)
    assert forbidden_id_numbers(f"{test_identity} {wrong_digit} {longer_code}".encode()) == []
