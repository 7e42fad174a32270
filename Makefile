# Two commands on a clean clone, needing only Python 3.11 or newer and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test venv lint format ui clean lock

demo: $(READY)
	$(BIN)/aktivitet demo

# Only what `demo` and `test` set up first.
venv: $(READY)

test: lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfmt --check --quiet sql
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/sqlfmt --quiet sql

ui: $(READY)
	$(BIN)/aktivitet ui

# The lock holds every version with its hash and no address, so any package index or mirror serves it. That it has been
# installed is said by an empty file that is made last and taken away first: a .venv without one was left half made, and
# is made anew.
$(READY): requirements.lock pyproject.toml
	test -e $@ || $(PYTHON) -m venv --clear $(VENV)
	rm -f $@
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --extra dev --extra notebook pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .hypothesis .mypy_cache .ruff_cache *.egg-info
