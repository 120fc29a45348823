"""The bulletin of a sealed release: sentences, tables and pictures of its figures, to be sent as they are."""
