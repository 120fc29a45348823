"""Number receipts: a figure followed to the rows and cells it came from, and a row to its figures."""
