"""A file in the inbox becomes an original in the archive with its receipt (`Receipt`). No row is read here."""
