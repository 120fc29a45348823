"""Revisions: which published figures moved between two releases or days, and why."""
