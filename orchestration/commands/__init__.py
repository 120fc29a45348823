"""The subcommands of `sanming`, by subject. Only words and exit codes: the work is done elsewhere."""
