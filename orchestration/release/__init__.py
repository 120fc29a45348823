"""Sealing, publishing and verifying releases. What goes into the tables is dbt's business, not this package's."""
