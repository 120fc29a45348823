"""The synthetic city: what townships would send, with planted errors and their answer key.

Nothing here is read by the pipeline; it only fills an inbox.
"""
