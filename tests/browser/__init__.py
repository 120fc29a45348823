"""Dagster's pages in a browser."""
