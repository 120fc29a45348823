"""Dagster definitions: thin shells over the functions of the package. No reading, checking or SQL lives here."""
