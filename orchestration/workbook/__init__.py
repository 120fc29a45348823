"""A file becomes tables of cells: opened in a child process, headers found, units understood. No home is known here."""
