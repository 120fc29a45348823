# One venv. .built: what a night needs (requirements.lock) and this checkout; .built-NAME: what requirements/NAME.lock
# adds to it (docs/decisions/0016). A command installs what it needs, once: a stamp is newer than its lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILT := $(VENV)/.built
# Superset's packages and a night's do not fit into one venv (docs/decisions/0042).
SUPERSET := .venv-superset
SUITE := $(BUILT)-test $(BUILT)-ui $(BUILT)-docs $(BUILT)-site
PYTEST = $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

# A lock is the whole of what it installs, so nothing is resolved here, and what is there already stays as it is.
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps
# A night's packages are compiled by all cores and without their own tests: 65 MB less than pip makes, in half the time.
# What this Python cannot compile is left as it is, as pip leaves it.
COMPILE := $(BIN)/python -m compileall -qq -j 0 -x /tests/ $(VENV)/lib

# The office has no internet: nothing here may call home.
export GX_ANALYTICS_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1

.PHONY: run quick test verify mutate fuzz corpus ui dashboards bench check fmt lock generate pictures docs
.DEFAULT_GOAL := run
# Two locks are never installed at the same time.
.NOTPARALLEL:

$(BUILT): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "make: $$($(PYTHON) --version) found, Python 3.11 to 3.13 expected; set PYTHON=python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --no-compile --require-hashes -r $<
	-$(COMPILE)
	$(PIP) --no-build-isolation -e .
	touch $@

# What comes as source is built by what the locks have installed: pip would fetch a builder that no lock names.
$(BUILT)-%: requirements/%.lock $(BUILT)
	$(PIP) --require-hashes --no-build-isolation -r $<
	touch $@

$(SUPERSET)/.built: requirements/superset.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' \
		|| { echo "make: $$($(PYTHON) --version) found, Superset needs Python 3.11 or 3.12"; exit 2; }
	test -x $(SUPERSET)/bin/python || $(PYTHON) -m venv $(SUPERSET)
	$(SUPERSET)/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --require-hashes -r $<
	touch $@

run: $(BUILT)  ## from a bare checkout to a release; on the synthetic city if the inbox was never used
	$(BIN)/sanming twin --if-unused
	$(BIN)/sanming night --arriving

quick: $(SUITE)  ## what a change needs, in under two minutes: no night is played
	$(PYTEST) -m "not slow and not verify" tests/unit $(ARGS)

test: $(SUITE)  ## every promise once, on the smallest city that shows it
	$(PYTEST) -m "not verify" $(ARGS)

verify: $(SUITE)  ## the full city, long nights, old homes, the edges of days, long fuzz; ARGS="hours" for some, ARGS=--resume to go on
	-$(MAKE) --no-print-directory $(SUPERSET)/.built # without it its part is skipped, and says so
	$(BIN)/python -m tests.verify $(ARGS)

fuzz: $(SUITE)  ## the properties of parsers and money on many examples, and 5,000 returns made wrong at random
	$(BIN)/python -m tests.verify fuzz mutated

mutate: $(SUITE)  ## 200 changes of models, rules and Python, one at a time: who notices? ARGS="sql" for some; it goes on where it was
	$(BIN)/python -m tests.mutate $(ARGS)

corpus: $(BUILT)-test  ## workbooks that other projects test their readers with, fetched with apt, through the intake
	$(BIN)/python -m tests.corpus

ui: $(BUILT)-ui  ## Dagster's pages on http://127.0.0.1:3000 with the daemon beside them
	$(BIN)/sanming ui

dashboards: $(SUPERSET)/.built  ## Superset with our dashboards on http://127.0.0.1:8088, read-only; ARGS=8089 for another port
	$(SUPERSET)/bin/python dashboards/start.py $(or $(SANMING_HOME),.) $(ARGS)

pictures: $(BUILT)-ui $(BUILT)-docs $(BUILT)-test $(SUPERSET)/.built  ## the pictures of docs/images, of a home whose last run was a night; needs chromium
	$(BIN)/python -m tests.browser.pages $(or $(SANMING_HOME),.) docs/images
	$(BIN)/python -m tests.browser.figure_picture $(or $(SANMING_HOME),.) docs/images
	$(BIN)/python -m tests.browser.site_pictures $(or $(SANMING_HOME),.) docs/images
	$(BIN)/python -m tests.browser.boards $(or $(SANMING_HOME),.) docs/images

docs: $(BUILT)-site  ## the pages of docs/ as a site in site/: open site/index.html, no server and no internet
	TMPDIR=$(VENV) NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

bench: $(BUILT)-bench  ## measures, printed as one table
	$(BIN)/python -m tests.bench $(ARGS)

check: $(BUILT)-check $(BUILT)-test  ## format, lint, types, SQL, imports, stale files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	$(BIN)/python -m expectations.generate --check
	$(BIN)/python -m dashboards.generate --check
	$(BIN)/python -m pytest -q tests/unit/test_layers.py tests/unit/test_portable_sql.py tests/unit/test_lock.py \
		tests/unit/test_privacy_guard.py

fmt: $(BUILT)-check  ## format Python and SQL in place
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --processes 2 dbt_project/models dbt_project/tests

generate: $(BUILT)  ## write every generated file anew
	$(BIN)/python -m expectations.generate
	$(BIN)/python -m dashboards.generate
	$(BIN)/python -m orchestration.explain.lineage.indicator_column

lock: $(BUILT)-resolver  ## pin what pyproject.toml asks for, with hashes, for Python 3.11 to 3.13
	$(BIN)/python requirements/lock.py
