"""A sealed release copied into a PostgreSQL database, for readers on other machines (docs/decisions/0039)."""
