"""The versions of what reading and checking make of the same submissions, as numbers.

A number is raised with every change of the code that gives some cell another value or some row another verdict
(``tests/logic`` holds it). Landed batches, checked periods and releases carry the numbers: a home that was made by
another version is read and checked again once, so that two meanings never meet in one release. Contracts, seeds and
models are no part of it: their files are told apart by themselves (``orchestration.runs.staleness``).
"""

from __future__ import annotations

READING_VERSION = 6
CHECKING_VERSION = 9
