"""Check the landed rows of a period: findings, verdicts, and which rows are accepted or held."""
