"""Is anything noticed? One operator, filter, join or boundary is changed at a time, and the tests are asked.

``python -m tests.mutate`` draws changes of models, of rules and of Python; for each it says who noticed it. What nobody
notices is a test that is missing, or a change that changes nothing (``equivalent.csv``, each with its proof).
"""
