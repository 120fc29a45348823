"""Pages of a sealed release: pictures and tables for readers without a tool. What a figure is stands in the release."""
