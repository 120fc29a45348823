"""The landed rows of a period get findings, verdicts and a place: accepted or in quarantine (`PeriodReport`)."""
