# One venv, built once: .venv/.built is newer than what it was built from.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built

# The office has no internet: nothing here may call home.
export GX_ANALYTICS_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1

.PHONY: run test ui bench check fmt lock generate
.DEFAULT_GOAL := run

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "make: $$($(PYTHON) --version) found, Python 3.11 to 3.13 expected; set PYTHON=python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	touch $@

run: $(STAMP)  ## from a bare checkout to a release; on the synthetic city if the inbox was never used
	$(BIN)/sanming twin --if-unused
	$(BIN)/sanming night

test: $(STAMP)  ## the whole suite
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

ui: $(STAMP)  ## Dagster's pages on http://127.0.0.1:3000 with the daemon beside them
	$(BIN)/sanming ui

bench: $(STAMP)  ## measures, printed as one table
	$(BIN)/python -m tests.bench $(ARGS)

check: $(STAMP)  ## format, lint, types, SQL, imports, stale files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	$(BIN)/python -m expectations.generate --check
	$(BIN)/python -m pytest -q tests/unit/test_imports.py tests/unit/test_portable_sql.py tests/unit/test_lock.py \
		tests/unit/test_privacy_guard.py

fmt: $(STAMP)  ## format Python and SQL in place
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --processes 2 dbt_project/models dbt_project/tests

generate: $(STAMP)  ## write every generated file anew
	$(BIN)/python -m expectations.generate

lock: $(STAMP)  ## pin what pyproject.toml asks for, with hashes, for Python 3.11 to 3.13
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-strip-extras --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock
