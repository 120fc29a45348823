"""The command `sanming`, by subject, with what it prints. Only words and exit codes: the work is done elsewhere."""
