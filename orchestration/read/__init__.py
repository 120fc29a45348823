"""Originals become typed rows of the landing area (`Batch`). Whether a row is accepted is not asked here."""
