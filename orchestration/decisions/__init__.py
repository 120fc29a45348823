"""Who decided what, with name and reason: periods closed or reopened, findings waived, files that could not be read."""
