"""The comment of a published table or column: its Chinese name, key and reference, then the English description.

``户编号【主键；见 marts.dim_household.household_code】：16-digit code …``. One form, written here and read back here,
so that whoever has only the file knows what each part is. dbt writes the comments from what is generated here
(``macros/materializations/comments.sql``); its yml stays English.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from expectations.dbt_macros import HEADER
from expectations.published_names import column_name, table_name
from expectations.published_tables import PublishedTable, published_tables
from expectations.wording import load_wording

_FORM = re.compile(r"(?P<name>[^【】：]+)(?:【(?P<marks>[^】]*)】)?：(?P<description>.*)", re.DOTALL)


@dataclass(frozen=True)
class Comment:
    """What a comment tells.

    Attributes:
        name: in Chinese; empty in comments from before there were names.
        description: in English.
        is_key: the column is (part of) the key of its table.
        reference: table and column it refers to, as ``schema.table.column``.
    """

    name: str
    description: str
    is_key: bool = False
    reference: str | None = None

    @property
    def text(self) -> str:
        return self.beginning + self.description

    @property
    def beginning(self) -> str:
        """All that stands before the description."""
        words = load_wording()["comment"]
        marks = [words["key"]] if self.is_key else []
        marks += [words["reference"].format(column=self.reference)] if self.reference else []
        told = f"【{'；'.join(marks)}】" if marks else ""
        return f"{self.name}{told}：" if self.name else ""


def read_comment(text: str | None) -> Comment:
    """What a comment in a file tells; one that begins with no Chinese name is a description alone."""
    found = _FORM.fullmatch(text or "")
    if found is None or found["name"].isascii():
        return Comment("", text or "")
    words = load_wording()["comment"]
    before = words["reference"].format(column="")
    marks = found["marks"].split("；") if found["marks"] else []
    references = [mark.removeprefix(before) for mark in marks if mark.startswith(before)]
    return Comment(found["name"], found["description"], words["key"] in marks, next(iter(references), None))


def _beginnings(table: PublishedTable) -> dict[str, str]:
    """Column → what its comment begins with; the table's own under the empty name."""
    found = {"": Comment(table_name(table.qualified), "").beginning}
    for column in table.types:
        target = table.references.get(column)
        name, reference = column_name(table.qualified, column), ".".join(target) if target else None
        found[column] = Comment(name, "", column in table.key, reference).beginning
    return found


def comments_macro(_: object = None) -> str:
    """The text of ``dbt_project/macros/generated/comment_beginnings.sql``."""
    tables = {table.qualified: _beginnings(table) for table in published_tables()}
    return (
        f"{HEADER}{{# What comments of published tables and columns begin with: Chinese name, key, reference. #}}\n"
        "{% macro comment_beginnings() %}\n"
        f"{{{{ return({json.dumps(tables, ensure_ascii=False, indent=1)}) }}}}\n"
        "{% endmacro %}\n"
    )
