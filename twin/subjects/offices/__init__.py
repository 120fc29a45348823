"""The offices above townships: what they confirm, the official figures they hold ours against, surveys of exits.

Rows are made in ``rows``, planted errors in ``errors``. None of it moves a figure of the article.
"""

from __future__ import annotations

from twin.subject import Subject
from twin.subjects.offices.errors import FRESH_KEYS, PLANTERS
from twin.subjects.offices.rows import office_states

SUBJECT = Subject("offices", office_states, PLANTERS, FRESH_KEYS)
