"""The contracts of the forms, and everything that is generated from them.

This package imports nothing else of the project: the pipeline, the twin and the tests all read the
contracts through it. What happens to a submission lives in ``orchestration``.
"""
