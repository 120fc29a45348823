"""Lineage (why-provenance): a figure traced to the rows and cells it came from, and a row to its figures."""
